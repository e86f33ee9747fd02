"""Unitary matrices of gates under controls and powers, qubit 0 of a gate leftmost."""

import cmath
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import schur

Matrix = NDArray[np.complex128]

_BRANCH = 1e-9


def raised(matrix: Matrix, power: float) -> Matrix:
    """Return ``matrix`` to ``power``: eigenvalues ``exp(ia)``, -π < a <= π, to ``exp(ia*power)``.

    A real power of a unitary matrix is ambiguous where an eigenvalue is -1; rounding must not
    choose, so what is within 1e-9 of -π counts as π. Integer powers are plain products.
    """
    if power == int(power):
        return _plain(np.linalg.matrix_power(matrix, int(power)))
    triangle, basis = schur(matrix, output="complex")  # diagonal, since unitary matrices are normal
    values = [cmath.exp(1j * _phase(value) * power) for value in np.diag(triangle)]
    return _plain(basis @ np.diag(values) @ basis.conj().T)


def controlled(matrix: Matrix, states: Sequence[int]) -> Matrix:
    """Return the matrix on the controls, then the gate's own qubits.

    It applies ``matrix`` where control *i* is in ``states[i]``, and nothing elsewhere.
    """
    size = len(matrix)
    whole = np.eye(size * 2 ** len(states), dtype=np.complex128)
    block = int("".join(map(str, states)) or "0", 2) * size
    whole[block : block + size, block : block + size] = matrix
    return whole


def _phase(value: complex) -> float:
    angle = cmath.phase(value)
    return cmath.pi if angle < -cmath.pi + _BRANCH else angle


def _plain(matrix: Matrix) -> Matrix:
    """Return the layout that the simulators' compiled kernels were compiled for."""
    return np.ascontiguousarray(matrix, dtype=np.complex128)
