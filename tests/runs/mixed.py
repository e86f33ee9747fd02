"""Density matrices in numpy alone, with noise as in Nielsen and Chuang, section 8.3.

It shares no line with Braket. Two axes for each qubit: its row, and as many places later its column. Qubit 0 is leftmost.
"""

import itertools

import numpy as np

from tests.runs.reference import I2, X, Y, Z, apply, matrix_of, qubits_of

ZERO, ONE = np.array([[1], [0]], dtype=complex), np.array([[0], [1]], dtype=complex)


def pauli_errors(*errors):
    """Return the operators of errors that exclude each other, each a probability and a matrix."""
    none = 1 - sum(probability for probability, _ in errors)
    nothing = np.eye(len(errors[0][1]))
    return [np.sqrt(max(none, 0)) * nothing, *(np.sqrt(p) * matrix for p, matrix in errors)]


def flip(error):
    """Section 8.3.3, but p is the probability of the error here, not of no error."""
    return lambda p: pauli_errors((p, error))


def depolarizing(p):
    """Section 8.3.4, in the form with p / 3."""
    return pauli_errors((p / 3, X), (p / 3, Y), (p / 3, Z))


def decay(gamma, upper, lower):
    """Section 8.3.5, from ``upper`` to ``lower``."""
    stay = lower @ lower.T + np.sqrt(1 - gamma) * upper @ upper.T
    return [stay, np.sqrt(gamma) * lower @ upper.T]


def generalized_amplitude_damping(gamma, p):
    """Section 8.3.5, its end; p is the share of 0 in the stationary state."""
    down, up = decay(gamma, ONE, ZERO), decay(gamma, ZERO, ONE)
    return [*(np.sqrt(p) * k for k in down), *(np.sqrt(1 - p) * k for k in up)]


def phase_damping(gamma):
    """Section 8.3.6."""
    return [np.diag([1, np.sqrt(1 - gamma)]), np.diag([0, np.sqrt(gamma)])]


def pairs(paulis):
    return [np.kron(*pair) for pair in itertools.product([I2, *paulis], repeat=2)][1:]


def two_qubit_errors(*paulis):
    errors = pairs(paulis)
    return lambda p: pauli_errors(*((p / len(errors), error) for error in errors))


OPERATORS = {
    "bit_flip": flip(X),
    "phase_flip": flip(Z),
    "pauli_channel": lambda x, y, z: pauli_errors((x, X), (y, Y), (z, Z)),
    "depolarizing": depolarizing,
    "two_qubit_depolarizing": two_qubit_errors(X, Y, Z),
    "two_qubit_dephasing": two_qubit_errors(Z),
    "amplitude_damping": lambda gamma: decay(gamma, ONE, ZERO),
    "generalized_amplitude_damping": generalized_amplitude_damping,
    "phase_damping": phase_damping,
}


def operators_of(operation):
    """Return the Kraus operators of a gate or a channel in canonical JSON; a gate has one."""
    if operation["gate"] not in OPERATORS:
        return [matrix_of(operation)]
    one = [operation["probability"]] if "probability" in operation else []
    return OPERATORS[operation["gate"]](*operation.get("probabilities", one))


def chances(channel, chance):
    """Return probabilities that a channel of our table may have."""
    values = [chance.uniform(0, channel.most) for _ in channel.probabilities]
    return [value / len(values) for value in values] if channel.excludes else values


def ground(qubits):
    """Return the state in which every qubit is 0."""
    state = np.zeros([2] * 2 * qubits, dtype=complex)
    state[(0,) * 2 * qubits] = 1
    return state


def evolved(state, operators, qubits):
    """Return the state after the channel with these operators acted on ``qubits``."""
    columns = [state.ndim // 2 + qubit for qubit in qubits]
    return sum(apply(k.conj(), apply(k, state, qubits), columns) for k in operators)


def populations(state):
    """Return the probabilities of all outcomes, one axis for each qubit."""
    qubits = state.ndim // 2
    return np.real(np.einsum(state, [*range(qubits)] * 2, [*range(qubits)]))


def probabilities(operations, measured):
    """Return the probabilities of the qubits ``measured``, the first of them leftmost."""
    qubits = sorted({q for o in operations for q in qubits_of(o)} | set(measured))
    state = ground(len(qubits))
    for operation in operations:
        acting = [qubits.index(qubit) for qubit in qubits_of(operation)]
        state = evolved(state, operators_of(operation), acting)
    order = [qubits.index(qubit) for qubit in measured]
    others = [axis for axis in range(len(qubits)) if axis not in order]
    return np.transpose(populations(state), order + others).reshape(2 ** len(order), -1).sum(axis=1)
