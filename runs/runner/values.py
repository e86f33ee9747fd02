"""Exact values of result types, by numpy alone, from the state that a simulator came to."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs.results import Kind, ResultType
from runs.runner.evolution import State
from runs.runner.sampling import check_normalised

# Above the last bits, in which processors and the order of additions differ after many gates.
_DECIMALS = 12


def exact_values(state: State, result_types: Iterable[ResultType]) -> list[dict[str, Any]]:
    """Return the members of each result type with its exact value, rounded to 12 decimals.

    Bit strings are ascending; outcomes and amplitudes of a state vector that round to 0 are left
    out. A Pauli word squared is 1, so its variance is one minus the square of its expectation.

    :raises RunError: ``provider_error`` if the state is not normalised.
    """
    check_normalised(state.probabilities)
    return [result.as_json() | _found(state, result) for result in result_types]


def _found(state: State, result: ResultType) -> dict[str, Any]:
    if result.kind is Kind.PROBABILITY:
        return {"probabilities": _listed(np.round(state.marginal(result.targets), _DECIMALS))}
    if result.kind is Kind.STATE_VECTOR:
        amplitudes = _listed(np.round(state.array, _DECIMALS))
        return {"amplitudes": {key: _pair(value) for key, value in amplitudes.items()}}
    if result.kind is Kind.AMPLITUDE:
        chosen = np.round(state.array[[int(key, 2) for key in result.states]], _DECIMALS)
        pairs = zip(result.states, chosen.tolist(), strict=True)
        return {"amplitudes": {key: _pair(value) for key, value in pairs}}
    mean = expectation(state, result.targets, result.observable)
    value = mean if result.kind is Kind.EXPECTATION else 1 - mean * mean
    return {"value": round(value, _DECIMALS) + 0.0}


def expectation(state: State, targets: Sequence[int], letters: Sequence[str]) -> float:
    """Return the trace of the state times a Pauli word with one letter for each target.

    The word P takes each basis state to another, P|j⟩ = c(j)|j ⊕ f⟩, so that the trace is the sum
    over j of c(j) ρ(j, j ⊕ f). X flips a bit, Z gives the sign of a bit, and Y is iXZ.
    """
    size = len(state.array)
    places = {
        letter: sum(
            size >> (1 + state.places[target])
            for target, one in zip(targets, letters, strict=True)
            if one == letter
        )
        for letter in "xyz"
    }
    index = np.arange(size)
    partner = index ^ (places["x"] | places["y"])
    signs = 1.0 - 2.0 * (np.bitwise_count(index & (places["y"] | places["z"])) & 1)
    total = np.sum(signs * _elements(state.array, index, partner))
    return float((1j ** letters.count("y") * total).real)


def _elements(
    array: NDArray[np.complex128], row: NDArray[np.int64], column: NDArray[np.int64]
) -> NDArray[np.complex128]:
    """Return elements of the density matrix, also where only the state vector is there."""
    if array.ndim == 1:
        return np.asarray(array[row] * array[column].conj())
    return np.asarray(array[row, column])


def _listed(values: NDArray[Any]) -> dict[str, Any]:
    """Return what is not 0, by bit string."""
    width = values.size.bit_length() - 1
    kept = np.flatnonzero(values)
    pairs = zip(kept.tolist(), values[kept].tolist(), strict=True)
    return {format(index, f"0{width}b"): value for index, value in pairs}


def _pair(value: complex) -> list[float]:
    return [value.real + 0.0, value.imag + 0.0]
