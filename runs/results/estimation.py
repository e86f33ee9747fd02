"""Values of result types from counts, wherever these were measured. Core.

The counts are of a circuit that was rotated by :func:`runs.results.bases.rotations`, so that a
bit 0 is the eigenvalue +1 of the qubit's observable and a bit 1 is −1.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from runs.results.model import Kind, ResultType


def estimate(
    result_types: Iterable[ResultType], counts: Mapping[str, int], measured_qubits: Sequence[int]
) -> tuple[dict[str, Any], ...]:
    """Return the members of each result type with what the ``counts`` say of it.

    Character *i* of a key of ``counts`` belongs to ``measured_qubits[i]``. Of N shots with mean m
    an expectation value is m, a variance is 1 - m², since a Pauli word squared is 1, and the
    standard error of m is sqrt((1 - m²) / N). The last two are plug-in estimates: they divide by
    N, not by N - 1, and so are low by the factor (N - 1) / N on average. Where all shots agree
    they are 0, which bounds nothing.

    :raises ValueError: if there are no counts, or a target was not measured.
    """
    if not counts:
        raise ValueError("nothing can be estimated from no counts")
    places = {qubit: place for place, qubit in enumerate(measured_qubits)}
    return tuple(_value(result, counts, places) for result in result_types)


def _value(
    result: ResultType, counts: Mapping[str, int], places: Mapping[int, int]
) -> dict[str, Any]:
    shots = sum(counts.values())
    if result.kind is Kind.PROBABILITY:
        seen = _marginal(counts, [_place(qubit, places) for qubit in result.targets])
        shares = {key: count / shots for key, count in sorted(seen.items())}
        return result.as_json() | {"probabilities": shares}
    acting = [_place(qubit, places) for qubit in result.bases]
    mean = _sum_of_signs(counts, acting) / shots
    variance = 1 - mean * mean
    if result.kind is Kind.VARIANCE:
        return result.as_json() | {"value": variance}
    return result.as_json() | {"value": mean, "standardError": math.sqrt(variance / shots)}


def _place(qubit: int, places: Mapping[int, int]) -> int:
    if qubit not in places:
        raise ValueError(f"qubit {qubit} was not measured")
    return places[qubit]


def _marginal(counts: Mapping[str, int], places: Sequence[int]) -> Counter[str]:
    """Return the counts of some of the bits, in the order of ``places``."""
    summed: Counter[str] = Counter()
    for key, count in counts.items():
        summed["".join(key[place] for place in places)] += count
    return summed


def _sum_of_signs(counts: Mapping[str, int], places: Sequence[int]) -> int:
    """Return the sum over all shots of the product of the signs of some of the bits."""
    width = len(next(iter(counts)))
    mask = sum(1 << (width - 1 - place) for place in places)
    return sum(
        -count if (int(key, 2) & mask).bit_count() % 2 else count for key, count in counts.items()
    )
