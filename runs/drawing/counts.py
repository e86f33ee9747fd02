"""Counts as SVG: the bar of one row, and a picture of all of them to take along. Core."""

from collections.abc import Mapping

from runs.drawing import bars, shapes
from runs.drawing.bars import LENGTH, LETTER, ROW, Bar
from runs.statistics import OutcomeRow, outcome_rows, percent, scale_of


def bar_svg(share: float, low: float, high: float, *, top: float) -> str:
    """Return the bar of one row: a share as bar, its interval as line, ``top`` at the right end.

    All four are parts of all shots, from 0 to 1. The row says the same in digits.
    """
    return bars.cell_svg(Bar(share / top, low / top, high / top))


def histogram_svg(counts: Mapping[str, int], shots: int) -> str:
    """Return the largest 16 outcomes with their 95 % intervals as a picture of its own.

    Bit strings are written first bit leftmost.
    """
    rows = outcome_rows(counts, shots)
    left = 16 + LETTER * max((len(row.label) for row in rows), default=0)
    figures = LETTER * max((len(_figures(row)) for row in rows), default=0)
    width = left + LENGTH + 16 + figures
    height = 16 + ROW * len(rows)
    top = scale_of(rows)
    body = "".join(
        bars.line_svg(_bar(row, top), row.label, _figures(row), left=left, y=8 + ROW * place)
        for place, row in enumerate(rows)
    )
    seen = f"{len(counts):,} outcomes seen in {shots:,} shots"
    return (
        '<svg class="histogram" xmlns="http://www.w3.org/2000/svg" '
        f'width="{shapes.number(width)}" height="{height}" '
        f'viewBox="0 0 {shapes.number(width)} {height}" role="img" '
        'aria-labelledby="histogram-t histogram-d">'
        '<title id="histogram-t">Measured counts</title>'
        f'<desc id="histogram-d">{seen}. Bars are shares of shots, scaled to the largest; '
        "lines are 95 % intervals.</desc>"
        f"{body}</svg>"
    )


def skyline_svg(counts: Mapping[str, int], shots: int) -> str:
    """Return the shares of all outcomes, largest first, for results of many outcomes."""
    highest = max(counts.values(), default=1)
    words = (
        f"{len(counts):,} outcomes, the most frequent in {percent(highest / shots)} % of "
        f"{shots:,} shots"
    )
    return bars.skyline_svg(counts.values(), words)


def _bar(row: OutcomeRow, top: float) -> Bar:
    return Bar(row.share / top, row.low / top, row.high / top, is_rest=row.is_rest)


def _figures(row: OutcomeRow) -> str:
    return f"{row.count:,} · {percent(row.share)} %"
