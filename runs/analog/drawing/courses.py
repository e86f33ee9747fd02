"""The courses of the fields as graphs, one below the other over the same time. Core."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from runs.analog.model import AnalogProgram, Series
from runs.analog.words import figure
from runs.drawing import shapes
from runs.drawing.shapes import Paint
from runs.gates import Family

_HEAD, _FOOT, _AXIS = 22, 12, 30
_STEPS = (1, 2, 2.5, 5, 10)
_FEWEST_TICKS = 4


@dataclass(frozen=True)
class Course:
    """One field: its name, sign and unit, and how its points are joined."""

    name: str
    sign: str
    unit: str
    series: Series
    paint: Paint
    is_held: bool = False

    @property
    def words(self) -> str:
        """Its name, and between which values it lies."""
        least, most = min(self.series.values), max(self.series.values)
        span = figure(most) if least == most else f"from {figure(least)} to {figure(most)}"
        return f"{self.name.lower()} {span} {self.unit}"

    @property
    def low(self) -> float:
        """The lower end of its axis."""
        return min(0.0, *self.series.values)

    @property
    def high(self) -> float:
        """The upper end of its axis."""
        highest = max(0.0, *self.series.values)
        return highest if highest > self.low else self.low + 1


def courses_of(program: AnalogProgram) -> list[Course]:
    """Return the fields of ``program`` in the order in which they are drawn."""
    paints = shapes.PAINTS
    courses = [
        Course("Amplitude", "Ω", "rad/µs", program.amplitude, paints[Family.HADAMARD]),
        Course("Detuning", "Δ", "rad/µs", program.detuning, paints[Family.PHASE]),
        Course("Phase", "φ", "rad", program.phase, paints[Family.ROTATION], is_held=True),
    ]
    if program.local is not None:
        magnitude = program.local.magnitude
        paint = paints[Family.PAULI]
        courses.append(Course("Local detuning", "δ", "rad/µs", magnitude, paint))
    return courses


@dataclass(frozen=True)
class Graphs:
    """Graphs of ``width`` by ``height`` pixels, the first of them at ``left`` and ``top``."""

    duration: float
    left: float
    top: float
    width: float
    height: float = 48

    def svg(self, courses: Sequence[Course]) -> tuple[str, float]:
        """Return the graphs below each other with their axes, and where they end."""
        body, top = [], self.top
        for course in courses:
            height = self.height if course.series.peak else 0
            body.append(replace(self, top=top + _HEAD, height=height).graph(course))
            top += _HEAD + height + _FOOT
        return "".join(body) + self._time_axis(top), top + _AXIS

    def line(self, course: Course) -> str:
        """Return the line of one field."""
        path = "".join(
            f"{'L' if place else 'M'}{shapes.number(self._x(time))} "
            f"{shapes.number(self._y(course, value))}"
            for place, (time, value) in enumerate(corners(course))
        )
        line = shapes.stroke(course.paint, path, width=2)
        return f'<g class="o {course.paint.name}">{line}</g>'

    def graph(self, course: Course) -> str:
        """Return one graph, under its name, with its least and largest value and 0 beside it."""
        zero = self._y(course, 0)
        name = f"{course.name} {course.sign} in {course.unit}"
        return (
            shapes.label(name, self.left, self.top - 8, anchor="start")
            + shapes.wire(self.left, self.left + self.width, zero)
            + "".join(
                shapes.label(figure(value, digits=4), self.left - 8, self._y(course, value) + 4)
                for value in {0.0, min(course.series.values), max(course.series.values)}
            )
            + self.line(course)
        )

    def _y(self, course: Course, value: float) -> float:
        return self.top + self.height * (course.high - value) / (course.high - course.low)

    def _x(self, time: float) -> float:
        return self.left + self.width * time / self.duration

    def _time_axis(self, y: float) -> str:
        ticks = "".join(
            shapes.label(figure(time), self._x(time), y + 8, anchor="middle")
            for time in ticks_to(self.duration)
        )
        middle = self.left + self.width / 2
        return ticks + shapes.label("Time in µs", middle, y + 26, anchor="middle")


def corners(course: Course) -> Iterator[tuple[float, float]]:
    """Return the corners of the line that a field follows: stairs where its values are held.

    What stands at the end of a field that is held never acts, and is left out.
    """
    points = zip(course.series.times, course.series.values, strict=True)
    if not course.is_held:
        yield from points
        return
    for (time, value), (end, _) in pairwise(points):
        yield from ((time, value), (end, value))


def ticks_to(duration: float) -> list[float]:
    """Return four to ten round times from 0 to ``duration``."""
    power = 10.0 ** math.floor(math.log10(duration / _FEWEST_TICKS))
    step = max(power * step for step in _STEPS if duration / (power * step) >= _FEWEST_TICKS)
    return [step * place for place in range(int(duration / step * (1 + 1e-9)) + 1)]
