"""What measured bits decide: variables, angles, indices, loops, and where the walk is left early."""

import pytest

from runs.contract import SourceKind
from runs.errors import RunError
from runs.limits import Limits
from runs.qasm import read

HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[3] q;\nbit[3] c;\nh q;\n'
MEASURED = "c[0] = measure q[0];\nc[1] = measure q[1];\n"


def reading(body):
    return read(HEAD + body, kind=SourceKind.OPENQASM3, limits=Limits())


def text(body):
    """Return the statements of the program after its registers and the first layer of gates."""
    return reading(body).openqasm.split("h q[2];\n", 1)[1]


def after(body):
    """Return what follows the measurements of the first two bits."""
    return text(MEASURED + body).split("measure q[1];\n", 1)[1]


@pytest.mark.parametrize(
    ("body", "written"),
    [
        (
            "int n = 0;\nif (c[0]) { n = 1; }\nif (n == 1) x q[2];",
            "if (b[0] == 1) {\n  x q[2];\n}\n",
        ),
        (
            "rx(0.5 * int(c[0:1])) q[2];",
            (
                "if (b[0] == 0 && b[1] == 0) {\n  rx(0) q[2];\n}\n"
                "if (b[0] == 0 && b[1] == 1) {\n  rx(1) q[2];\n}\n"
                "if (b[0] == 1 && b[1] == 0) {\n  rx(0.5) q[2];\n}\n"
                "if (b[0] == 1 && b[1] == 1) {\n  rx(1.5) q[2];\n}\n"
            ),
        ),
        (
            "x q[int(c[1])];",
            "if (b[1] == 0) {\n  x q[0];\n}\nif (b[1] == 1) {\n  x q[1];\n}\n",
        ),
        (
            "for int i in [0:int(c[0])] { x q[i + 1]; }",
            "if (b[0] == 0) {\n  x q[1];\n}\nif (b[0] == 1) {\n  x q[1];\n  x q[2];\n}\n",
        ),
        (
            "uint[2] n = uint[2](c[0:1]);\nn += 1;\nif (n == 0) x q[2];",
            "if (b[0] == 1 && b[1] == 1) {\n  x q[2];\n}\n",
        ),
        (
            "for int i in [0:1] { if (c[i]) break; y q[i]; }",
            "if (b[0] == 0) {\n  y q[0];\n}\nif (b[0] == 0) {\n  if (b[1] == 0) {\n    y q[1];\n  }\n}\n",
        ),
        (
            "for int i in [0:1] { if (c[i]) continue; y q[i]; }",
            "if (b[0] == 0) {\n  y q[0];\n}\nif (b[1] == 0) {\n  y q[1];\n}\n",
        ),
        ("if (c[0]) { end; }\nx q[2];", "if (b[0] == 0) {\n  x q[2];\n}\n"),
        (
            "if (c[0] && c[1]) { if (c[0]) { x q[2]; } else { y q[2]; } }",
            "if (b[0] == 1 && b[1] == 1) {\n  x q[2];\n}\n",
        ),
        (
            "bit[2] d = c[0:1] ^ c[{1, 0}];\nif (d[0]) z q[2];",
            "if ((b[0] == 1 && b[1] == 0) || (b[0] == 0 && b[1] == 1)) {\n  z q[2];\n}\n",
        ),
    ],
)
def test_it_becomes_branches_over_single_bits(body, written):
    assert after(body) == written


def test_a_bit_that_is_measured_again_leaves_what_was_made_of_it():
    body = (
        "c[0] = measure q[0];\nint n = int(c[0]);\nc[0] = measure q[1];\n"
        "if (n == 1) x q[2];\nif (c[0]) y q[2];"
    )

    assert text(body) == (
        "b[0] = measure q[0];\nb[1] = measure q[0];\nb[0] = measure q[1];\n"
        "if (b[1] == 1) {\n  x q[2];\n}\nif (b[0] == 1) {\n  y q[2];\n}\n"
    )
    assert reading(body).measured_qubits == (1,)


def test_a_register_of_many_bits_is_compared_bit_by_bit():
    source = "OPENQASM 3;\nqubit[20] q;\nbit[20] c;\nh q;\nc = measure q;\nif (c == 5) x q[0];"

    written = read(source, kind=SourceKind.OPENQASM3, limits=Limits()).openqasm

    condition = written.split("if (")[1].split(") {")[0]
    assert [term[-1] for term in condition.split(" && ")] == list("101" + "0" * 17)


def test_copies_of_a_measurement_are_reported_in_both_places():
    found = reading("bit[2] d;\nc[0] = measure q[2];\nd[1] = c[0];")

    assert found.measured_qubits == (2, 2)


def test_outputs_alone_are_reported_where_a_program_declares_them():
    found = reading("output bit[2] out;\nc = measure q;\nout = measure q[1:2];")

    assert found.measured_qubits == (1, 2)


def test_bits_of_a_block_and_computed_bits_are_no_outcomes():
    body = "if (true) { bit inner = measure q[2]; }\n" + MEASURED + "bit parity = c[0] ^ c[1];"

    assert reading(body).measured_qubits == (0, 1)


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ("c[0] = c[1];\nc[1] = 0;", "unsupported_operation", "this bit is measured, and holds a computed value at the end"),
        ("c[2] = measure q[2];\nwhile (c[2]) { c[2] = measure q[2]; }", "unsupported_operation", "how often this loop turns depends on a measured bit"),
        ("let a = q[int(c[0])];\nx a;", "unsupported_operation", "this depends on a measured bit"),
        ("qubit[int(c[0]) + 1] r;", "unsupported_operation", "a size depends on a measured bit"),
        ("cx q[0], q[int(c[0])];", "invalid_circuit", "cx names one qubit twice, number 0 of the program"),
        ("x q[2 + int(c[0])];", "invalid_circuit", "q has 3 elements, so there is no [3]"),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_is_refused(body, code, message):
    with pytest.raises(RunError) as caught:
        reading(MEASURED + body)

    assert caught.value.code == code
    assert caught.value.message.partition(": ")[2] == message
