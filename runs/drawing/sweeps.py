"""The plot of a sweep: one value against what was swept, with its shot noise. Core."""

import math
from collections.abc import Sequence
from html import escape
from typing import Protocol

from runs.drawing import shapes

_WIDTH, _HEIGHT = 720, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 32, 48
_GRID = "#DCE3E8"
_POINT = "#1743C4"
_RADIUS = 3.5
_TICKS = 5
_STEPS = (1, 2, 2.5, 5, 10)
_ROUNDING = 1e-9


class Point(Protocol):
    """A value ``y`` at ``x``, between ``low`` and ``high``."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


class _Scale:
    """A linear axis from ``start`` to ``end`` of the picture.

    It reaches from tick to tick around all values, or where ``tight`` from the first value to the
    last.
    """

    def __init__(
        self, values: Sequence[float], start: float, end: float, *, tight: bool = False
    ) -> None:
        around = ticks(min(values), max(values))
        self._low, self._high = around[0], around[-1]
        if tight and max(values) > min(values):
            self._low, self._high = min(values), max(values)
        self.ticks = [tick for tick in around if self._low <= tick <= self._high]
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        share = (value - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)


def ticks(low: float, high: float) -> list[float]:
    """Return round numbers at equal distances that enclose ``low`` and ``high``."""
    if high - low < _ROUNDING * max(1.0, abs(high)):
        low, high = low - 0.5, high + 0.5
    rough = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in _STEPS if one * power >= rough * (1 - _ROUNDING))
    first = math.floor(low / step + _ROUNDING)
    last = math.ceil(high / step - _ROUNDING)
    return [round(number * step, 12) for number in range(first, last + 1)]


def sweep_svg(points: Sequence[Point], *, x_label: str, y_label: str, joined: bool) -> str:
    """Return the plot of ``points``, in the order of x; ``joined`` by a line where one leads on.

    Error bars are drawn from ``low`` to ``high``. The table beside it says the same in digits.
    """
    ordered = sorted(points, key=lambda point: point.x)
    x = _Scale([point.x for point in ordered], _LEFT, _WIDTH - _RIGHT, tight=True)
    heights = [bound for point in ordered for bound in (point.low, point.high)]
    y = _Scale(heights, _HEIGHT - _BOTTOM, _TOP)
    words = f"{y_label} against {x_label}: {len(ordered)} points"
    return (
        f'<svg class="plot" xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" '
        f'height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(words)}">'
        f"{_grid(x, y)}{_names(x_label, y_label)}"
        f"{_line(ordered, x, y) if joined else ''}"
        f"{''.join(_mark(point, x, y) for point in ordered)}</svg>"
    )


def _grid(x: _Scale, y: _Scale) -> str:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    across = "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{shapes.number(y(tick))}" '
        f'y2="{shapes.number(y(tick))}" stroke="{_GRID}"/>'
        f"{shapes.label(_text(tick), _LEFT - 8, y(tick) + 4)}"
        for tick in y.ticks
    )
    down = "".join(
        f'<line class="grid" x1="{shapes.number(x(tick))}" x2="{shapes.number(x(tick))}" '
        f'y1="{bottom}" y2="{bottom + 5}" stroke="{shapes.WIRE}"/>'
        f"{shapes.label(_text(tick), x(tick), bottom + 18, anchor='middle')}"
        for tick in x.ticks
    )
    return across + down


def _names(x_label: str, y_label: str) -> str:
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    return shapes.label(x_label, middle, _HEIGHT - 8, anchor="middle") + shapes.label(
        y_label, 8, 16, anchor="start"
    )


def _line(points: Sequence[Point], x: _Scale, y: _Scale) -> str:
    path = " ".join(f"{shapes.number(x(p.x))},{shapes.number(y(p.y))}" for p in points)
    return (
        f'<polyline class="trend" points="{path}" fill="none" stroke="{shapes.WIRE}" '
        'stroke-width="1.5"/>'
    )


def _mark(point: Point, x: _Scale, y: _Scale) -> str:
    at = shapes.number(x(point.x))
    interval = ""
    if point.high > point.low:
        interval = (
            f'<line class="ci" x1="{at}" x2="{at}" y1="{shapes.number(y(point.low))}" '
            f'y2="{shapes.number(y(point.high))}" stroke="{shapes.INK}" stroke-width="1.5"/>'
        )
    return (
        f'{interval}<circle class="v" cx="{at}" cy="{shapes.number(y(point.y))}" '
        f'r="{_RADIUS}" fill="{_POINT}"/>'
    )


def _text(value: float) -> str:
    return f"{value:g}".replace("-", "−")
