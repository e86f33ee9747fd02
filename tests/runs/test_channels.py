"""The table of noise channels is the installed SDK's, and circuits hold nothing that it refuses."""

import inspect
import math

import pytest

from runs import programs
from runs.channels import CHANNELS, NOT_OFFERED
from runs.circuits import Circuit, Operation, parse
from runs.contract import RunRequest
from runs.errors import RunError
from runs.gates import GATES
from runs.limits import Limits
from runs.qasm import to_openqasm

LIMITS = Limits()
BIT_FLIP = {"gate": "bit_flip", "targets": [0], "probability": 0.1}
PAULI = {"gate": "pauli_channel", "targets": [1], "probabilities": [0.1, 0.2, 0.3]}
GAD = "generalized_amplitude_damping"
TOGETHER = "together they may be at most 1"


def read(*operations):
    return parse(list(operations), limits=LIMITS)


def refused(*operations):
    with pytest.raises(RunError) as caught:
        read(*operations)
    return caught.value


def refusals(*operations):
    return [problem.message for problem in refused(*operations).problems]


def request(operations, *, device="braket_dm", kind="circuitOperations", source=""):
    return RunRequest(
        mode="simulator",
        provider_id="local",
        device_id=device,
        shots=100,
        source_kind=kind,
        circuit_operations=operations,
        source=source,
    )


@pytest.fixture(scope="module")
def braket():
    """Return the SDK's channels by our names."""
    from braket.circuits import Noise, noises

    kinds = inspect.getmembers(noises, inspect.isclass)
    found = {
        "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_"): kind
        for name, kind in kinds
        if issubclass(kind, Noise) and kind.__module__ == noises.__name__
    }
    assert len(found) == len(CHANNELS) + len(NOT_OFFERED)
    return found


def test_the_table_is_that_of_the_installed_sdk(braket):
    assert set(braket) == {*CHANNELS, *NOT_OFFERED}
    for name, channel in CHANNELS.items():
        assert tuple(inspect.signature(braket[name].__init__).parameters)[1:] == (
            channel.probabilities
        )
        assert braket[name].fixed_qubit_count() == channel.qubits


@pytest.mark.parametrize("name", CHANNELS)
def test_the_bounds_are_those_of_the_installed_sdk(braket, name):
    channel = CHANNELS[name]
    for place in range(len(channel.probabilities)):
        for value in (0.0, channel.most, -5e-324, math.nextafter(channel.most, 2), math.nan):
            values = [0.0] * len(channel.probabilities)
            values[place] = value
            try:
                braket[name](*values)
            except ValueError:
                assert [*channel.complaints(values)], values
            else:
                assert not [*channel.complaints(values)], values


@pytest.mark.parametrize(
    "values", [(0.3, 0.6, 0.1), (0.1, 0.2, 0.7), (0.5, 0.5, 1e-16), (0.5, 0.5, 1e-15), (0.9, 0, 1)]
)
def test_errors_that_exclude_each_other_are_added_up_as_the_sdk_does(braket, values):
    values = [float(value) for value in values]
    complaints = [*CHANNELS["pauli_channel"].complaints(values)]
    try:
        braket["pauli_channel"](*values)
    except ValueError:
        assert complaints
    else:
        assert not complaints


def test_gates_and_channels_share_no_name():
    assert not set(CHANNELS) & set(GATES)
    assert all(channel.meaning and channel.operators for channel in CHANNELS.values())


def test_a_channel_is_held_in_one_form():
    circuit = read({"gate": "h", "targets": [0]}, BIT_FLIP, PAULI)

    assert circuit.operations[1:] == (
        Operation.of("bit_flip", (0,), probabilities=(0.1,)),
        Operation.of("pauli_channel", (1,), probabilities=(0.1, 0.2, 0.3)),
    )
    assert circuit.as_json()[1:] == [BIT_FLIP, PAULI]
    assert read(*circuit.as_json()) == circuit
    assert read({"gate": "bit_flip", "targets": [0], "probabilities": [0]}) == read(
        {"gate": "bit_flip", "targets": [0], "probability": -0.0, "controls": []}
    )


def test_noise_takes_no_time_but_counts_as_an_operation():
    circuit = read({"gate": "h", "targets": [0]}, BIT_FLIP, BIT_FLIP, PAULI)

    assert (circuit.depth, circuit.operation_count, circuit.qubits) == (1, 4, (0, 1))
    assert Circuit.of(circuit.operations[1:]).depth == 0


def test_everything_that_is_wrong_with_noise_is_said_at_once():
    wrong = [
        {**BIT_FLIP, "probability": 0.6},
        {"gate": "bit_flip", "targets": [0]},
        {**BIT_FLIP, "targets": [0, 1]},
        {"gate": "two_qubit_depolarizing", "targets": [1, 1], "probability": 0.1},
        {**BIT_FLIP, "controls": [1], "power": 2, "angle": 0.1, "colour": "red"},
        {"gate": "h", "targets": [0], "probability": 0.1},
        {**PAULI, "probabilities": [0.5, 0.5, 0.5]},
        {"gate": GAD, "targets": [0], "probabilities": [2, -0.1]},
        {**BIT_FLIP, "probability": True},
        {**BIT_FLIP, "probability": float("nan")},
        {**BIT_FLIP, "probability": 10**400},
        {**BIT_FLIP, "probabilities": [0.1]},
        {"gate": "pauli_channel", "targets": [0], "probabilities": 0.1},
    ]

    assert refusals(*wrong) == [
        "Operation 1 (bit_flip) has the probability 0.6; it may be from 0 to 0.5",
        "Operation 2 (bit_flip) needs 1 probability, but is given none",
        "Operation 3 (bit_flip) needs 1 target, but is given 2 targets",
        "Operation 4 (two_qubit_depolarizing) names qubit 1 twice",
        "Operation 5 (bit_flip) is a noise channel and takes no angle",
        "Operation 5 (bit_flip) is a noise channel and takes no controls",
        "Operation 5 (bit_flip) is a noise channel and takes no power",
        "Operation 5 (bit_flip) has the unknown key “colour”",
        "Operation 6 (h) is a gate and takes no probability",
        f"Operation 7 (pauli_channel) has probabilities that sum to 1.5; {TOGETHER}",
        f"Operation 8 ({GAD}) has the gamma 2; it may be from 0 to 1",
        f"Operation 8 ({GAD}) has the probability -0.1; it may be from 0 to 1",
        "Operation 9 (bit_flip) has the probability true, which is not a number",
        "Operation 10 (bit_flip) has the probability nan, which is not a finite number",
        "Operation 11 (bit_flip) has the probability a very large number; it may be from 0 to 0.5",
        "Operation 12 (bit_flip) has both probability and probabilities",
        "Operation 13 (pauli_channel) has probabilities that are not a list of numbers",
    ]


def test_channels_that_are_not_in_the_table_are_refused_with_a_way_on():
    error = refused({"gate": "kraus", "targets": [0]}, {"gate": "bitflip", "targets": [0]})

    assert error.code == "unsupported_operation"
    assert [(problem.message, problem.hint) for problem in error.problems] == [
        ("Operation 1 (kraus) is not offered", NOT_OFFERED["kraus"]),
        ("Operation 2 (bitflip) is no gate of the table", "Did you mean bit_flip?"),
    ]


def test_a_device_without_noise_names_every_channel_along_with_what_else_is_wrong():
    operations = [{"gate": [1]}, BIT_FLIP, {"gate": "h", "targets": [0]}, PAULI]
    with pytest.raises(RunError) as caught:
        programs.check(request(operations, device="braket_sv"), LIMITS)

    assert caught.value.code == "invalid_circuit"
    hint = "Choose braket_dm, or leave the noise out."
    assert [(p.operation_index, p.field, p.hint) for p in caught.value.problems[1:]] == [
        (1, "circuitOperations", hint),
        (3, "circuitOperations", hint),
    ]
    assert caught.value.problems[1].message == (
        "Operation 2 (bit_flip) is noise; Braket state vector simulator has none"
    )


def test_a_device_with_noise_takes_it():
    program = programs.check(request([{"gate": "h", "targets": [0]}, BIT_FLIP]), LIMITS)

    assert program.circuit.operations[1].is_noise
    assert "#pragma braket noise bit_flip(0.1) q[0]\n" in program.openqasm


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("value", [0.0, 5e-324, 1e-5, 0.1, 1 / 3])
def test_the_sdk_reads_what_is_exported(name, value):
    from braket.circuits import Circuit as BraketCircuit

    channel = CHANNELS[name]
    noise = Operation.of(
        name,
        range(2, 2 - channel.qubits, -1),
        probabilities=[value] * len(channel.probabilities),
    )
    text = to_openqasm(Circuit.of([Operation.of("h", (0,)), noise]))

    (_, read_back, *_) = BraketCircuit.from_ir(text).instructions
    assert read_back.operator.name == name.title().replace("_", "")
    assert read_back.operator.parameters == list(noise.probabilities)
    assert [int(qubit) for qubit in read_back.target] == list(noise.targets)
