"""A whole analog program as one picture. Core."""

from html import escape

from runs.analog.drawing.courses import Graphs, courses_of
from runs.analog.drawing.register import Map, blocking_pairs
from runs.analog.model import AnalogProgram
from runs.analog.words import atoms, figure
from runs.circuits.words import count
from runs.drawing import shapes

_WIDTH = 560
_LEFT, _RIGHT = 70, 16
_MAP_HEIGHT = 190
_CARD_WIDTH, _CARD_MAP, _CARD_GRAPH = 190, 60, 40


def program_svg(program: AnalogProgram, *, title: str, ident: str = "c") -> str:
    """Return the drawing of ``program``, with a title and a description for those who hear it.

    The register is to scale; below it stand the courses of the fields. ``ident`` makes the ids of
    the drawing unique on its page.
    """
    width = _WIDTH - _LEFT - _RIGHT
    register = Map(program, _LEFT, 0, width, _MAP_HEIGHT)
    bottom = register.bottom + 10
    body = [register.sites_svg(), register.scale_svg(bottom)]
    if blocking_pairs(program):
        radius = figure(round(program.blockade_radius, 2))
        words = f"Lines: within the blockade radius, {radius} µm"
        body.append(shapes.label(words, _WIDTH - _RIGHT, bottom + 4))
    graphs, height = Graphs(program.duration, _LEFT, bottom + 22, width).svg(courses_of(program))
    names = f'role="img" aria-labelledby="{escape(ident)}-t {escape(ident)}-d"'
    head = (
        f'<title id="{escape(ident)}-t">{escape(title)}</title>'
        f'<desc id="{escape(ident)}-d">{escape(description(program))}</desc>'
    )
    return _svg(names, head + "".join(body) + graphs, _WIDTH, height)


def miniature_svg(program: AnalogProgram) -> str:
    """Return the register, the amplitude and the detuning of ``program``, for a card."""
    register = Map(program, 0, 0, _CARD_WIDTH, _CARD_MAP, margin=12)
    graphs = Graphs(program.duration, 8, register.bottom + 4, _CARD_WIDTH - 16, _CARD_GRAPH)
    lines = "".join(graphs.line(course) for course in courses_of(program)[:2])
    body = register.sites_svg(named=False) + lines
    return _svg('aria-hidden="true"', body, _CARD_WIDTH, graphs.top + _CARD_GRAPH + 6)


def description(program: AnalogProgram) -> str:
    """Return the size of ``program`` in words."""
    sites = "" if all(program.filling) else f" on {count(len(program.sites), 'site')}"
    courses = ", ".join(course.words for course in courses_of(program))
    return f"{atoms(program.atoms)}{sites}, driven for {figure(program.duration)} µs: {courses}."


def _svg(names: str, inner: str, width: float, height: float) -> str:
    size = f'width="{shapes.number(width)}" height="{shapes.number(height)}"'
    view = f'viewBox="0 0 {shapes.number(width)} {shapes.number(height)}"'
    return (
        f'<svg class="circuit" xmlns="http://www.w3.org/2000/svg" {size} {view} {names}>'
        f"{inner}</svg>"
    )
