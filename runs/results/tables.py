"""Result values as rows of tables, each number written as it is read. Core.

Values are the JSON of :class:`runs.contract.Outcome`: result types with what was found for them.
"""

import cmath
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from runs.results import words
from runs.results.model import AMPLITUDES, OBSERVABLES, Kind, ResultType
from runs.results.qubits import known, qubits_words
from runs.statistics import scale, wilson_interval

MOST_ROWS = 16
_ROWS_OF_ALL, _LEAST_ROWS = 64, 4
_EXACT_DECIMALS = 6
_LEAST_DECIMALS, _MOST_DECIMALS = 4, 8
_EQUAL = 12  # decimals up to which probabilities are equal, but for the order of additions
_NO_PHASE = 1e-9
_MOST_FACTORS, _FIRST_FACTORS = 4, 2


@dataclass(frozen=True)
class Scalar:
    """An expectation value, from -1 to 1, or a variance, from 0 to 1.

    ``error`` is its standard error, None where it is exact or none is known. ``figure`` and
    ``spread`` are both in digits, as many as the errors of the table call for. ``short`` is a
    label of at most four factors.
    """

    label: str
    short: str
    title: str
    value: float
    error: float | None
    figure: str
    spread: str


@dataclass(frozen=True)
class Share:
    """One outcome with its probability; ``low`` and ``high`` bound it at 95 % for shot noise."""

    state: str
    probability: float
    low: float
    high: float
    figure: str
    is_rest: bool = False


@dataclass(frozen=True)
class Distribution:
    """Probabilities of the outcomes of ``qubits``, largest first; ``states`` are not 0."""

    label: str
    title: str
    qubits: tuple[int, ...]
    rows: tuple[Share, ...]
    states: int
    probabilities: Mapping[str, float]

    @property
    def scale(self) -> float:
        """The probability at the right end of the bars."""
        return scale(row.high for row in self.rows if not row.is_rest)


@dataclass(frozen=True)
class Amplitude:
    """One basis state: its complex amplitude, in digits, and its phase in radians.

    An amplitude of 0 has no phase.
    """

    state: str
    figure: str
    probability: Share
    phase: float | None


@dataclass(frozen=True)
class Amplitudes:
    """Amplitudes of basis states, of a state vector the largest first; ``states`` is how many."""

    label: str
    title: str
    rows: tuple[Amplitude, ...]
    states: int

    @property
    def scale(self) -> float:
        """The probability at the right end of the bars."""
        return scale(row.probability.high for row in self.rows)

    @property
    def hidden(self) -> int:
        """How many amplitudes are known and not among the rows."""
        return self.states - len(self.rows)


@dataclass(frozen=True)
class Tables:
    """All values of one run. ``shots`` is what they were estimated from, 0 where they are exact."""

    shots: int
    scalars: tuple[Scalar, ...]
    distributions: tuple[Distribution, ...]
    amplitudes: tuple[Amplitudes, ...]

    @property
    def is_exact(self) -> bool:
        """Whether they were computed from the state, not estimated from shots."""
        return self.shots == 0


def read(values: Sequence[Mapping[str, Any]], shots: int, *, most: int = MOST_ROWS) -> Tables:
    """Return ``values`` as tables of at most ``most`` rows, fewer where there are many tables.

    Kinds of results that are not known here, as a later version may seal them, are left out.
    """
    typed = [(ResultType.of(value), value) for value in known(values)]
    scalars = [(result, value) for result, value in typed if result.kind in OBSERVABLES]
    others = [(result, value) for result, value in typed if result.kind not in OBSERVABLES]
    rows = min(most, max(_LEAST_ROWS, _ROWS_OF_ALL // max(len(others), 1)))
    return Tables(
        shots=shots,
        scalars=_scalars(scalars, shots),
        distributions=tuple(
            _distribution(result, value["probabilities"], shots, rows)
            for result, value in others
            if result.kind is Kind.PROBABILITY
        ),
        amplitudes=tuple(
            _amplitudes(result, value["amplitudes"], rows)
            for result, value in others
            if result.kind in AMPLITUDES
        ),
    )


def figure(value: float, decimals: int) -> str:
    """Return a number with as many ``decimals`` and a true minus sign, never ``−0``."""
    text = f"{value:.{decimals}f}"
    return text.lstrip("-") if not float(text) else text.replace("-", "−")


def _scalars(
    scalars: Iterable[tuple[ResultType, Mapping[str, Any]]], shots: int
) -> tuple[Scalar, ...]:
    scalars = list(scalars)
    errors = [value["standardError"] for _, value in scalars if "standardError" in value]
    decimals = _decimals(errors) if shots else _EXACT_DECIMALS
    return tuple(
        Scalar(
            label=words.label(result),
            short=_short(result),
            title=words.title(result),
            value=value["value"],
            error=value.get("standardError"),
            figure=figure(value["value"], decimals),
            spread=_spread(value.get("standardError"), decimals, is_exact=not shots),
        )
        for result, value in scalars
    )


def _short(result: ResultType) -> str:
    if len(result.targets) <= _MOST_FACTORS:
        return words.label(result)
    pairs = list(zip(result.targets, result.observable, strict=True))
    targets, observable = zip(*pairs[:_FIRST_FACTORS], strict=True)
    first = words.word(replace(result, targets=targets, observable=observable))
    last = words.word(
        replace(result, targets=result.targets[-1:], observable=result.observable[-1:])
    )
    return words.label(result).replace(words.word(result), f"{first}…{last}")


def _decimals(errors: Iterable[float]) -> int:
    """Return how many decimals show two digits of the smallest standard error, at least 4."""
    smallest = min((error for error in errors if error > 0), default=1.0)
    return min(_MOST_DECIMALS, max(_LEAST_DECIMALS, 1 - math.floor(math.log10(smallest))))


def _spread(error: float | None, decimals: int, *, is_exact: bool) -> str:
    if is_exact:
        return "exact"
    return "" if error is None else f"± {figure(error, decimals)}"


def _distribution(
    result: ResultType, probabilities: Mapping[str, float], shots: int, most: int
) -> Distribution:
    ordered = _largest_first(probabilities)
    shown, rest = ordered[:most], ordered[most:]
    rows = [_share(state, probabilities[state], shots) for state in shown]
    if rest:
        together = math.fsum(probabilities[state] for state in rest)
        rows.append(_share(f"Other ({len(rest):,})", together, shots, is_rest=True))
    return Distribution(
        label=words.label(result),
        title=f"Probabilities of {qubits_words(result.targets)}",
        qubits=result.targets,
        rows=tuple(rows),
        states=len(probabilities),
        probabilities=probabilities,
    )


def _share(state: str, share: float, shots: int = 0, *, is_rest: bool = False) -> Share:
    if not shots:
        return Share(state, share, share, share, figure(share, _EXACT_DECIMALS), is_rest)
    low, high = wilson_interval(min(share, 1.0) * shots, shots)
    decimals = max(_LEAST_DECIMALS, len(str(shots - 1)))
    return Share(state, share, low, high, figure(share, decimals), is_rest)


def _largest_first(probabilities: Mapping[str, float]) -> list[str]:
    return sorted(probabilities, key=lambda state: (-round(probabilities[state], _EQUAL), state))


def _amplitudes(
    result: ResultType, amplitudes: Mapping[str, Sequence[float]], most: int
) -> Amplitudes:
    # Adding 0 takes the sign from a zero, which would turn the phase of a negative number over.
    found = {state: complex(re + 0.0, im + 0.0) for state, (re, im) in amplitudes.items()}
    order: Iterable[str] = result.states
    if result.kind is Kind.STATE_VECTOR:
        order = _largest_first({state: abs(value) ** 2 for state, value in found.items()})
    rows = [_amplitude(state, found.get(state, 0j)) for state in list(order)[:most]]
    return Amplitudes(
        label=words.label(result),
        title=words.title(result),
        rows=tuple(rows),
        states=len(result.states) or len(found),
    )


def _amplitude(state: str, value: complex) -> Amplitude:
    real, imaginary = (figure(part, _EXACT_DECIMALS) for part in (value.real, value.imag))
    sign = "−" if imaginary.startswith("−") else "+"
    return Amplitude(
        state=state,
        figure=f"{real} {sign} {imaginary.removeprefix('−')}i",
        probability=_share(state, abs(value) ** 2),
        phase=cmath.phase(value) if abs(value) > _NO_PHASE else None,
    )
