"""Values of result types from their definitions, with matrices of the whole register. Numpy alone."""

import functools

import numpy as np

from tests.runs.reference import I2, X, Y, Z, matrix_of

LETTERS = {"i": I2, "x": X, "y": Y, "z": Z}


def qubits_of(operations):
    return sorted({q for o in operations for q in (*o.get("controls", ()), *o["targets"])})


def state_after(operations):
    """Return the 2**n amplitudes, the lowest qubit leftmost, with the phase of everything."""
    qubits = qubits_of(operations)
    state = np.zeros([2] * len(qubits), dtype=complex)
    state[(0,) * len(qubits)] = 1
    for operation in operations:
        acting = [qubits.index(q) for q in (*operation.get("controls", ()), *operation["targets"])]
        width = len(acting)
        gate = matrix_of(operation).reshape([2] * 2 * width)
        state = np.tensordot(gate, state, axes=(range(width, 2 * width), acting))
        state = np.moveaxis(state, range(width), acting)
    return state.reshape(-1)


def pauli_word(letters, targets, qubits):
    """Return the matrix of a word on the whole register."""
    factors = [LETTERS[dict(zip(targets, letters, strict=True)).get(q, "i")] for q in qubits]
    return functools.reduce(np.kron, factors)


def mean(operations, letters, targets):
    state = state_after(operations)
    return (state.conj() @ pauli_word(letters, targets, qubits_of(operations)) @ state).real


def shares(operations, targets):
    """Return the probabilities of the outcomes of ``targets``, the first leftmost."""
    qubits = qubits_of(operations)
    found = {}
    for index, amplitude in enumerate(state_after(operations)):
        bits = format(index, f"0{len(qubits)}b")
        key = "".join(bits[qubits.index(target)] for target in targets)
        found[key] = found.get(key, 0) + abs(amplitude) ** 2
    return found
