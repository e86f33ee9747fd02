"""Programs whose gates depend on measurements become checked OpenQASM 3 with nothing to expand."""

import pytest

from runs.contract import SourceKind
from runs.errors import RunError
from runs.limits import Limits
from runs.qasm import read

LIMITS = Limits()


def program(body, *, registers="qubit[3] q;\nbit[3] c;\n", kind=SourceKind.OPENQASM3):
    head = "OPENQASM 3;\n" if kind is SourceKind.OPENQASM3 else "OPENQASM 2.0;\n"
    reading = read(head + registers + body, kind=kind, limits=LIMITS)
    assert reading.circuit is None
    return reading


def text(body, **more):
    """Return the statements of the program after its three lines of declarations."""
    return program(body, **more).openqasm.split("\n", 3)[3]


def test_a_gate_that_follows_a_measured_bit_is_a_program():
    reading = program("h q[0];\nc[0] = measure q[0];\nif (c[0]) x q[2];\nc[1] = measure q[2];")

    assert reading.openqasm == (
        "OPENQASM 3.0;\n"
        "qubit[3] q;\n"
        'bit[2] b = "00";\n'
        "h q[0];\n"
        "b[0] = measure q[0];\n"
        "if (b[0] == 1) {\n"
        "  x q[2];\n"
        "}\n"
        "b[1] = measure q[2];\n"
    )
    assert reading.measured_qubits == (0, 2)
    assert (reading.qubit_count, reading.operation_count, reading.depth) == (2, 2, 1)


def test_teleportation_keeps_both_branches_and_loses_its_definitions():
    body = """
    gate bell a, b { h a; ctrl @ x a, b; }
    rx(pi / 3) q[0];
    bell q[1], q[2];
    inv @ bell q[0], q[1];
    c[0:1] = measure q[0:1];
    if (c[1]) { x q[2]; }
    if (c[0]) { z q[2]; } else { i q[2]; }
    c[2] = measure q[2];
    """

    assert text(body) == (
        "rx(pi/3) q[0];\n"
        "h q[1];\n"
        "cnot q[1], q[2];\n"
        "cnot q[0], q[1];\n"
        "h q[0];\n"
        "b[0] = measure q[0];\n"
        "b[1] = measure q[1];\n"
        "if (b[1] == 1) {\n  x q[2];\n}\n"
        "if (b[0] == 1) {\n  z q[2];\n} else {\n  i q[2];\n}\n"
        "b[2] = measure q[2];\n"
    )


@pytest.mark.parametrize(
    ("condition", "written"),
    [
        ("c == 2", "b[0] == 0 && b[1] == 1"),
        ("int(c[0:1]) == 1", "b[0] == 1 && b[1] == 0"),
        ("c[0] && !c[1]", "b[0] == 1 && b[1] == 0"),
        # OpenQASM binds == closer than ^.
        ("c[0] ^ c[1] == 1", "(b[0] == 1 && b[1] == 0) || (b[0] == 0 && b[1] == 1)"),
        ("(c[0] ^ c[1]) == 0", "(b[0] == 1 && b[1] == 1) || (b[0] == 0 && b[1] == 0)"),
        ("c[0] || c[1]", "(b[0] == 1) || (b[0] == 0 && b[1] == 1)"),
        ("c > 2", "b[0] == 1 && b[1] == 1"),
        ("true && c[0] == false", "b[0] == 0"),
    ],
)
def test_conditions_become_comparisons_of_single_bits(condition, written):
    body = f"h q;\nc[0] = measure q[0];\nc[1] = measure q[1];\nif ({condition}) x q[2];"

    lines = text(body).splitlines()

    assert lines[5] == f"if ({written}) {{"


@pytest.mark.parametrize("condition", ["c == 8", "c[2]", "false", "c != c"])
def test_what_can_never_hold_leaves_a_circuit(condition):
    source = f"OPENQASM 3;\nqubit[3] q;\nbit[3] c;\nc[0] = measure q[0];\nif ({condition}) x q[0];"

    assert read(source, kind=SourceKind.OPENQASM3, limits=LIMITS).circuit is not None


def test_whole_registers_are_compared_in_version_2():
    registers = "qreg q[3];\ncreg low[2];\ncreg high[1];\n"
    body = (
        "h q[0];\nmeasure q[0] -> low[0];\nmeasure q[1] -> low[1];\n"
        "if (low == 1) x q[2];\nif (high == 1) x q[2];\nmeasure q[2] -> high[0];\n"
    )

    reading = program(body, registers=registers, kind=SourceKind.OPENQASM2)

    assert reading.openqasm.count("if") == 1
    assert "if (b[0] == 1 && b[1] == 0) {\n  x q[2];\n}\nb[2] = measure q[2];" in reading.openqasm


def test_a_used_qubit_that_is_reset_stays_a_program():
    reading = program("h q[0];\nreset q[0];\nx q[1];")

    assert reading.openqasm.splitlines()[2:] == [
        "bit[2] b;",
        "h q[0];",
        "reset q[0];",
        "x q[1];",
        "b[0] = measure q[0];",
        "b[1] = measure q[1];",
    ]
    assert reading.measured_qubits == (0, 1)


def test_one_qubit_measured_into_two_bits_gives_both():
    reading = program("h q[0];\nc[1] = measure q[0];\nh q[0];\nc[0] = measure q[0];")

    assert reading.measured_qubits == (0, 0)
    assert "b[1] = measure q[0];\nh q[0];\nb[0] = measure q[0];" in reading.openqasm


def test_a_switch_over_measured_bits_becomes_branches():
    body = (
        "h q;\nc[0] = measure q[0];\nc[1] = measure q[1];\n"
        "switch (c) { case 0 { x q[2]; } case 1, 2 { y q[2]; } default { z q[2]; } }"
    )

    assert text(body).endswith(
        "if (b[0] == 0 && b[1] == 0) {\n  x q[2];\n} else {\n"
        "  if ((b[0] == 0 && b[1] == 1) || (b[1] == 0)) {\n    y q[2];\n"
        "  } else {\n    z q[2];\n  }\n}\n"
    )


def test_loops_are_unrolled_inside_branches_too():
    body = "c[0] = measure q[0];\nif (c[0]) { for int i in [1:2] { x q[i]; } }"

    assert text(body).endswith("if (b[0] == 1) {\n  x q[1];\n  x q[2];\n}\n")


def test_a_program_reads_back_to_itself():
    body = (
        "h q;\nc[0] = measure q[0];\nif (c[0] || c[1]) { rx(0.3) q[1]; reset q[0]; }\n"
        "c[1] = measure q[1];\nif (c == 3) { negctrl(2) @ pow(0.5) @ x q[0], q[1], q[2]; }\n"
    )
    written = program(body).openqasm

    assert read(written, kind=SourceKind.OPENQASM3, limits=LIMITS).openqasm == written


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "if (c[0]) { c[1] = measure q[1]; } else { c[1] = measure q[2]; }",
            "A bit holds one qubit or another, depending on a measured bit",
        ),
        ("c[0] = 1;", "this bit is measured, and holds a computed value at the end"),
        ("while (c[0]) { c[0] = measure q[0]; }", "how often this loop turns depends on"),
        ("box[10ns] { x q[1]; }", "a box cannot be given a duration"),
    ],
)
def test_what_would_need_a_computer_beside_the_device_is_refused(body, message):
    with pytest.raises(RunError) as caught:
        program(f"h q;\nc[0] = measure q[0];\n{body}")

    assert message in caught.value.message


def test_a_condition_may_not_depend_on_very_many_bits():
    registers = "qubit[20] q;\nbit[20] c;\n"

    with pytest.raises(RunError) as caught:
        program("h q;\nc = measure q;\nif (popcount(c) == 10) x q[0];", registers=registers)

    assert caught.value.code == "runner_limit_exceeded"
