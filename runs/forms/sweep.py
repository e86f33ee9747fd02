"""What to sweep, as people write it: one line for each input, every combination a run."""

import re
from itertools import islice, product
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from runs.forms.angles import read_angle
from runs.sweeps import SHOTS

_RANGE = re.compile(r"(?P<start>.+?)\s+to\s+(?P<stop>.+?)\s*,\s*(?P<points>\d{1,4})\s+points?")
_MOST_LINES = 8
_MOST_VALUES = 1_000


class SweepField(forms.CharField):
    """The points of a sweep; none where the run is a single one."""

    widget = forms.Textarea(attrs={"rows": 2, "spellcheck": "false"})

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """Return the points.

        :raises ValidationError: if a line cannot be read.
        """
        text: str = super().clean(value)
        try:
            return read_points(text) if text.strip() else []
        except ValueError as error:
            raise ValidationError(str(error)) from error


def read_points(text: str) -> list[dict[str, Any]]:
    """Return the points that ``text`` describes; the last line varies fastest.

    A line is ``theta = 0 to 2*pi, 21 points``, both ends included, or ``shots = 100, 1000``.

    :raises ValueError: with words, if a line is neither.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > _MOST_LINES:
        raise ValueError(f"Sweep at most {_MOST_LINES} inputs at once.")
    axes = [_axis(line) for line in lines]
    names = [name for name, _ in axes]
    if len(set(names)) < len(names):
        raise ValueError("Each input has one line.")
    combinations = islice(product(*(values for _, values in axes)), _MOST_VALUES)
    return [_point(names, values) for values in combinations]


def _axis(line: str) -> tuple[str, list[float]]:
    name, equals, said = (part.strip() for part in line.partition("="))
    if not equals or not name.isidentifier():
        raise ValueError(f"“{line}” is not of the form name = start to stop, N points")
    try:
        values = _values(said)
    except ValueError as error:
        raise ValueError(f"“{line}”: {error}") from error
    if name == SHOTS and any(value != int(value) for value in values):
        raise ValueError(f"“{line}”: shots are whole numbers")
    return name, values


def _values(said: str) -> list[float]:
    spread = _RANGE.fullmatch(said)
    if spread is None:
        return [read_angle(value) for value in said.split(",")[:_MOST_VALUES]]
    start, stop = read_angle(spread["start"]), read_angle(spread["stop"])
    points = int(spread["points"])
    if points < len((start, stop)):
        raise ValueError("from one end to the other are at least 2 points")
    step = (stop - start) / (points - 1)
    return [start + step * place for place in range(min(points, _MOST_VALUES) - 1)] + [stop]


def _point(names: list[str], values: tuple[float, ...]) -> dict[str, Any]:
    point: dict[str, Any] = dict(zip(names, values, strict=True))
    shots = point.pop(SHOTS, None)
    said = {"parameters": point} if point else {}
    return said if shots is None else {**said, "shots": int(shots)}
