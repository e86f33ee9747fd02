"""Reading the members of a program's JSON; what is wrong is found under a name in words. Core."""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from runs.errors.findings import Findings, shown

_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_LONGEST_NUMBER = 40
_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "a truth value"}


class Reader:
    """Reads values one by one; each is given with its name, such as ``The amplitude``."""

    def __init__(self, findings: Findings) -> None:
        self.failed = False
        self._findings = findings

    def add(self, code: str, message: str, *, hint: str | None = None) -> None:
        """Remember what is wrong, under a code of the registry."""
        self.failed = True
        self._findings.add(code, message, field="analogProgram", hint=hint)

    def wrong(self, message: str, *, hint: str | None = None) -> None:
        """Remember that the program is not well formed."""
        self.add("invalid_circuit", message, hint=hint)

    def too_much(self, message: str, *, hint: str | None = None) -> None:
        """Remember that the program is larger than the runner takes."""
        self.add("runner_limit_exceeded", message, hint=hint)

    def members(self, name: str, value: object, *known: str) -> dict[str, Any]:
        """Return the members ``known`` of an object, those of them that are there.

        Members that are missing and members that are unknown are found.
        """
        if not isinstance(value, dict):
            self.wrong(f"{name} is {_kind(value)}, not an object", hint=_has(name, known))
            return {}
        for key in value:
            if key not in known:
                self.wrong(f"{name} has the unknown member “{shown(key)}”", hint=_has(name, known))
        for key in known:
            if key not in value:
                self.wrong(f"{name} has no member “{key}”")
        return {key: value[key] for key in known if key in value}

    def elements(self, name: str, value: object) -> list[Any] | None:
        """Return a list, or nothing where it is none."""
        if isinstance(value, list):
            return value
        self.wrong(f"{name} is {_kind(value)}, not a list")
        return None

    def numbers(
        self, name: str, value: object, named: Callable[[int], str], *, shift: int = 0
    ) -> tuple[float, ...] | None:
        """Return a list of numbers, each times ten to the power ``shift``, or nothing.

        ``named`` gives the name of one by its place. Each that is no number is found.
        """
        elements = self.elements(name, value)
        if elements is None:
            return None
        read = [
            self.number(named(place), element, shift=shift)
            for place, element in enumerate(elements)
        ]
        return None if None in read else tuple(number for number in read if number is not None)

    def number(self, name: str, value: object, *, shift: int = 0) -> float | None:
        """Return a finite number, written as one or as decimal text, or nothing.

        It is multiplied by ten to the power ``shift`` before it is rounded to a float.
        """
        text = repr(value) if _is_number(value) else value
        if isinstance(text, str) and _is_decimal(text):
            number = float(Decimal(text).scaleb(shift))
            if math.isfinite(number):
                return number
        self.wrong(f"{name} is {_shown(value)}, not a finite decimal number")
        return None


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, float) or abs(value) < 10**_LONGEST_NUMBER


def _is_decimal(text: str) -> bool:
    return len(text) <= _LONGEST_NUMBER and text.isascii() and bool(_DECIMAL.fullmatch(text))


def _kind(value: object) -> str:
    if value is None:
        return "null"
    return _KINDS.get(type(value), "a number")


def _shown(value: object) -> str:
    return f"“{shown(value)}”" if isinstance(value, str) else shown(value)


def _has(name: str, known: tuple[str, ...]) -> str:
    return f"{name} has the members {', '.join(known)}."
