"""The register as a map: sites to scale, atoms full, and lines between those that block. Core."""

from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import combinations
from math import dist

from runs.analog.model import AnalogProgram
from runs.analog.words import figure
from runs.drawing import shapes
from runs.drawing.shapes import Paint
from runs.gates import Family

ATOM = shapes.PAINTS[Family.PAULI]
_VACANT = Paint("f-m", "none", shapes.WIRE)
_MOST_PIXELS = 16.0  # for a micrometre
_LONGEST_BAR = 110
_NAMED = 16  # pixels between neighbours that leave room for their names
_BARS = tuple(step * 10**power for power in range(4) for step in (1, 2, 5))


@dataclass(frozen=True)
class Map:
    """The register of ``program`` in a box that is ``width`` wide and at most ``height`` high."""

    program: AnalogProgram
    left: float
    top: float
    width: float
    height: float
    margin: float = 22

    @cached_property
    def _scale(self) -> float:
        """Pixels for a micrometre."""
        rooms = (self.width - 2 * self.margin, self.height - 2 * self.margin)
        fits = [room / size for room, size in zip(rooms, self._size, strict=True) if size]
        return min([_MOST_PIXELS, *fits])

    @cached_property
    def _low(self) -> tuple[float, float]:
        xs, ys = zip(*self.program.sites, strict=True)
        return min(xs), min(ys)

    @cached_property
    def _size(self) -> tuple[float, float]:
        """Length in x and y, in micrometres."""
        xs, ys = zip(*self.program.sites, strict=True)
        return max(xs) - min(xs), max(ys) - min(ys)

    @property
    def bottom(self) -> float:
        """Where the map ends, its scale bar aside."""
        return self.top + self._size[1] * self._scale + 2 * self.margin

    @cached_property
    def _nearest(self) -> float:
        """The smallest distance of two sites in pixels, or the width of the map."""
        pairs = combinations(self.program.sites, 2)
        return min((dist(*pair) * self._scale for pair in pairs), default=self.width)

    @property
    def _radius(self) -> float:
        return min(8.0, max(2.0, self._nearest * 0.36))

    def place(self, site: int) -> tuple[float, float]:
        """Return where a site is drawn; y goes up, as in a graph."""
        x, y = self.program.sites[site]
        return (
            self.left + self.margin + (x - self._low[0]) * self._scale,
            self.bottom - self.margin - (y - self._low[1]) * self._scale,
        )

    def sites_svg(self, *, named: bool = True) -> str:
        """Return all sites, and lines between atoms within the blockade radius."""
        lines = "".join(self._line(*pair) for pair in blocking_pairs(self.program))
        is_named = named and self._nearest >= _NAMED
        sites = range(len(self.program.sites))
        dots = "".join(self._site(site, named=is_named) for site in sites)
        return lines + dots

    def _line(self, one: int, other: int) -> str:
        (x1, y1), (x2, y2) = self.place(one), self.place(other)
        ends = f'x1="{shapes.number(x1)}" y1="{shapes.number(y1)}"'
        return (
            f'<line class="w" {ends} x2="{shapes.number(x2)}" y2="{shapes.number(y2)}" '
            f'stroke="{shapes.WIRE}"/>'
        )

    def _site(self, site: int, *, named: bool) -> str:
        x, y = self.place(site)
        is_filled = self.program.filling[site]
        paint = ATOM if is_filled else _VACANT
        form = f'cx="{shapes.number(x)}" cy="{shapes.number(y)}" r="{shapes.number(self._radius)}"'
        if is_filled:
            circle = f'<circle class="d" {form} fill="{paint.stroke}"/>'
        else:
            circle = (
                f'<circle class="k" {form} fill="none" stroke="{paint.stroke}" '
                'stroke-dasharray="2 2"/>'
            )
        name = ""
        if named:
            aside = self._radius * 0.8
            name = shapes.label(str(site), x + aside, y - aside - 1, anchor="start")
        words = escape(_words(self.program, site))
        return f'<g class="o {paint.name}"><title>{words}</title>{circle}{name}</g>'

    def scale_svg(self, y: float) -> str:
        """Return a bar of a round length, with that length beside it."""
        length = max(bar for bar in _BARS if bar * self._scale <= _LONGEST_BAR)
        end = self.left + length * self._scale
        bar = f"M{shapes.number(self.left)} {y - 4}v8M{shapes.number(end)} {y - 4}v8"
        bar += f"M{shapes.number(self.left)} {y}H{shapes.number(end)}"
        return (
            f'<g class="{shapes.MEASURE.name}">{shapes.stroke(shapes.MEASURE, bar)}</g>'
            + shapes.label(f"{length} µm", end + 8, y + 4, anchor="start")
        )


def blocking_pairs(program: AnalogProgram) -> list[tuple[int, int]]:
    """Return the pairs of filled sites that are nearer than the blockade radius."""
    radius = program.blockade_radius
    return [
        (one, other)
        for one, other in combinations(program.filled, 2)
        if dist(program.sites[one], program.sites[other]) < radius
    ]


def _words(program: AnalogProgram, site: int) -> str:
    x, y = map(figure, program.sites[site])
    text = f"Site {site} at {x}, {y} µm" + ("" if program.filling[site] else ", vacant")
    if program.local is not None:
        text += f", local detuning times {figure(program.local.pattern[site])}"
    return text
