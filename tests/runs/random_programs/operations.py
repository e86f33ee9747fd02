"""Random circuits as the API's list of operations, each gate spelled in one of its ways."""

import random

import numpy as np

from tests.runs.random_programs.library import BRAKET
from tests.runs.reference import evolved, probabilities, qubits_of

_GAPS = (0, 1, 2, 3, 5, 63)
_OWN = {"cnot": 1, "cy": 1, "cz": 1, "cv": 1, "ccnot": 2, "cphaseshift": 1, "cswap": 1}


def circuit(seed, *, measured=True):
    """Return operations as a program sends them; the last may say what is measured."""
    chance = random.Random(f"operations {seed}")
    qubits = sorted(chance.sample(_GAPS, chance.randint(2, 5)))
    found = [_turn(chance, qubit) for qubit in qubits]
    found += [_gate(chance, qubits) for _ in range(chance.randint(4, 14))]
    found += [_turn(chance, qubit) for qubit in qubits]
    if measured and chance.random() < 0.6:
        order = chance.sample(qubits, chance.randint(1, len(qubits)))
        parts = [order[:1], order[1:]] if chance.random() < 0.3 else [order]
        found += [{"gate": "measure", "targets": part} for part in parts if part]
    return found


def outcomes(operations):
    """Return the exact probability of every outcome, by its bit string."""
    gates = [operation for operation in operations if operation["gate"] != "measure"]
    measured = [q for o in operations if o["gate"] == "measure" for q in o["targets"]]
    if not measured:
        measured = sorted({q for o in gates for q in qubits_of(o)})
    exact = probabilities(gates, measured)
    return {format(place, f"0{len(measured)}b"): share for place, share in enumerate(exact)}


def amplitudes(operations):
    """Return the amplitudes of a circuit that measures nothing, and the qubits it acts on."""
    qubits = sorted({qubit for operation in operations for qubit in qubits_of(operation)})
    state = evolved(operations, qubits)
    return {"".join(map(str, index)): value for index, value in np.ndenumerate(state)}, qubits


def _turn(chance, qubit):
    angles = [round(chance.uniform(-3, 3), 3) for _ in range(3)]
    return {"gate": "u", "targets": [qubit], "angles": angles}


def _gate(chance, qubits):
    fitting = [name for name, (size, _, _) in BRAKET.items() if size <= len(qubits)]
    name = chance.choice([*fitting, "gphase"])
    size, angles, _ = BRAKET.get(name, (0, 1, None))
    extra = min(len(qubits) - size, chance.choice([0, 0, 0, 1, 2, 3]))
    chosen = chance.sample(qubits, size + extra)
    # Its own controls may stand among the targets, or with the other controls in front of them.
    controls = extra + chance.choice([0, _OWN.get(name, 0)])
    operation = {"gate": name, "targets": chosen[controls:]}
    if controls or chance.random() < 0.1:
        operation["controls"] = chosen[:controls]
    if controls and chance.random() < 0.6:
        operation["controlState"] = [chance.randint(0, 1) for _ in range(controls)]
        if name == "gphase":
            operation["controlState"][0] = 1  # with open controls only it is refused
    _add_numbers(chance, operation, angles)
    return operation


def _add_numbers(chance, operation, angles):
    if operation["gate"] == "ms" and chance.random() < 0.5:
        angles = 2  # the third is a right angle then
    values = [chance.choice([round(chance.uniform(-7, 7), 3), 3, 0]) for _ in range(angles)]
    if angles == 1 and chance.random() < 0.7:
        operation["angle"] = values[0]
    elif angles:
        operation["angles"] = values
    if chance.random() < 0.4:
        operation["power"] = chance.choice([-1, 2, 0, 1, 0.5, 0.37, -2.5])
