"""Tells exact values that a simulator may have found from those that it cannot have. Core."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from runs.results.model import Kind, ResultType

DECIMALS = 12
_TOLERANCE = 1e-6


def are_exact_values(values: Any, result_types: Sequence[ResultType], *, qubits: int) -> bool:
    """Tell whether ``values`` answer ``result_types``, in order, with what a state can give.

    Each is the canonical members and one more: ``probabilities`` or ``amplitudes`` by bit string,
    ascending and without zeros, or ``value``. Numbers are finite, probabilities and the whole
    state vector of the circuit's ``qubits`` are normalised.
    """
    return (
        isinstance(values, list)
        and len(values) == len(result_types)
        and all(
            _is_value(value, result, qubits)
            for value, result in zip(values, result_types, strict=True)
        )
    )


def _is_value(value: Any, result: ResultType, qubits: int) -> bool:
    if not isinstance(value, dict):
        return False
    name, is_right = _EXPECTED[result.kind]
    rest = {key: member for key, member in value.items() if key != name}
    return rest == result.as_json() and name in value and is_right(value[name], result, qubits)


def _is_expectation(value: Any, _result: ResultType, _qubits: int) -> bool:
    return _is_number(value) and abs(value) <= 1 + _TOLERANCE


def _is_variance(value: Any, _result: ResultType, _qubits: int) -> bool:
    return _is_number(value) and -_TOLERANCE <= value <= 1 + _TOLERANCE


def _are_probabilities(listed: Any, result: ResultType, _qubits: int) -> bool:
    return (
        _is_listing(listed, len(result.targets))
        and all(_is_number(share) and share > 0 for share in listed.values())
        and _is_one(listed.values())
    )


def _is_state_vector(listed: Any, _result: ResultType, qubits: int) -> bool:
    return (
        _is_listing(listed, qubits)
        and all(_is_amplitude(amplitude) and any(amplitude) for amplitude in listed.values())
        and _is_one(_weight(amplitude) for amplitude in listed.values())
    )


def _are_amplitudes(listed: Any, result: ResultType, _qubits: int) -> bool:
    return (
        isinstance(listed, dict)
        and tuple(listed) == result.states
        and all(_is_amplitude(amplitude) for amplitude in listed.values())
        and sum(_weight(amplitude) for amplitude in listed.values()) <= 1 + _TOLERANCE
    )


def _is_listing(listed: Any, width: int) -> bool:
    return (
        isinstance(listed, dict)
        and all(len(key) == width and not {*key} - {"0", "1"} for key in listed)
        and [*listed] == sorted(listed)
    )


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _is_amplitude(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))  # noqa: PLR2004 - a complex number


def _weight(amplitude: Sequence[float]) -> float:
    return math.fsum(part * part for part in amplitude)


def _is_one(shares: Any) -> bool:
    return abs(math.fsum(shares) - 1) <= _TOLERANCE


_EXPECTED: Mapping[Kind, tuple[str, Callable[[Any, ResultType, int], bool]]] = {
    Kind.PROBABILITY: ("probabilities", _are_probabilities),
    Kind.EXPECTATION: ("value", _is_expectation),
    Kind.VARIANCE: ("value", _is_variance),
    Kind.STATE_VECTOR: ("amplitudes", _is_state_vector),
    Kind.AMPLITUDE: ("amplitudes", _are_amplitudes),
}
