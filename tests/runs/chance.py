"""Circuits by chance, for statements that hold for all of them."""

import math

from hypothesis import strategies as st

from runs.circuits import Circuit, Operation
from runs.gates import GATES

PARTS = [sign * math.pi * n / d for sign in (1, -1) for n in (1, 3) for d in (1, 2, 4, 8)]
ANGLES = st.sampled_from([0.0, *PARTS]) | st.floats(-100, 100, allow_nan=False)


@st.composite
def operations(draw, qubits):
    gate = GATES[draw(st.sampled_from([g.name for g in GATES.values() if g.qubits <= qubits]))]
    places = draw(st.permutations(range(qubits)))
    extra = draw(st.integers(0, min(3, qubits - gate.qubits))) if gate.qubits else 0
    return Operation.of(
        gate.name,
        places[extra : extra + gate.qubits],
        controls=places[:extra],
        angles=[draw(ANGLES) for _ in gate.angles],
        control_state=[draw(st.integers(0, 1)) for _ in range(extra)],
        power=draw(st.sampled_from([1, 1, 1, 0.5, 2, -1.5])),
    )


@st.composite
def circuits(draw, qubits=4):
    found = draw(st.lists(operations(qubits), min_size=1, max_size=8))
    measured = draw(st.none() | st.permutations(range(qubits)).map(lambda order: order[:3]))
    circuit = Circuit.of(found, measured=measured)
    return circuit if circuit.qubits else Circuit.of(found, measured=[0])
