"""Result values on a page: expectation values with bars, probabilities, amplitudes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString

from quantumruns.ui.library import register
from quantumruns.ui.markup import svg
from runs import drawing
from runs.drawing.angles import phase_words
from runs.results import ResultType, label, tables
from runs.results.qubits import basis_words
from runs.results.tables import Amplitudes, Distribution, Share

_SPECTRUM_FROM, _MOST_SPECTRA = 64, 2


@register.inclusion_tag("components/values_tables.html")
def values_tables(values: Sequence[Mapping[str, Any]], shots: int) -> dict[str, Any]:
    """Show result values, which are exact where there were no shots."""
    read = tables.read(values, shots)
    few = len(read.distributions) <= _MOST_SPECTRA
    return {
        "tables": read,
        "scalars": [
            (scalar, svg(drawing.value_bar_svg(scalar.value, scalar.error)))
            for scalar in read.scalars
        ],
        "distributions": [
            (
                distribution,
                _spectrum(distribution) if few else "",
                _rows(distribution.rows, distribution.scale),
            )
            for distribution in read.distributions
        ],
        "amplitudes": [(amplitudes, _amplitudes(amplitudes)) for amplitudes in read.amplitudes],
    }


def _spectrum(distribution: Distribution) -> SafeString | str:
    many = distribution.states > _SPECTRUM_FROM
    return svg(drawing.spectrum_svg(distribution)) if many else ""


def _rows(rows: Iterable[Share], top: float) -> list[tuple[Share, SafeString | str]]:
    return [(row, _bar(row, top)) for row in rows]


def _bar(row: Share, top: float) -> SafeString | str:
    """Return the bar of a row; many improbable outcomes together may be beyond the scale."""
    if row.high > top:
        return "Beyond the scale of the bars"
    return svg(drawing.share_bar_svg(row, top=top))


def _amplitudes(amplitudes: Amplitudes) -> list[tuple[Any, SafeString | str, str]]:
    top = amplitudes.scale
    return [(row, _bar(row.probability, top), phase_words(row.phase)) for row in amplitudes.rows]


register.filter("basis_words", basis_words)


@register.filter
def result_labels(result_types: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the sign of each result type: ``⟨Z₀Z₁⟩``, ``P(q0 q1)``, ``|ψ⟩``."""
    return [label(ResultType.of(members)) for members in result_types]


@register.filter
def shots_words(shots: int) -> str:
    """Return a number of shots in words: ``1,000 shots``, ``1 shot``, ``no shots``."""
    if not shots:
        return "no shots"
    return f"{shots:,} shot{'' if shots == 1 else 's'}"
