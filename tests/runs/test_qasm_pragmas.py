"""Braket's pragmas: noise becomes operations, result types are asked for, the rest is refused."""

import pytest

from runs.circuits import Operation
from runs.contract import SourceKind
from runs.errors import RunError
from runs.limits import Limits
from runs.qasm import read, to_openqasm
from runs.results import ResultType

HEAD = "OPENQASM 3.0;\nqubit[3] q;\nh q[0];\ncnot q[0], q[1];\n"


def reading(body, *, head=HEAD, **more):
    return read(head + body, kind=SourceKind.OPENQASM3, limits=Limits(), **more)


def results(body, **more):
    return list(reading(body, **more).result_types)


def test_noise_becomes_operations_where_it_stands():
    body = (
        "#pragma braket noise bit_flip(0.1) q[0] // after the gates\nx q[2];\n"
        "#pragma braket noise generalized_amplitude_damping(0.3, .25) q[2]\n"
        "pragma braket noise two_qubit_dephasing(1e-2) q[0], q[1]\n"
        "#pragma braket noise phase_flip(0.2) q[1:2]\n"
    )

    found = reading(body).circuit

    assert found.operations[2:] == (
        Operation.of("bit_flip", (0,), probabilities=(0.1,)),
        Operation.of("x", (2,)),
        Operation.of("generalized_amplitude_damping", (2,), probabilities=(0.3, 0.25)),
        Operation.of("two_qubit_dephasing", (0, 1), probabilities=(0.01,)),
        Operation.of("phase_flip", (1,), probabilities=(0.2,)),
        Operation.of("phase_flip", (2,), probabilities=(0.2,)),
    )
    text = to_openqasm(found)
    assert read(text, kind=SourceKind.OPENQASM3, limits=Limits()).circuit == found


def test_noise_may_depend_on_an_input():
    head = "OPENQASM 3.0;\ninput float rate;\n"
    body = "x $4;\n#pragma braket noise depolarizing(rate) $4"

    found = reading(body, head=head, parameters={"rate": 0.3}).circuit

    assert found.operations[-1] == Operation.of("depolarizing", (4,), probabilities=(0.3,))


@pytest.mark.parametrize(
    ("pragma", "wanted"),
    [
        ("state_vector", [{"type": "state_vector"}]),
        ("probability", [{"type": "probability"}]),
        ("probability all", [{"type": "probability"}]),
        ("probability q[0:1]", [{"type": "probability", "targets": [0, 1]}]),
        ("probability q[{2, 0}], q[1]", [{"type": "probability", "targets": [2, 0, 1]}]),
        ('amplitude "00", "11"', [{"type": "amplitude", "states": ["00", "11"]}]),
        ("expectation z(q[1])", [{"type": "expectation", "observable": ["z"], "targets": [1]}]),
        (
            "variance x(q[1]) @ i(q[0])",
            [{"type": "variance", "observable": ["x", "i"], "targets": [1, 0]}],
        ),
        (
            "expectation y all",
            [
                {"type": "expectation", "observable": ["y"], "targets": [0]},
                {"type": "expectation", "observable": ["y"], "targets": [1]},
            ],
        ),
        (
            "expectation z(q[1:2])",
            [
                {"type": "expectation", "observable": ["z"], "targets": [1]},
                {"type": "expectation", "observable": ["z"], "targets": [2]},
            ],
        ),
    ],
)
def test_result_types_are_read_in_canonical_form(pragma, wanted):
    found = results(f"#pragma braket result {pragma}")

    assert found == wanted
    assert [ResultType.of(members).as_json() for members in found] == wanted


def test_result_types_may_name_hardware_qubits():
    head = "OPENQASM 3.0;\nh $2;\n"

    assert results("#pragma braket result expectation z($2)", head=head) == [
        {"type": "expectation", "observable": ["z"], "targets": [2]}
    ]


def test_a_verbatim_box_is_run_as_it_stands():
    found = reading("#pragma braket verbatim\nbox { rx(0.5) q[0]; }")

    assert found.circuit.operations[-1] == Operation.of("rx", (0,), angles=(0.5,))


@pytest.mark.parametrize(
    ("pragma", "message", "hint"),
    [
        ("braket nois bit_flip(0.1) q[0]", "#pragma braket nois is not supported", "The pragmas are noise"),
        ("qiskit.noise model", "the pragma qiskit.noise model is not known", "Pragmas begin with #pragma braket"),
        ("braket verbatim now", "#pragma braket verbatim takes nothing after it", None),
        ("braket unitary([[1, 0], [0, 1]]) q[0]", "gates of arbitrary matrices are not supported", "Build the unitary"),
        ("braket noise bitflip(0.1) q[0]", "there is no noise channel bitflip", "Did you mean bit_flip?"),
        ("braket noise kraus([[1]]) q[0]", "there is no noise channel kraus", "Channels of arbitrary matrices"),
        ("braket noise bit_flip q[0]", "the noise bit_flip is not well formed", "Write it as #pragma braket noise bit_flip(0.1) q[0]"),
        ("braket noise bit_flip(0.7) q[0]", "the noise bit_flip has the probability 0.7; it may be from 0 to 0.5", None),
        ("braket noise bit_flip(2 + 2) q[0]", "2 + 2 is no probability", "Write a number: 0.1."),
        ("braket noise pauli_channel(0.1) q[0]", "the noise pauli_channel needs 3 probabilities, but is given 1", None),
        ("braket noise bit_flip(0.1)", "a qubit is missing here", "Name qubits as q[0] or $0."),
        ("braket noise bit_flip(0.1) q[5]", "q has 3 elements, so there is no [5]", "They are counted from 0 to 2."),
        ("braket noise bit_flip(0.1) q[a]", "q[a] names no qubit", "Name qubits as q[0] or $0."),
        ("braket noise two_qubit_depolarizing(0.1) q[0]", "the noise two_qubit_depolarizing needs 2 qubits, but is given 1", None),
        ("braket noise two_qubit_depolarizing(0.1) q[0], q[0]", "two_qubit_depolarizing names one qubit twice", None),
        ("braket result expectations z(q[0])", "there is no result type expectations", "Did you mean expectation?"),
        ("braket result density_matrix", "the result type density_matrix is not offered", "Ask for expectation values"),
        ("braket result adjoint_gradient expectation(z(q[0])) all", "the result type adjoint_gradient is not offered", "Ask for an expectation value at shifted"),
        ("braket result state_vector q", "the result type state_vector takes nothing after it", None),
        ("braket result amplitude 00", "an amplitude names states in quotes", 'Write it as amplitude "00", "11".'),
        ("braket result expectation w(q[0])", "the observable of this expectation is not well formed", "Write it as"),
        ("braket result expectation h(q[0])", "the observable h is not offered", "Observables are products"),
        ("braket result expectation z(q[0]) @ x(q[0])", "expectation names one qubit twice", None),
        ("braket result expectation z(q) @ x(q[0])", "each factor of an observable is of one qubit", "Write it as"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_pragma_is_said_with_its_line(pragma, message, hint):
    with pytest.raises(RunError) as caught:
        reading(f"#pragma {pragma}")

    (problem,) = caught.value.problems
    assert (problem.message, problem.line) == (f"Line 5: {message}", 5)
    assert (problem.hint or "").startswith(hint or "")


def test_a_pragma_belongs_to_the_outermost_block():
    with pytest.raises(RunError) as caught:
        reading("for int i in [0:1] {\n#pragma braket noise bit_flip(0.1) q[0]\n}")

    assert caught.value.message == "Line 6: pragmas must be global"
