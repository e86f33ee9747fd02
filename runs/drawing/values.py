"""Result values as SVG: the bar of one value, and a picture of all of them to take along. Core."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from runs.drawing import bars, shapes
from runs.drawing.bars import LENGTH, LETTER, ROW, Bar
from runs.results.tables import Amplitudes, Distribution, Scalar, Share, Tables

_HEAD, _GAP, _TICKS = 28, 14, 20


@dataclass(frozen=True)
class _Line:
    bar: Bar
    label: str
    figures: str


@dataclass(frozen=True)
class _Section:
    title: str
    lines: tuple[_Line, ...]
    ticks: tuple[str, ...] = ()

    @property
    def height(self) -> float:
        return _HEAD + ROW * len(self.lines) + (_TICKS if self.ticks else 0) + _GAP


def value_bar_svg(value: float, error: float | None) -> str:
    """Return the bar of an expectation value: -1 at the left end, 0 in the middle, 1 at the right.

    The line is one standard error to either side. The row says the same in digits.
    """
    return bars.cell_svg(_value_bar(value, error))


def share_bar_svg(share: Share, *, top: float) -> str:
    """Return the bar of a probability, ``top`` at the right end, and its interval if it has one."""
    return bars.cell_svg(_share_bar(share, top))


def spectrum_svg(distribution: Distribution) -> str:
    """Return all probabilities side by side, largest first, for distributions of many outcomes."""
    highest = distribution.rows[0]
    words = f"{distribution.states:,} outcomes, the most probable {highest.figure}"
    return bars.skyline_svg(distribution.probabilities.values(), words)


def values_svg(tables: Tables) -> str:
    """Return all of ``tables`` as one picture: values on an axis from -1 to 1, then probabilities.

    States are written first qubit leftmost. The bar of an amplitude is the probability of its
    state, and probabilities are scaled to the largest. Lines are one standard error of a value,
    and the 95 % interval of a probability.
    """
    sections = list(_sections(tables))
    lines = [line for section in sections for line in section.lines]
    left = 16 + LETTER * max((len(line.label) for line in lines), default=0)
    width = left + LENGTH + 16 + LETTER * max((len(line.figures) for line in lines), default=0)
    body, y = [], 0.0
    for section in sections:
        body.append(_section_svg(section, left, y))
        y += section.height
    size = f'width="{shapes.number(width)}" height="{shapes.number(y)}"'
    return (
        f'<svg class="values" xmlns="http://www.w3.org/2000/svg" {size} '
        f'viewBox="0 0 {shapes.number(width)} {shapes.number(y)}" role="img" '
        'aria-labelledby="values-t values-d"><title id="values-t">Result values</title>'
        f'<desc id="values-d">{_origin(tables)}</desc>{"".join(body)}</svg>'
    )


def _origin(tables: Tables) -> str:
    scaled = "Bars of probabilities are scaled to the largest."
    if tables.is_exact:
        return f"Exact values: computed from the state, without shots. {scaled}"
    return (
        f"Estimated from {tables.shots:,} shot{'' if tables.shots == 1 else 's'}. {scaled} Lines "
        "are one standard error of an expectation value, and the 95 % interval of a probability."
    )


def _sections(tables: Tables) -> Iterator[_Section]:
    if tables.scalars:
        lines = tuple(_scalar_line(scalar) for scalar in tables.scalars)
        yield _Section("Expectation values and variances", lines, ("−1", "0", "1"))
    for distribution in tables.distributions:
        yield _Section(distribution.title, _share_lines(distribution))
    for amplitudes in tables.amplitudes:
        yield _Section(f"{amplitudes.title}, as probabilities", _amplitude_lines(amplitudes))


def _section_svg(section: _Section, left: float, y: float) -> str:
    parts = [_heading(section.title, y + 18)]
    parts += [
        bars.line_svg(line.bar, line.label, line.figures, left=left, y=y + _HEAD + ROW * place)
        for place, line in enumerate(section.lines)
    ]
    foot = y + _HEAD + ROW * len(section.lines) + 8
    for place, tick in enumerate(section.ticks):
        x = left + LENGTH * place / (len(section.ticks) - 1)
        parts.append(shapes.label(tick, x, foot, anchor="middle"))
    return "".join(parts)


def _heading(text: str, y: float) -> str:
    return (
        f'<text class="t" x="8" y="{shapes.number(y)}" font-size="13" font-weight="600" '
        f'font-family="sans-serif" fill="{shapes.INK}">{escape(text)}</text>'
    )


def _scalar_line(scalar: Scalar) -> _Line:
    figures = f"{scalar.figure} {scalar.spread}".strip()
    return _Line(_value_bar(scalar.value, scalar.error), scalar.short, figures)


def _share_lines(distribution: Distribution) -> tuple[_Line, ...]:
    top = distribution.scale
    return tuple(_Line(_share_bar(row, top), row.state, row.figure) for row in distribution.rows)


def _amplitude_lines(amplitudes: Amplitudes) -> tuple[_Line, ...]:
    top = amplitudes.scale
    return tuple(
        _Line(_share_bar(share, top), row.state, f"{share.figure} · {row.figure}")
        for row in amplitudes.rows
        for share in (row.probability,)
    )


def _value_bar(value: float, error: float | None) -> Bar:
    low, high = value - (error or 0), value + (error or 0)
    return Bar(_place(value), _place(low), _place(high), start=_place(0))


def _place(value: float) -> float:
    """Return where a value from -1 to 1 stands on its line."""
    return (value + 1) / 2


def _share_bar(share: Share, top: float) -> Bar:
    return Bar(share.probability / top, share.low / top, share.high / top, is_rest=share.is_rest)
