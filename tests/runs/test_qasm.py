"""OpenQASM that is written well is read; what is not is explained with its line and column."""

import pytest
from hypothesis import given, settings

from runs.contract import SourceKind
from runs.errors import RunError
from runs.limits import Limits
from runs.qasm import normal_newlines, read, statement_count, to_openqasm
from tests.runs.chance import circuits

LIMITS = Limits()
HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[3] q;\nbit[3] c;\n'
HEAD_2 = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[3];\ncreg c[3];\n'


def lowered(body, *, head=HEAD, kind=SourceKind.OPENQASM3, **more):
    return read(head + body, kind=kind, limits=LIMITS, **more)


def refused(body, **more):
    with pytest.raises(RunError) as caught:
        lowered(body, **more)
    return caught.value


def gates(body, **more):
    return [operation["gate"] for operation in lowered(body, **more).circuit.as_json()]


def test_a_program_without_measurement_measures_the_qubits_it_uses():
    assert lowered("x q[2];\nh q[0];").measured_qubits == (0, 2)


def test_bits_are_reported_in_the_order_of_their_registers():
    body = "bit first; x q;\nc[2] = measure q[0];\nfirst = measure q[2];\nc[0] = measure q[1];"

    assert lowered(body).measured_qubits == (1, 0, 2)


def test_a_qubit_may_be_measured_while_others_go_on():
    reading = lowered("h q[0];\nc[0] = measure q[0];\nx q[1];\nc[1] = measure q[1];")

    assert reading.circuit is not None
    assert reading.measured_qubits == (0, 1)


def test_measurements_without_bits_come_after_the_registers_in_their_order():
    assert lowered("x q;\nmeasure q[2];\nc[0] = measure q[1];\nmeasure q[0];").measured_qubits == (
        1,
        2,
        0,
    )


def test_what_does_nothing_on_a_simulator_is_left_out():
    body = "reset q;\nbarrier q[0], q[1];\nbox { h q[0]; }\nbarrier;\n// done\n"

    assert gates(body) == ["h"]


def test_a_library_gate_may_be_defined_again():
    assert gates("gate cx a, b { cz a, b; }\ncx q[0], q[1];") == ["cz"]


def test_greek_letters_and_comments_in_any_language_are_read():
    head = "OPENQASM 3;\ninput float θ; // Größe φ, 角度\nqubit q;\n"

    reading = lowered("rx(θ + π/2) q;", head=head, parameters={"θ": 0.25})

    assert reading.circuit.operations[0].angles == pytest.approx((1.8207963267948966,))


def test_line_ends_of_all_systems_are_line_ends():
    assert normal_newlines("a\r\nb\rc\n") == "a\nb\nc\n"
    assert refused("h q[0];\r\n\r\nhh q[0];\r\n").problems[0].line == 7


def test_names_reserved_since_version_3_serve_in_version_2():
    head = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg input[2];\ncreg output[2];\n'
    body = "gate box(bit) a,b { u1(bit/2^2) a; cx a,b; }\nbox(pi) input[0],input[1];\n"

    reading = lowered(f"{body}measure input -> output;", head=head, kind=SourceKind.OPENQASM2)

    assert [op.gate for op in reading.circuit.operations] == ["phaseshift", "cnot"]
    assert reading.circuit.operations[0].angles == pytest.approx((0.7853981633974483,))


@pytest.mark.parametrize(
    ("body", "code", "line", "message"),
    [
        ("h q[0]\nh q[1];", "invalid_circuit", 5, "a ; is missing at the end"),
        ("rx(1 q[0];", "invalid_circuit", 5, "q has no meaning here"),
        ("cx q[0];", "invalid_circuit", 5, "cx needs 2 qubits, but is given 1"),
        ("h q[0], q[1];", "invalid_circuit", 5, "h needs 1 qubit, but is given 2"),
        (
            "cx q[1], q[1];",
            "invalid_circuit",
            5,
            "cx names one qubit twice, number 1 of the program",
        ),
        ("h q[3];", "invalid_circuit", 5, "q has 3 elements, so there is no [3]"),
        ("h q[-4];", "invalid_circuit", 5, "q has 3 elements, so there is no [-4]"),
        ("h q[0.5];", "invalid_circuit", 5, "a whole number is needed, not 0.5"),
        ("h r;", "invalid_circuit", 5, "r is not declared"),
        ("h c;", "invalid_circuit", 5, "a qubit is needed here, not a bit"),
        ("qubit q;", "invalid_circuit", 5, "q is declared twice"),
        ("rx q[0];", "invalid_circuit", 5, "rx needs 1 angle, but is given 0"),
        ("rx(1, 2) q[0];", "invalid_circuit", 5, "rx needs 1 angle, but is given 2"),
        ("rx(t) q[0];", "invalid_circuit", 5, "t is not declared"),
        ("rx(1/0) q[0];", "invalid_circuit", 5, "this divides by zero"),
        ("rx(sqrt(-1)) q[0];", "invalid_circuit", 5, "sqrt has no value here"),
        ("rx(q) q[0];", "invalid_circuit", 5, "q is a qubit and has no value before it is measured"),
        ("rx(1e7) q[0];", "runner_limit_exceeded", 5, "an angle is 1e+07; the largest is 1,000,000"),
        ("c = measure q[0:1];", "invalid_circuit", 5, "this measures 2 qubits into 3 bits"),
        ("gate g a { g a; }\ng q[0];", "invalid_circuit", 5, "the gate g is defined by itself"),
        ("gate g a, a { }", "invalid_circuit", 5, "the gate g has two parameters of one name"),
        ("const int n = 1;\nn = 2;", "invalid_circuit", 6, "a constant cannot be assigned to"),
        ("hh q[0];", "unsupported_operation", 5, "there is no gate hh"),
        ("extern f();", "unsupported_operation", 5, "f is external, and nothing external is called during a run"),
        ("delay[10ns] q[0];", "unsupported_operation", 5, "a delay means nothing here: a simulator knows no time"),
        (
            "pow(0.5) @ u3(1, 2, 3) q[0];",
            "unsupported_operation",
            5,
            "a gate made of several operations has whole powers only",
        ),
        (
            "c[0] = measure q[0];\nlet a = q[int(c)];",
            "unsupported_operation",
            6,
            "this depends on a measured bit",
        ),
        (
            "c[0] = measure q[0];\nwhile (c[0]) { x q[0]; }",
            "unsupported_operation",
            6,
            "how often this loop turns depends on a measured bit",
        ),
        ("h q[0]; ✓", "invalid_circuit", 5, "the character ✓ has no place in OpenQASM"),
        ("h q[0]; // \u202e", "invalid_circuit", 5, "an invisible character, U+202E, is not allowed"),
        ("h q[0]; /* no end", "invalid_circuit", 5, "this comment is never closed"),
        ('include "x.inc";', "unsupported_operation", 5, '"x.inc" cannot be included'),
        ("h q[0]; #!", "invalid_circuit", 5, "the character # has no place in OpenQASM"),
        ("h $0;", "unsupported_operation", 5, "hardware qubits and declared qubits cannot be mixed"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_words_with_its_line(body, code, line, message):
    error = refused(body)

    assert error.code == code
    first = error.problems[0]
    assert (first.message, first.line) == (f"Line {line}: {message}", line)
    assert first.field == "source"
    assert first.column is None or first.column >= 1


def test_all_problems_of_a_program_are_reported_at_once_and_each_once():
    error = refused("for int i in [0:2] { hh q[i]; }\n  cx q[0];\nqubit[0] r;\nh r;\nx r[0];")

    found = [(problem.line, problem.column, problem.message) for problem in error.problems]
    assert found == [
        (6, 3, "Line 6: cx needs 2 qubits, but is given 1"),
        (7, 6, "Line 7: a size must be at least 1, not 0"),
        (5, 22, "Line 5: there is no gate hh"),
    ]
    assert error.problems[2].hint == "Did you mean h?"


def test_a_source_of_another_version_is_sent_back():
    error = refused("h q;", head=HEAD_2)

    assert error.message == "Line 1: the source says OpenQASM 2.0, but was sent as OpenQASM 3"
    assert error.problems[0].field == "sourceKind"


def test_an_opaque_gate_may_be_declared_but_not_used():
    declared = "opaque magic a,b;\nh q;\n"
    error = refused(declared + "magic q[0],q[1];", head=HEAD_2, kind=SourceKind.OPENQASM2)

    assert gates(declared, head=HEAD_2, kind=SourceKind.OPENQASM2) == ["h", "h", "h"]
    assert error.code == "unsupported_operation"
    assert error.message == "Line 7: magic is opaque: it has no definition that could be run"


def test_inputs_and_parameters_belong_to_each_other():
    head = "OPENQASM 3;\ninput float theta;\ninput int n;\nqubit q;\n"

    missing = refused("rx(theta) q;", head=head, parameters={"n": 2.0, "extra": 1.0})
    broken = refused("rx(theta) q;", head=head, parameters={"n": 2.5, "theta": 1.0})

    assert [problem.message for problem in missing.problems] == [
        "Line 2: the input theta has no value",
        "The program has no input extra",
    ]
    assert broken.message == "Line 3: a whole number is needed, not 2.5"


@pytest.mark.parametrize("nothing", ["", " \n// nothing\n"])
def test_an_empty_source_is_refused(nothing):
    assert refused(nothing, head="").message == "The source is empty"


def test_a_program_must_act_on_a_qubit():
    assert refused("").message == "The program acts on no qubit, so there is nothing to measure"


def test_the_limit_of_qubits_is_that_of_the_route():
    assert refused("h q;", most_qubits=2).code == "runner_limit_exceeded"
    assert lowered("h q;", most_qubits=3).operation_count == 3


def test_statements_are_counted_without_parsing():
    assert statement_count(HEAD + "h q;\ngate g a { h a; }\n") == 9


@settings(derandomize=True, max_examples=40, deadline=None)
@given(circuits())
def test_what_is_written_reads_back_to_the_same_circuit(circuit):
    assert read(to_openqasm(circuit), kind=SourceKind.OPENQASM3, limits=LIMITS).circuit == circuit
