"""From exact probabilities to counts: one seeded draw from the multinomial distribution."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from runs.errors import Problem, RunError, Stage

# Far below what 100 000 shots resolve, and above the last bits, in which processors differ: those
# must not decide how many random numbers a draw takes.
_DECIMALS = 14
_TOLERANCE = 1e-6


def generator(seed: int) -> np.random.Generator:
    """Return the one kind of generator that runs are drawn with: PCG64 of a 63-bit seed."""
    return np.random.Generator(np.random.PCG64(seed))


def marginal(probabilities: NDArray[np.float64], axes: Sequence[int]) -> NDArray[np.float64]:
    """Return the probabilities of the qubits ``axes`` alone, the first of them leftmost.

    ``probabilities`` has 2**n entries, qubit 0 leftmost; the answer has 2**len(axes).
    """
    qubits = probabilities.size.bit_length() - 1
    others = tuple(axis for axis in range(qubits) if axis not in axes)
    summed = probabilities.reshape([2] * qubits).sum(axis=others)
    kept = sorted(axes)
    return np.transpose(summed, [kept.index(axis) for axis in axes]).reshape(-1)


def check_normalised(probabilities: NDArray[np.float64]) -> None:
    """:raises RunError: ``provider_error`` if ``probabilities`` are none."""
    total = float(probabilities.sum())
    if not abs(total - 1) < _TOLERANCE or probabilities.min() < -_TOLERANCE:
        problem = Problem("The simulator returned probabilities that do not sum to 1")
        raise RunError("provider_error", [problem], stage=Stage.EXECUTE)


def draw(probabilities: NDArray[np.float64], *, shots: int, seed: int) -> dict[str, int]:
    """Return counts that sum to ``shots``, keyed by bit strings; outcomes without any are left out.

    Entry *i* of ``probabilities`` belongs to the outcome whose bits are *i* in binary.

    :raises RunError: ``provider_error`` if ``probabilities`` are none.
    """
    check_normalised(probabilities)
    rounded = np.round(probabilities, _DECIMALS)
    possible = np.flatnonzero(rounded > 0)
    weights = rounded[possible]
    drawn = generator(seed).multinomial(shots, weights / weights.sum())
    found = np.flatnonzero(drawn)  # few, where a large register has many outcomes
    width = probabilities.size.bit_length() - 1
    return {
        format(outcome, f"0{width}b"): count
        for outcome, count in zip(possible[found].tolist(), drawn[found].tolist(), strict=True)
    }
