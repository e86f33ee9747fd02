"""The mistakes that people make: each is explained where it is, and all of them at once."""

import pytest

from runs.contract import SourceKind
from runs.errors import RunError
from runs.limits import Limits
from runs.qasm import read

HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[2] q;\nbit[2] c;\n'


def problems(body, *, head=HEAD):
    with pytest.raises(RunError) as caught:
        read(head + body, kind=SourceKind.OPENQASM3, limits=Limits())
    return caught.value.problems


@pytest.mark.parametrize(
    ("body", "column", "message", "hint"),
    [
        ("hh q[0];", 1, "there is no gate hh", "Did you mean h?"),
        ("cxx q[0], q[1];", 1, "there is no gate cxx", "Did you mean cx?"),
        ("RX(0.1) q[0];", 1, "there is no gate RX", "Did you mean rx?"),
        ("measur q;", 1, "there is no gate measur", "Did you mean measure?"),
        ("gate mine a { x a; }\nmin q[0];", 1, "there is no gate min", "Did you mean mine?"),
        ("bit_flip(0.1) q[0];", 1, "there is no gate bit_flip", "Noise is written as a pragma: #pragma braket noise bit_flip(0.1) q[0]"),
        ("warp_core q[0];", 1, "there is no gate warp_core", "The gates of stdgates.inc, of qelib1.inc and of Amazon Braket are there; define others with gate."),
        ("h q[2];", 3, "q has 2 elements, so there is no [2]", "They are counted from 0 to 1."),
        ("h r[0];", 3, "r is not declared", "Declare it before: qubit[2] r;"),
        ("d[0] = measure q[0];", 1, "d is not declared", "Declare it before: bit[2] d;"),
        ("measure q -> d;", 14, "d is not declared", "Declare it before: bit[2] d;"),
        ("rx(theta) q[0];", 4, "theta is not declared", "Declare it before, or as an input: input float theta;"),
        ("rx(Pi) q[0];", 4, "Pi is not declared", "Did you mean pi?"),
        ("rx(sen(1)) q[0];", 4, "there is no function sen", "The functions are abs"),
        ("rx q[0];", 1, "rx needs 1 angle, but is given 0", "Write angles in radians: rx(pi/2)."),
        ("h(0.1) q[0];", 1, "h needs 0 angles, but is given 1", "Leave the brackets out."),
        ("rx(90°) q[0];", 6, "the character ° has no place in OpenQASM", "Angles are in radians: 90*pi/180 is 90 degrees."),
        ("rx(−1) q[0];", 4, "the character − has no place in OpenQASM", "Type a minus: -."),
        ("h\u00a0q[0];", 2, "an invisible character, U+00A0, is not allowed", "Type a normal space."),
        ("// fine\n/* not\n fine \u200b*/", 7, "an invisible character, U+200B, is not allowed", None),
        ("# note", 1, "the character # has no place in OpenQASM", "A comment begins with //."),
        ("include “stdgates.inc”;", 9, "the character “ has no place in OpenQASM", 'Type a straight quote: ".'),
        ("include stdgates.inc;", 9, "stdgates cannot be included", 'Write the file in quotes: "stdgates.inc".'),
        ("h q[0]\nx q[1];", 7, "a ; is missing at the end", None),
        ("h q[0] x q[1];", 7, "a ; is missing before x", None),
        ("c = measure q", 14, "a ; is missing at the end", None),
        ("rx(pi/2 q[0];", 9, "q has no meaning here", "The ( of line 5 is never closed."),
        ("gate g a { h a;", 16, "the source ends where } was expected", "The { of line 5 is never closed."),
        ("h q[0]; }", 9, "} has no meaning here", "It closes nothing that was opened."),
        ("for i in range(2):\n  h q[i];", 5, "i has no meaning here", "Write a loop as: for int i in [0:3] { h q[i]; }"),
        ("if c[0] == 1:\n  x q[1];", 4, "expected ( before c", "Write a condition in brackets: if (c[0] == 1) { x q[1]; }"),
        ("if (c = 1) x q[1];", 7, "expected ) before =", "Compare with ==."),
        ("import numpy as np\nh q;", 13, "a ; is missing before as", "This looks like Python. Write OpenQASM, or send the circuit as operations."),
        ("circuit.h(0);", 8, ". has no meaning here", "Names have no dots: write pi for np.pi, and h q[0]; for circuit.h(0)."),
        ("qubit[2] in;", 10, "expected a name before in", "in is a word of the language; choose another name."),
        ("measure_all;", 1, "measure_all by itself says nothing", "A gate names its qubits: h q[0];"),
        ("h;", 1, "h by itself says nothing", "A gate names its qubits: h q[0];"),
        ("defcal x $0 { }", 1, "calibrations and pulses are not supported", "A simulator has no pulses; leave them out, or define a gate."),
        ("ctrl(7) @ x q[0], q[1];", 1, "ctrl takes 1 to 6 control qubits, not 7", None),
    ],
)  # fmt: skip
def test_a_mistake_is_explained_where_it_is(body, column, message, hint):
    (problem,) = problems(body)

    assert problem.message.partition(": ")[2] == message
    assert problem.column == column
    assert (problem.hint or "").startswith(hint or "")
    assert (problem.hint is None) == (hint is None)


def test_mistakes_of_all_kinds_are_reported_at_once_in_the_order_of_their_lines():
    body = "h q[0]\nqubit[ r;\nh r[0];\ncx q[0];\nif (c[0] { x q[0]; }\nrx(1/0) q[1];\nx q[9];"

    found = [(problem.line, problem.message.partition(": ")[2]) for problem in problems(body)]

    assert found == [
        (5, "a ; is missing at the end"),
        (8, "cx needs 2 qubits, but is given 1"),
        (9, "expected ) before {"),
        (10, "this divides by zero"),
        (11, "q has 2 elements, so there is no [9]"),
    ]


def test_a_statement_that_cannot_be_read_makes_no_further_problems_of_its_names():
    body = "gate mine(a b) c { rx(a) c; }\nbit[2 d;\nmine(0.1) q[0];\nd = measure q;\nh q[0];"

    found = [problem.line for problem in problems(body)]

    assert found == [5, 6]


def test_a_long_list_of_mistakes_is_cut_short():
    found = problems("h q[7];\n" * 80)

    assert len(found) == 51
    assert found[-1].message == "There are 30 more problems like these"


def test_what_is_not_declared_in_version_2_is_declared_as_there():
    head = 'OPENQASM 2.0;\ninclude "qelib1.inc";\n'
    with pytest.raises(RunError) as caught:
        read(f"{head}h q;\nmeasure q -> c;", kind=SourceKind.OPENQASM2, limits=Limits())

    hints = [problem.hint for problem in caught.value.problems]
    assert hints == ["Declare it before: qreg q[2];", "Declare it before: creg c[2];"]
