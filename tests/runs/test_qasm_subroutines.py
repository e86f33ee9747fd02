"""Subroutines are taken in where they are called, with their arguments and what they give back."""

import pytest

from runs.contract import SourceKind
from runs.errors import RunError
from runs.limits import Limits
from runs.qasm import read

HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[3] q;\nbit[3] c;\n'


def reading(body):
    return read(HEAD + body, kind=SourceKind.OPENQASM3, limits=Limits())


def text(body):
    """Return the statements of the program after its three lines of declarations."""
    return reading(body).openqasm.split("\n", 3)[3]


def refused(body):
    with pytest.raises(RunError) as caught:
        reading(body)
    return caught.value


def test_a_subroutine_acts_on_the_qubits_that_it_is_given():
    body = "def pair(qubit a, qubit[2] b) { h a; cx a, b[1]; x b; }\npair(q[2], q[0:1]);"

    assert text(body).startswith("h q[2];\ncnot q[2], q[1];\nx q[0];\nx q[1];\n")


def test_a_measurement_that_is_given_back_is_reported_where_it_is_kept():
    body = "def look(qubit a) -> bit { h a; return measure a; }\nc[1] = look(q[2]);"

    found = reading(body)

    assert found.circuit is not None
    assert found.measured_qubits == (2,)


def test_what_a_subroutine_measures_for_itself_is_reported_only_where_nothing_else_is():
    inner = "def peek(qubit a) { bit seen = measure a; if (seen) x a; }\nh q[0];\npeek(q[0]);\n"

    alone, beside = reading(inner), reading(f"{inner}c[0] = measure q[1];")

    assert alone.measured_qubits == (0,)
    assert beside.measured_qubits == (1,)
    assert "bit[2] b" in beside.openqasm


def test_a_value_that_depends_on_a_measurement_is_given_back():
    body = (
        "def parity(bit[2] of) -> bit { bit sum; for bit b in of { sum ^= b; } return sum; }\n"
        "h q;\nc[0:1] = measure q[0:1];\nif (parity(c[0:1])) x q[2];\nc[2] = measure q[2];"
    )

    assert "if ((b[0] == 1 && b[1] == 0) || (b[0] == 0 && b[1] == 1)) {\n  x q[2];" in text(body)


def test_where_a_subroutine_is_left_early_the_rest_of_it_is_the_other_branch():
    body = (
        "def settle(qubit a) -> int { if (measured(a)) { x a; return 1; } h a; return 2; }\n"
        "def measured(qubit a) -> bit { return measure a; }\n"
        "h q[0];\nint n = settle(q[0]);\nif (n == 2) z q[1];\nc = measure q;"
    )

    assert text(body).startswith(
        "h q[0];\nb[3] = measure q[0];\n"
        "if (b[3] == 1) {\n  x q[0];\n}\nif (b[3] == 0) {\n  h q[0];\n}\n"
        "if (b[3] == 0) {\n  z q[1];\n}\n"
    )


def test_arrays_are_shared_and_values_are_copied():
    body = (
        "array[float, 2] some = {0.1, 0.2};\nint n = 1;\n"
        "def change(mutable array[float, 2] a, int n) { a[0] = 0.7; n += 5; }\n"
        "change(some, n);\nrx(some[0]) q[0];\nrx(n) q[1];"
    )

    assert text(body).startswith("rx(0.7) q[0];\nrx(1) q[1];\n")


def test_a_subroutine_may_call_itself_as_often_as_it_is_known_to():
    body = "def down(int n, qubit a) { if (n > 0) { t a; down(n - 1, a); } }\ndown(3, q[0]);"

    assert text(body).startswith("t q[0];\nt q[0];\nt q[0];\nb[0]")


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ("def f(qubit a) { }\nf(q);", "invalid_circuit", "a of f is 1 qubit, but is given 3"),
        ("def f(qubit a, qubit b) { }\nf(q[0], q[0]);", "invalid_circuit", "f is given one qubit twice"),
        ("def f(int n) { }\nf();", "invalid_circuit", "f takes 1 argument, but is given 0"),
        ("def f(qubit a) { }\nf q[0];", "invalid_circuit", "f is a subroutine"),
        ("def f() -> int { }\nint n = f();", "invalid_circuit", "f ended without giving a value back"),
        ("def f() { return 1; }\nf();", "invalid_circuit", "this subroutine gives no value"),
        ("def f() -> int { return; }\nf();", "invalid_circuit", "a value is missing here"),
        ("def f(int n, int n) { }", "invalid_circuit", "the subroutine f has two parameters of one name"),
        ("def f() { }\ndef f() { }", "invalid_circuit", "f is defined twice"),
        ("def f(bit[2] b) { }\nf(c);", "invalid_circuit", "2 bits cannot be given the value of 3"),
        ("def f() { f(); }\nf();", "runner_limit_exceeded", "subroutines call each other more than 32 deep"),
        ("array[int, 2] a;\ndef f(readonly array[int, 3] a) { }\nf(a);", "invalid_circuit", "this array does not fit a"),
        ("def f(readonly array[int, 3] a) { a[0] = 1; }\narray[int, 3] b;\nf(b);", "invalid_circuit", "a constant cannot be assigned to"),
        ("def f(qubit a) -> bit { return measure a; }\nif (c[0] || f(q[0])) x q[1];", "unsupported_operation", "whether this subroutine is called depends on what stands before ||"),
        ("extern f(int) -> int;\nint n = f(1);", "unsupported_operation", "f is external, and nothing external is called during a run"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(body, code, message):
    error = refused(f"{body}\nh q;")

    assert error.code == code
    assert len(error.problems) == 1
    assert error.message.partition(": ")[2] == message
