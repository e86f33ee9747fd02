"""Analog programs as SVG: the register to scale, and the courses of the fields. Core.

As in :mod:`runs.drawing`, attributes carry the palette of print and classes that of the page.
"""

from runs.analog.drawing.program import description, miniature_svg, program_svg

__all__ = ["description", "miniature_svg", "program_svg"]
