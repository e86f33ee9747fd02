"""Pictures on a certificate: SVG as data addresses, in the faces that are bundled, at a size."""

import base64
import re
from dataclasses import dataclass

PAGE_POINTS = 487.0
_POINTS_PER_PIXEL = 0.75
_SMALLEST = 0.5
_VIEW_BOX = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
_SIZE = re.compile(r'(<svg\b[^>]*?) width="[^"]*"([^>]*?) height="[^"]*"')
_FACES = {"sans-serif": "Instrument Sans", "monospace": "JetBrains Mono"}
_FACE = re.compile(r'font-family="(sans-serif|monospace)"')


@dataclass(frozen=True)
class Picture:
    """A picture: ``uri`` is its data address, ``alt`` says what it shows."""

    uri: str
    alt: str


def picture(svg: str, alt: str) -> Picture:
    """Return ``svg`` as a picture."""
    encoded = base64.b64encode(svg.encode()).decode()
    return Picture(f"data:image/svg+xml;base64,{encoded}", alt)


def circuit_picture(drawing: bytes | None, *, room: float) -> Picture | None:
    """Return the drawing of a circuit at the width of the page, at most ``room`` points high.

    None where there is no drawing, or where it would become smaller than can be read.
    """
    if drawing is None:
        return None
    svg = drawing.decode()
    view = _VIEW_BOX.search(svg)
    if view is None:
        return None
    width, height = (float(side) * _POINTS_PER_PIXEL for side in view.groups())
    scale = min(1.0, PAGE_POINTS / width, room / height)
    if scale < _SMALLEST:
        return None
    sized = _SIZE.sub(
        rf'\1 width="{width * scale:.2f}pt"\2 height="{height * scale:.2f}pt"', svg, 1
    )
    # The generic faces would be looked for on the machine; these two are bundled.
    named = _FACE.sub(lambda face: f'font-family="{_FACES[face[1]]}"', sized)
    return picture(named, _description(svg))


def _description(svg: str) -> str:
    """Return the drawing's own title and description, so that the printed one is as accessible."""
    found = (re.search(rf"<{tag}[^>]*>([^<]*)</{tag}>", svg) for tag in ("title", "desc"))
    return ". ".join(match[1] for match in found if match) or "Drawing of the program"
