"""What people write beyond gates: subroutines, breaks, arrays, pragmas; each comes to its gates."""

import pytest

from runs.contract import SourceKind
from runs.errors import RunError
from runs.limits import Limits
from runs.qasm import read

HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[3] q;\n'


def reading(body):
    return read(HEAD + body, kind=SourceKind.OPENQASM3, limits=Limits(), parameters={})


def gates(body):
    circuit = reading(body).circuit
    return [(one.gate, one.qubits) for one in circuit.operations]


@pytest.mark.parametrize(
    ("body", "comes_to"),
    [
        ("def f(qubit a, qubit b) { h a; cx a, b; }\nf(q[0], q[2]);", [("h", 0), ("cnot", 0, 2)]),
        (
            (
                "def wanted(int n) -> bool { return n % 2 == 1; }\n"
                "for int i in [0:2] { if (wanted(i)) x q[i]; }"
            ),
            [("x", 1)],
        ),
        ("for int i in [0:2] { if (i == 2) { break; } h q[i]; }", [("h", 0), ("h", 1)]),
        ("for int i in [0:2] { if (i == 1) { continue; } h q[i]; }", [("h", 0), ("h", 2)]),
        ("h q[0];\nend;\nx q[0];", [("h", 0)]),
        (
            (
                "const int n = 2;\narray[int, 2] places = {2, 0};\n"
                "for int i in [0:n - 1] { x q[places[i]]; }"
            ),
            [("x", 2), ("x", 0)],
        ),
        ("switch (1) { case 0 { x q[0]; } case 1 { y q[1]; } default { z q[2]; } }", [("y", 1)]),
        ("int i = 0;\nwhile (i < 2) { h q[i]; i += 1; }", [("h", 0), ("h", 1)]),
    ],
)
def test_it_comes_to_these_gates(body, comes_to):
    assert gates(body) == [(name, tuple(qubits)) for name, *qubits in comes_to]


def test_noise_is_written_as_braket_writes_it():
    [channel] = reading("#pragma braket noise bit_flip(0.1) q[1]").circuit.operations
    assert (channel.gate, channel.qubits, channel.probabilities) == ("bit_flip", (1,), (0.1,))


def test_result_types_are_written_as_braket_writes_them():
    body = (
        "h q[0];\ncx q[0], q[2];\n"
        "#pragma braket result expectation z(q[0]) @ x(q[2])\n"
        "#pragma braket result probability q[0]\n"
    )
    assert list(reading(body).result_types) == [
        {"type": "expectation", "observable": ["z", "x"], "targets": [0, 2]},
        {"type": "probability", "targets": [0]},
    ]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("#pragma braket noise kraus([[1, 0], [0, 1]]) q[0]", "kraus"),
        ("#pragma braket noise bit_flip(0.9) q[0]", "0.5"),
        ("#pragma braket result adjoint_gradient expectation(z(q[0])) all", "adjoint_gradient"),
        ("#pragma something else", "pragma"),
        ("def f(qubit a) { f(a); }\nf(q[0]);", "32 deep"),
        ("int i = 0;\nwhile (i < 1) { h q[0]; }", "2,000 operations"),
    ],
)
def test_what_is_refused_is_refused_in_words(body, told):
    with pytest.raises(RunError) as caught:
        reading(f"h q[0];\n{body}")
    assert told in " ".join(problem.message for problem in caught.value.problems)
