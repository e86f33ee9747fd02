"""Bars on a line: in the cell of a table, in a picture of their own, or many side by side. Core."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from runs.drawing import shapes

LENGTH, ROW, LETTER = 420, 26, 7.3
_BAR = "#1743C4"
_REST = "#7A8894"
_GROUND = "#EDF1F3"
_MOST_BARS = 512
_SKYLINE_HEIGHT = 96


@dataclass(frozen=True)
class Bar:
    """A bar from ``start`` to ``end``, and the interval in which its end may lie.

    Places are from 0, the left end of the line, to 1, the right end. What lies beyond is cut off,
    but for the rest of many rows, which is then not drawn: it is no single bar that could be
    compared. A bar that starts inside the line has a mark where it starts.
    """

    end: float
    low: float
    high: float
    start: float = 0.0
    is_rest: bool = False

    @property
    def is_drawn(self) -> bool:
        """Whether there is anything to see of it."""
        return not (self.is_rest and self.high > 1)


def cell_svg(bar: Bar) -> str:
    """Return ``bar`` as wide as the cell that it stands in. The row says the same in digits."""
    left, right = (_percent(place) for place in (bar.low, bar.high))
    first, last = sorted((bar.start, bar.end))
    x = f' x="{_percent(first)}"' if first else ""
    return (
        '<svg class="bar" aria-hidden="true" width="100%" height="16">'
        f'<rect class="g" width="100%" height="16" rx="3" fill="{_GROUND}"/>'
        f'<rect class="v"{x} width="{_percent(last - first)}" height="16" rx="3" fill="{_BAR}"/>'
        f"{_interval(left, right, '8')}{_mark(_percent(bar.start), '0', '16', bar)}</svg>"
    )


def line_svg(bar: Bar, label: str, figures: str, *, left: float, y: float) -> str:
    """Return ``bar`` on a line that begins at ``left``, its name before it, its figures after."""
    places = (bar.start, bar.end, bar.low, bar.high) if bar.is_drawn else (0, 0, 0, 0)
    start, end, low, high = (left + LENGTH * _within(place) for place in places)
    first, last = sorted((start, end))
    shape = f'y="{shapes.number(y)}" height="16" rx="3"'
    mark = _mark(shapes.number(start), shapes.number(y), shapes.number(y + 16), bar)
    return (
        f"<g>{shapes.label(label, left - 8, y + 12)}"
        f'<rect class="g" x="{shapes.number(left)}" width="{LENGTH}" {shape} fill="{_GROUND}"/>'
        f'<rect class="v" x="{shapes.number(first)}" width="{shapes.number(last - first)}" '
        f'{shape} fill="{_REST if bar.is_rest else _BAR}"/>'
        f"{_interval(shapes.number(low), shapes.number(high), shapes.number(y + 8))}{mark}"
        f"{shapes.label(figures, left + LENGTH + 8, y + 12, anchor='start')}</g>"
    )


def skyline_svg(shares: Iterable[float], words: str) -> str:
    """Return many shares side by side, largest first; ``words`` say what they are.

    Beyond 512 of them each bar is the largest of its neighbours.
    """
    ordered = sorted(shares, reverse=True)
    together = -(-len(ordered) // _MOST_BARS) or 1
    bars = ordered[::together]
    highest = max(bars, default=1) or 1
    # One outline for all of them: a page may hold several, and hundreds of bars in each.
    steps = "".join(
        f"V{shapes.number(_SKYLINE_HEIGHT * (1 - bar / highest))}H{place}"
        for place, bar in enumerate(bars, 1)
    )
    view = f'viewBox="0 0 {max(len(bars), 1)} {_SKYLINE_HEIGHT}" preserveAspectRatio="none"'
    return (
        f'<svg class="skyline" xmlns="http://www.w3.org/2000/svg" width="100%" '
        f'height="{_SKYLINE_HEIGHT}" {view} role="img" aria-label="{escape(words)}">'
        f'<path class="v" d="M0 {_SKYLINE_HEIGHT}{steps}V{_SKYLINE_HEIGHT}Z" fill="{_BAR}"/></svg>'
    )


def _within(place: float) -> float:
    return min(max(place, 0), 1)


def _percent(place: float) -> str:
    return f"{100 * _within(place):.2f}%"


def _interval(x1: str, x2: str, y: str) -> str:
    """Return a line with a halo; what is exact has none."""
    if x1 == x2:
        return ""
    ends = f'x1="{x1}" x2="{x2}" y1="{y}" y2="{y}"'
    return (
        f'<line class="h" {ends} stroke="#fff" stroke-width="6"/>'
        f'<line class="e" {ends} stroke="{shapes.INK}" stroke-width="2"/>'
    )


def _mark(x: str, y1: str, y2: str, bar: Bar) -> str:
    if not bar.start:
        return ""
    return f'<line class="z" x1="{x}" x2="{x}" y1="{y1}" y2="{y2}" stroke="{shapes.LABEL}"/>'
