"""Counts as SVG: the bar of one row, and a picture of all of them to take along. Core."""

from collections.abc import Mapping
from html import escape

from runs.drawing import shapes
from runs.statistics import OutcomeRow, outcome_rows, percent, scale_of

_BAR = "#1743C4"
_REST = "#7A8894"
_GROUND = "#EDF1F3"
_ROW = 26
_LETTER = 7.3
_MOST_BARS = 512
_SKYLINE_HEIGHT = 96


def bar_svg(share: float, low: float, high: float, *, top: float) -> str:
    """Return the bar of one row: a share as bar, its interval as line, ``top`` at the right end.

    All four are parts of all shots, from 0 to 1. The row says the same in digits.
    """
    width, left, right = (_percent(part, top) for part in (share, low, high))
    return (
        '<svg class="bar" aria-hidden="true" width="100%" height="16">'
        f'<rect class="g" width="100%" height="16" rx="3" fill="{_GROUND}"/>'
        f'<rect class="v" width="{width}" height="16" rx="3" fill="{_BAR}"/>'
        f'<line class="h" x1="{left}" x2="{right}" y1="8" y2="8" stroke="#fff" stroke-width="6"/>'
        f'<line class="e" x1="{left}" x2="{right}" y1="8" y2="8" stroke="{shapes.INK}" '
        'stroke-width="2"/></svg>'
    )


def histogram_svg(counts: Mapping[str, int], shots: int) -> str:
    """Return the largest 16 outcomes with their 95 % intervals as a picture of its own.

    Bit strings are written first bit leftmost.
    """
    rows = outcome_rows(counts, shots)
    left = 16 + _LETTER * max((len(row.label) for row in rows), default=0)
    figures = _LETTER * max((len(_figures(row)) for row in rows), default=0)
    width = left + 420 + 16 + figures
    height = 16 + _ROW * len(rows)
    top = scale_of(rows)
    body = "".join(_line(row, 8 + _ROW * place, left, top) for place, row in enumerate(rows))
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
    """Return the shares of all outcomes, largest first, for results of many outcomes.

    Beyond 512 outcomes each bar is the largest of its neighbours.
    """
    ordered = sorted(counts.values(), reverse=True)
    together = -(-len(ordered) // _MOST_BARS) or 1
    bars = ordered[::together]
    highest = max(bars, default=1) or 1
    width = 100 / max(len(bars), 1)
    body = "".join(
        f'<rect class="v" x="{place * width:.3f}%" width="{width:.3f}%" '
        f'y="{_SKYLINE_HEIGHT * (1 - bar / highest):.2f}" '
        f'height="{_SKYLINE_HEIGHT * bar / highest:.2f}" fill="{_BAR}"/>'
        for place, bar in enumerate(bars)
    )
    words = (
        f"{len(ordered):,} outcomes, the most frequent in {percent(highest / shots)} % of "
        f"{shots:,} shots"
    )
    return (
        f'<svg class="skyline" xmlns="http://www.w3.org/2000/svg" width="100%" '
        f'height="{_SKYLINE_HEIGHT}" role="img" aria-label="{escape(words)}">{body}</svg>'
    )


def _percent(part: float, top: float) -> str:
    return f"{100 * min(max(part / top, 0), 1):.2f}%"


def _line(row: OutcomeRow, y: float, left: float, top: float) -> str:
    middle = shapes.number(y + 8)
    x1, x2 = (shapes.number(left + 420 * min(part / top, 1)) for part in (row.low, row.high))
    fill = _REST if row.is_rest else _BAR
    bar = f'y="{shapes.number(y)}" height="16" rx="3"'
    return (
        f"<g>{shapes.label(row.label, left - 8, y + 12)}"
        f'<rect class="g" x="{shapes.number(left)}" width="420" {bar} fill="{_GROUND}"/>'
        f'<rect class="v" x="{shapes.number(left)}" '
        f'width="{shapes.number(420 * row.share / top)}" {bar} fill="{fill}"/>'
        f'<line class="h" x1="{x1}" x2="{x2}" y1="{middle}" y2="{middle}" stroke="#fff" '
        'stroke-width="6"/>'
        f'<line class="e" x1="{x1}" x2="{x2}" y1="{middle}" y2="{middle}" '
        f'stroke="{shapes.INK}" stroke-width="2"/>'
        f"{shapes.label(_figures(row), left + 428, y + 12, anchor='start')}</g>"
    )


def _figures(row: OutcomeRow) -> str:
    return f"{row.count:,} · {percent(row.share)} %"
