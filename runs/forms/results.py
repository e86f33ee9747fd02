"""Result types as people type them: one a line, such as ``expectation Z0 Z1``."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from runs.results import ResultType, notation

_FACTOR = re.compile(r"([a-z])\(?(\d{1,3})\)?", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,*@]+")
_MOST_CHARACTERS = 32_768
_OBSERVED = ("expectation", "variance")


class ResultTypesField(forms.CharField):
    """Gives result types in the form of the API; what they may be is judged by the domain."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"})

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"required": False, "strip": False, "max_length": _MOST_CHARACTERS, **options}
        )

    def clean(self, value: Any) -> Any:
        """Return the result types in the order of their lines.

        :raises ValidationError: with every line that cannot be read.
        """
        found, wrong = [], []
        for place, line in enumerate(super().clean(value).splitlines(), start=1):
            try:
                if line.strip():
                    found.append(read(line))
            except ValueError as error:
                wrong.append(f"Line {place}: {error}")
        if wrong:
            raise ValidationError(wrong)
        return found


def read(line: str) -> dict[str, Any]:
    """Return the result type that ``line`` asks for.

    :raises ValueError: with words, if something after the first word is not read.
    """
    name, *words = filter(None, _BETWEEN.split(line.strip()))
    if [name.lower(), *words[:1]] == ["state", "vector"]:
        name, words = "state_vector", words[1:]
    kind = name.lower()
    asked: dict[str, Any] = {"type": kind}
    if kind in _OBSERVED:
        factors = [_factor(word) for word in words]
        return asked | {
            "observable": [letter for letter, _ in factors],
            "targets": [qubit for _, qubit in factors],
        }
    if kind == "probability" and words:
        return asked | {"targets": [_qubit(word) for word in words]}
    if kind == "amplitude":
        return asked | {"states": words}
    if words and kind == "state_vector":
        raise ValueError("a state vector is of all qubits; write state_vector alone")
    return asked


def write(result_types: Iterable[Mapping[str, Any]]) -> str:
    """Return the lines that read as ``result_types``, which are canonical."""
    return "\n".join(notation(ResultType.of(members)) for members in result_types)


def _factor(word: str) -> tuple[str, int]:
    match = _FACTOR.fullmatch(word)
    if match is None:
        raise ValueError(f"“{word}” is not a Pauli observable of a qubit; write X0, Y1 or Z2")
    return match[1].lower(), int(match[2])


def _qubit(word: str) -> int:
    match = re.fullmatch(r"q?(\d{1,3})", word, re.IGNORECASE | re.ASCII)
    if match is None:
        raise ValueError(f"“{word}” is not the number of a qubit; write 0, 1, 2")
    return int(match[1])
