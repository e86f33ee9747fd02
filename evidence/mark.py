"""The fringe mark: two-source interference, drawn from a digest, so that eyes can compare. Core.

Positions of the sources, spacing and widths of the rings and two of four inks come from the digest,
hashed once more so that every digit of it moves everything. The mark helps to *notice* a difference
and proves nothing: the digest stands beside it.
Inks are those of the interface; red and green are left out because they mean status. Colours are
presentation attributes, classes let a page change them; there is no style and no script in it.
"""

import hashlib
from collections.abc import Iterator
from html import escape
from math import cos, pi, sin

_INKS = (("k0", "#14212B"), ("k1", "#1743C4"), ("k2", "#0B6E63"), ("k3", "#7A2E86"))
_GOLD = "#8A5A00"
_REACH = 200
_DIGEST_BYTES = 32


def mark_svg(digest: str, *, size: int, label: str | None = None) -> str:
    """Return the mark of ``digest`` (64 hexadecimal digits) as an SVG ``size`` pixels wide.

    With a ``label`` it is an image with that name; without, it is hidden from screen readers.

    :raises ValueError: if ``digest`` is not the hexadecimal form of 32 bytes.
    """
    data = _bytes(digest)
    role = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    clip = f"m{digest[:8]}{size}"
    first = data[0] % len(_INKS)
    second = (first + 1 + data[1] % (len(_INKS) - 1)) % len(_INKS)
    return (
        f'<svg class="fringe" xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"'
        f' viewBox="-104 -104 208 208" {role}>'
        f'<defs><clipPath id="{clip}"><circle r="98"/></clipPath></defs>'
        f'<circle r="101" fill="#fff"/><g fill="none" clip-path="url(#{clip})">'
        f"{_source(data[2:17], _INKS[first], spacing=18, heavy=True)}"
        f"{_source(data[17:32], _INKS[second], spacing=23, heavy=False)}"
        f'</g><circle class="fr" r="101" fill="none" stroke="{_GOLD}" stroke-width="3"/></svg>'
    )


def _source(data: bytes, ink: tuple[str, str], *, spacing: int, heavy: bool) -> str:
    """Return the rings around one source; 15 bytes: angle, distance, spacing, phase, widths."""
    angle, distance = 2 * pi * data[0] / 256, 24 + 84 * data[1] / 255
    x, y = round(distance * cos(angle)), round(distance * sin(angle))
    step = spacing + data[2] % 6
    rings = "".join(
        f'<circle cx="{x}" cy="{y}" r="{radius}" stroke-width="{width:.1f}"/>'
        for radius, width in _rings(data[4:], data[3] % step, step, heavy=heavy)
        if radius - width < distance + 98 and radius + width > distance - 98
    )
    return f'<g class="{ink[0]}" stroke="{ink[1]}">{rings}</g>'


def _rings(widths: bytes, phase: int, step: int, *, heavy: bool) -> Iterator[tuple[int, float]]:
    thinnest, range_of_widths = (3.0, 5.5) if heavy else (2.0, 2.5)
    for place, radius in enumerate(range(6 + phase, _REACH, step)):
        share = widths[place % len(widths)] / 255
        yield radius, thinnest + range_of_widths * share


def band_svg(digest: str, *, width: int, height: int) -> str:
    """Return a band of gold waves that interfere as ``digest`` says, to rule off a page.

    :raises ValueError: if ``digest`` is not the hexadecimal form of 32 bytes.
    """
    data = _bytes(digest)
    lines = "".join(
        f'<path d="{_wave(data, place, width, height)}"/>' for place in range(_BAND_LINES)
    )
    return (
        f'<svg class="band" xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" aria-hidden="true">'
        f'<g fill="none" stroke="#B98A2C" stroke-width="0.5">{lines}</g></svg>'
    )


_BAND_LINES = 9
_BAND_STEP = 4


def _wave(data: bytes, place: int, width: int, height: int) -> str:
    """Return one line of the band: a carrier under an envelope that is nil at both ends."""
    carrier, beat = 14 + data[3] % 8, 2 + data[4] % 3
    shift, phase = 2 * pi * place / _BAND_LINES, 2 * pi * data[5] / 256
    points = []
    for x in range(0, width + 1, _BAND_STEP):
        at = x / width
        envelope = sin(pi * at) ** 0.5 * (0.25 + 0.75 * abs(sin(beat * pi * at + phase)))
        y = height / 2 * (1 + 0.94 * envelope * sin(2 * pi * carrier * at + shift))
        points.append(f"{x} {y:.1f}")
    return "M" + "L".join(points)


def _bytes(digest: str) -> bytes:
    data = bytes.fromhex(digest)
    if len(data) != _DIGEST_BYTES:
        raise ValueError("a digest has 64 hexadecimal digits")
    return hashlib.sha256(data).digest()
