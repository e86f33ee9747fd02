"""Carries a circuit out on a simulator: from its operations to the exact state.

Only qubits that are named take memory: 0 and 19 are two, not twenty.
"""

import cmath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs.circuits import MEASURE, Operation
from runs.runner.engine import ExactContext, SeededSimulator, evolved
from runs.runner.matrices import controlled
from runs.runner.sampling import marginal

# Braket spells our table's names but for this one.
_ENGINE_NAMES = {"u": "U"}


@dataclass(frozen=True)
class State:
    """The state after a circuit of n qubits, the lowest of which is leftmost in an index.

    ``array`` holds 2**n amplitudes, or the density matrix of 2**n rows; ``probabilities`` are
    those of the 2**n basis states. ``places`` gives the position of each qubit, ascending.
    """

    array: NDArray[np.complex128]
    probabilities: NDArray[np.float64]
    places: Mapping[int, int]

    def marginal(self, qubits: Sequence[int]) -> NDArray[np.float64]:
        """Return the exact probabilities of ``qubits``, the first leftmost."""
        return marginal(self.probabilities, [self.places[qubit] for qubit in qubits])


def state_after(
    simulator: SeededSimulator, operations: Sequence[Mapping[str, Any]], measured: Sequence[int]
) -> State:
    """Return the state after ``operations``, with the qubits ``measured`` among its own.

    :raises RunError: if the simulator does not take the circuit.
    """
    gates = [_operation(members) for members in operations if members["gate"] != MEASURE]
    named = {qubit for gate in gates for qubit in gate.qubits}
    places = {qubit: place for place, qubit in enumerate(sorted(named | set(measured)))}
    context = simulator.create_program_context()
    phase = 1 + 0j
    for gate in gates:
        if gate.qubits:
            _add(context, gate, places)
        else:
            phase *= _phase(gate)
    array, probabilities = evolved(simulator, context, len(places))
    return State(array * phase if array.ndim == 1 else array, probabilities, places)


def _operation(members: Mapping[str, Any]) -> Operation:
    return Operation.of(
        members["gate"],
        members["targets"],
        controls=members.get("controls", ()),
        angles=_several(members, "angle", "angles"),
        control_state=members.get("controlState", ()),
        power=members.get("power", 1),
        probabilities=_several(members, "probability", "probabilities"),
    )


def _several(members: Mapping[str, Any], one: str, many: str) -> Sequence[float]:
    return members.get(many) or ([members[one]] if one in members else [])


def _add(context: ExactContext, gate: Operation, places: Mapping[int, int]) -> None:
    qubits = tuple(places[qubit] for qubit in gate.qubits)
    states = () if gate.kind.controls else gate.control_state
    if gate.is_noise:
        context.add_noise_instruction(gate.gate, qubits, gate.probabilities)
    elif gate.kind.qubits:
        name = _ENGINE_NAMES.get(gate.gate, gate.gate)
        context.add_gate_instruction(name, qubits, gate.angles, states, gate.power)
    else:  # a phase under controls
        context.add_custom_unitary(controlled(np.array([[_phase(gate)]]), states), qubits)


def _phase(gate: Operation) -> complex:
    return cmath.exp(1j * gate.angles[0] * gate.power)
