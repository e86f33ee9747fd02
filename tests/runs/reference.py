"""A second simulator, of numpy alone and written from the definitions of the gates.

It shares no line with Braket: matrices are built from Pauli matrices and exponentials, and a state
is evolved by one tensor contraction for each operation. Qubit 0 is leftmost.
"""

import numpy as np
from scipy.linalg import expm

I2 = np.eye(2, dtype=complex)
X = np.array([[0, 1], [1, 0]], dtype=complex)
Y = np.array([[0, -1j], [1j, 0]], dtype=complex)
Z = np.diag([1, -1]).astype(complex)
SWAP = np.eye(4, dtype=complex)[[0, 2, 1, 3]]


def phase(angle):
    return np.diag([1, np.exp(1j * angle)])


def coupling(one, other):
    return lambda angle: expm(-0.5j * angle * np.kron(one, other))


def phase_of(state):
    def matrix(angle):
        diagonal = np.ones(4, dtype=complex)
        diagonal[state] = np.exp(1j * angle)
        return np.diag(diagonal)

    return matrix


def u(theta, phi, lam):
    cos, sin = np.cos(theta / 2), np.sin(theta / 2)
    return np.array(
        [
            [cos, -np.exp(1j * lam) * sin],
            [np.exp(1j * phi) * sin, np.exp(1j * (phi + lam)) * cos],
        ]
    )


def about(axis):
    """Return the generator of a turn about an axis in the x-y plane."""
    return np.cos(axis) * X + np.sin(axis) * Y


def prx(angle, axis):
    return expm(-0.5j * angle * about(axis))


def ms(one, other, angle=np.pi / 2):
    return expm(-0.5j * angle * np.kron(about(one), about(other)))


def pswap(angle):
    return np.diag([1, np.exp(1j * angle), np.exp(1j * angle), 1]) @ SWAP


def iswap():
    return np.diag([1, 1j, 1j, 1]) @ SWAP


def xy(angle):
    return expm(0.25j * angle * (np.kron(X, X) + np.kron(Y, Y)))


def ecr():
    return (np.kron(X, I2) - np.kron(Y, X)) / np.sqrt(2)


V = 0.5 * np.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]])


def controlled(matrix, states):
    """Return the matrix on controls that act in these states, the first leftmost, then its own."""
    for state in reversed(states):
        nothing, zero = np.eye(len(matrix)), np.zeros_like(matrix)
        blocks = [[nothing, zero], [zero, matrix]] if state else [[matrix, zero], [zero, nothing]]
        matrix = np.block(blocks)
    return matrix


def principal_power(matrix, power):
    """Return ``matrix`` to ``power``; where an eigenvalue is -1 its phase is π, never -π."""
    values, vectors = np.linalg.eig(matrix)
    phases = np.angle(values * np.exp(-1e-7j)) + 1e-7
    return vectors @ np.diag(np.exp(1j * power * phases)) @ np.linalg.inv(vectors)


def raised(matrix, power):
    if power == int(power):
        return np.linalg.matrix_power(matrix, int(power))
    return principal_power(matrix, power)


def apply(matrix, state, qubits):
    """Return ``state``, of one axis for each qubit and maybe others after them, with it applied."""
    width = len(qubits)
    gate = matrix.reshape([2] * 2 * width)
    state = np.tensordot(gate, state, axes=(range(width, 2 * width), qubits))
    return np.moveaxis(state, range(width), qubits)


def zeros(qubits):
    """Return the state in which every qubit is 0."""
    state = np.zeros([2] * qubits, dtype=complex)
    state[(0,) * qubits] = 1
    return state


# The gates of Amazon Braket that have no control of their own.
BASES = {
    "h": lambda: (X + Z) / np.sqrt(2),
    "i": lambda: I2,
    "x": lambda: X,
    "y": lambda: Y,
    "z": lambda: Z,
    "v": lambda: V,
    "vi": lambda: V.conj().T,
    "s": lambda: phase(np.pi / 2),
    "si": lambda: phase(-np.pi / 2),
    "t": lambda: phase(np.pi / 4),
    "ti": lambda: phase(-np.pi / 4),
    "phaseshift": phase,
    "gphase": lambda angle: np.array([[np.exp(1j * angle)]]),
    "rx": lambda angle: expm(-0.5j * angle * X),
    "ry": lambda angle: expm(-0.5j * angle * Y),
    "rz": lambda angle: expm(-0.5j * angle * Z),
    "u": u,
    "prx": prx,
    "gpi": about,
    "gpi2": lambda angle: prx(np.pi / 2, angle),
    "cphaseshift00": phase_of(0),
    "cphaseshift01": phase_of(1),
    "cphaseshift10": phase_of(2),
    "swap": lambda: SWAP,
    "iswap": iswap,
    "pswap": pswap,
    "xy": xy,
    "ecr": ecr,
    "xx": coupling(X, X),
    "yy": coupling(Y, Y),
    "zz": coupling(Z, Z),
    "ms": ms,
}
CONTROLLED = {
    "cnot": "x", "cy": "y", "cz": "z", "cv": "v", "ccnot": "x", "cphaseshift": "phaseshift",
    "cswap": "swap",
}  # fmt: skip


def matrix_of(operation):
    """Return the matrix of an operation, in any spelling, on its controls, then its targets.

    ``controlState`` is that of the controls that are named as such; those among the targets, as
    ``cnot`` may have one, are closed.
    """
    name = operation["gate"]
    angles = operation.get("angles", [operation["angle"]] if "angle" in operation else [])
    matrix = raised(BASES[CONTROLLED.get(name, name)](*angles), operation.get("power", 1))
    named = len(operation.get("controls", ()))
    controls = len(qubits_of(operation)) - (len(matrix).bit_length() - 1)
    states = [*(operation.get("controlState") or [1] * named), *[1] * (controls - named)]
    return controlled(matrix, states)


def qubits_of(operation):
    return [*operation.get("controls", ()), *operation["targets"]]


def evolved(operations, qubits):
    """Return the state after ``operations``, one axis for each of ``qubits``."""
    state = zeros(len(qubits))
    for operation in operations:
        acting = [qubits.index(q) for q in qubits_of(operation)]
        state = apply(matrix_of(operation), state, acting)
    return state


def probabilities(operations, measured):
    """Return the probabilities of the qubits ``measured``, the first of them leftmost."""
    qubits = sorted({q for o in operations for q in qubits_of(o)} | set(measured))
    exact = np.abs(evolved(operations, qubits)) ** 2
    order = [qubits.index(q) for q in measured]
    others = [axis for axis in range(len(qubits)) if axis not in order]
    return np.transpose(exact, order + others).reshape(2 ** len(order), -1).sum(axis=1)
