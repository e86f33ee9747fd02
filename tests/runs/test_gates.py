"""The table of gates is the installed SDK's, and its inverses and powers are what they say."""

import inspect

import pytest

from runs.circuits import Operation
from runs.gates import GATES, OTHER_NAMES
from runs.qasm import modifiers
from tests.runs.unitaries import same, unitary

ANGLES = (0.3, -1.1, 0.7)


def operation(name, **more):
    gate = GATES[name]
    return Operation.of(name, range(gate.qubits), angles=ANGLES[: len(gate.angles)], **more)


def controlled(operations, *, by, state=1):
    return modifiers.control(operations, [by], state=state, most=6)


def test_the_table_is_that_of_the_installed_sdk():
    from braket.circuits import Gate, gates

    found = {}
    for name, kind in inspect.getmembers(gates, inspect.isclass):
        if issubclass(kind, Gate) and isinstance(kind.fixed_qubit_count(), int):
            signature = inspect.signature(kind.__init__).parameters
            angles = [parameter for parameter in signature if parameter.startswith("angle")]
            found[name.lower()] = (kind.fixed_qubit_count(), len(angles))

    assert found == {name: (gate.qubits, len(gate.angles)) for name, gate in GATES.items()}


def test_other_names_lead_to_gates_of_the_table():
    assert set(OTHER_NAMES.values()) <= {*GATES, "measure"}
    assert not set(OTHER_NAMES) & set(GATES)


@pytest.mark.parametrize("name", [name for name, gate in GATES.items() if gate.base])
def test_a_controlled_gate_is_its_base_under_control(name):
    gate = GATES[name]
    angles = ANGLES[: len(gate.angles)]

    plain = Operation.of(name, range(gate.qubits), angles=angles)
    spelled = Operation.of(
        gate.base,
        range(gate.controls, gate.qubits),
        controls=range(gate.controls),
        angles=angles,
    )

    assert plain == spelled
    assert plain.gate == name


@pytest.mark.parametrize("name", GATES)
def test_a_gate_and_its_inverse_undo_each_other_also_under_control(name):
    once = operation(name)
    qubits = GATES[name].qubits

    both = controlled([once, *modifiers.inverse([once])], by=qubits)

    assert same(unitary(both, qubits + 1), unitary([], qubits + 1))


@pytest.mark.parametrize("power", [-2, 0, 3])
@pytest.mark.parametrize("name", GATES)
def test_a_whole_power_is_the_gate_so_many_times(name, power):
    once = operation(name)
    qubits = GATES[name].qubits

    raised = controlled(modifiers.power([once], power, most=10), by=qubits)
    step = modifiers.inverse([once]) if power < 0 else [once]
    repeated = controlled(step * abs(power), by=qubits)

    assert same(unitary(raised, qubits + 1), unitary(repeated, qubits + 1))


@pytest.mark.parametrize("name", [name for name, gate in GATES.items() if gate.qubits])
def test_half_a_power_done_twice_is_the_gate(name):
    qubits = GATES[name].qubits

    half = modifiers.power([operation(name)], 0.5, most=10)

    assert same(unitary(half * 2, qubits), unitary([operation(name)], qubits))


@pytest.mark.parametrize("state", [0, 1])
def test_a_phase_under_a_control_turns_that_control(state):
    phase = [Operation.of("gphase", (), angles=(0.4,))]

    made = controlled(phase, by=0, state=state)
    turned = Operation.of("phaseshift", (0,), angles=(0.4 if state else -0.4,))

    assert same(unitary(made, 1), unitary([turned], 1))
