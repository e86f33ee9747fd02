"""The matrix of a few operations, by the suite's own simulator."""

import numpy as np

from tests.runs.reference import apply, matrix_of


def unitary(operations, qubits):
    """Return the matrix of ``operations`` on ``qubits`` qubits, qubit 0 leftmost."""
    whole = np.eye(2**qubits, dtype=complex).reshape([2] * 2 * qubits)
    for operation in operations:
        whole = apply(matrix_of(operation.as_json()), whole, operation.qubits)
    return whole.reshape(2**qubits, 2**qubits)


def same(one, other):
    """Whether two matrices are equal but for a phase of the whole state."""
    overlap = abs(np.trace(one.conj().T @ other)) / len(one)
    return bool(abs(overlap - 1) < 1e-9)
