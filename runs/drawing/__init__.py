"""Circuits, counts and result values as SVG, the same for page, API, packet and print. Core.

Presentation attributes carry the palette of print; classes let a page's style sheet give it
another. There is no style attribute and no style element, so that a strict content security
policy holds. Every text is escaped.
"""

from runs.drawing.circuit import circuit_svg, miniature_svg, notice_svg
from runs.drawing.counts import bar_svg, histogram_svg, skyline_svg
from runs.drawing.sweeps import sweep_svg
from runs.drawing.values import share_bar_svg, spectrum_svg, value_bar_svg, values_svg

__all__ = [
    "bar_svg",
    "circuit_svg",
    "histogram_svg",
    "miniature_svg",
    "notice_svg",
    "share_bar_svg",
    "skyline_svg",
    "spectrum_svg",
    "sweep_svg",
    "value_bar_svg",
    "values_svg",
]
