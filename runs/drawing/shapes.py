"""SVG elements in the palette of print, and the classes by which a page recolours them. Core."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from runs.gates import Family

INK = "#14212B"
LABEL = "#5B6874"
WIRE = "#8A97A3"


@dataclass(frozen=True)
class Paint:
    """A class of the style sheet with its colours in print."""

    name: str
    fill: str
    stroke: str
    dashed: bool = False


PAINTS: Mapping[Family, Paint] = {
    Family.HADAMARD: Paint("f-h", "#E8EEFD", "#1D4ED8"),
    Family.PAULI: Paint("f-p", "#E0F3EF", "#0B6E63"),
    Family.PHASE: Paint("f-s", "#F6E9F8", "#7A2E86"),
    Family.ROTATION: Paint("f-r", "#FBF0D6", "#8A5A00"),
    Family.INTERACTION: Paint("f-r", "#FBF0D6", "#8A5A00"),
    Family.NOISE: Paint("f-m", "#EEF2F5", "#47555F"),
}
MEASURE = Paint("f-m", "#EEF2F5", INK)
CORNER = 5
ROUND = 17


def failing(paint: Paint) -> Paint:
    """Return ``paint`` as it marks the operation that stopped a run: red and dashed."""
    return Paint(f"{paint.name} err", "#FDECEA", "#B3261E", dashed=True)


def number(value: float) -> str:
    """Return a coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def wire(x1: float, x2: float, y: float) -> str:
    """Return the wire of a qubit."""
    return (
        f'<line class="w" x1="{number(x1)}" y1="{number(y)}" x2="{number(x2)}" '
        f'y2="{number(y)}" stroke="{WIRE}"/>'
    )


def label(text: str, x: float, y: float, *, anchor: str = "end") -> str:
    """Return the name of a qubit, or a note."""
    return (
        f'<text class="q" x="{number(x)}" y="{number(y)}" text-anchor="{anchor}" '
        f'font-size="12" font-family="monospace" fill="{LABEL}">{escape(text)}</text>'
    )


def box(
    paint: Paint,
    x: float,
    y: float,
    *,
    width: float,
    height: float = 34,
    corner: float = CORNER,
) -> str:
    """Return a box around the point ``x``, ``y``; that of noise has :data:`ROUND` ends."""
    line = 'stroke-width="2" stroke-dasharray="3 2"' if paint.dashed else 'stroke-width="1.25"'
    return (
        f'<rect class="b" x="{number(x - width / 2)}" y="{number(y - height / 2)}" '
        f'width="{number(width)}" height="{number(height)}" rx="{number(corner)}" '
        f'fill="{paint.fill}" stroke="{paint.stroke}" {line}/>'
    )


def letters(paint: Paint, text: str, x: float, y: float, *, size: float) -> str:
    """Return text inside a gate, its baseline at ``y``."""
    weight = ' font-weight="600"' if size > 10 else ""  # noqa: PLR2004 - small print is light
    return (
        f'<text class="t" x="{number(x)}" y="{number(y)}" text-anchor="middle" '
        f'font-size="{number(size)}"{weight} font-family="sans-serif" '
        f'fill="{paint.stroke}">{escape(text)}</text>'
    )


def link(paint: Paint, x: float, top: float, bottom: float) -> str:
    """Return the line that joins the qubits of one gate."""
    dash = ' stroke-dasharray="3 2"' if paint.dashed else ""
    return (
        f'<line class="k" x1="{number(x)}" y1="{number(top)}" x2="{number(x)}" '
        f'y2="{number(bottom)}" stroke="{paint.stroke}" stroke-width="1.5"{dash}/>'
    )


def dot(paint: Paint, x: float, y: float, *, closed: bool) -> str:
    """Return a control: full where it acts on 1, hollow where it acts on 0."""
    place = f'cx="{number(x)}" cy="{number(y)}" r="4.5"'
    if closed:
        return f'<circle class="d" {place} fill="{paint.stroke}"/>'
    return (
        f'<circle class="b" {place} fill="{paint.fill}" stroke="{paint.stroke}" '
        f'stroke-width="1.5"/>'
    )


def stroke(paint: Paint, path: str, *, width: float = 1.5, cap: str = "") -> str:
    """Return a drawn line."""
    round_cap = f' stroke-linecap="{cap}"' if cap else ""
    return (
        f'<path class="k" d="{path}" stroke="{paint.stroke}" stroke-width="{width:g}" '
        f'fill="none"{round_cap}/>'
    )


def plus(paint: Paint, x: float, y: float) -> str:
    """Return the target of a controlled X."""
    dash = ' stroke-dasharray="3 2"' if paint.dashed else ""
    left, top = number(x - 12), number(y - 12)
    return (
        f'<circle class="b" cx="{number(x)}" cy="{number(y)}" r="12" fill="{paint.fill}" '
        f'stroke="{paint.stroke}" stroke-width="1.5"{dash}/>'
        + stroke(paint, f"M{left} {number(y)}h24M{number(x)} {top}v24")
    )


def cross(paint: Paint, x: float, y: float) -> str:
    """Return one end of a swap."""
    left, right, top = number(x - 6), number(x + 6), number(y - 6)
    return stroke(paint, f"M{left} {top}l12 12M{right} {top}l-12 12", width=1.75)


def meter(x: float, y: float) -> str:
    """Return a measurement."""
    base = number(y + 6)
    return box(MEASURE, x, y, width=34) + stroke(
        MEASURE, f"M{number(x - 10)} {base}a10 10 0 0 1 20 0M{number(x)} {base}l7 -12", cap="round"
    )
