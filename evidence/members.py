"""Typed reading of JSON objects that somebody else wrote. Core."""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from types import UnionType
from typing import Any

from runs import canonical

_COMPLEX = 2


class MalformedError(ValueError):
    """A document does not have the shape that it claims."""


def read(content: bytes, place: str) -> "Members":
    """Return the members of the JSON object that ``content`` is, in UTF-8.

    :raises MalformedError: if it is something else, or names a member twice: two readers could
        then see two different things in it.
    """
    try:
        value = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_refuse)
    except MalformedError:
        raise MalformedError(f"{place} names a member twice") from None
    except (ValueError, RecursionError) as problem:
        raise MalformedError(f"{place} is not JSON") from problem
    return Members(value, place)


def read_canonical(content: bytes, place: str) -> "Members":
    """Return the members of the JSON object that ``content`` is in the form of RFC 8785.

    :raises MalformedError: if it is something else.
    """
    try:
        value = json.loads(content)
        is_canonical = canonical.encode(value) == content
    except (ValueError, RecursionError) as problem:
        raise MalformedError(f"{place} is not canonical JSON") from problem
    if not is_canonical:
        raise MalformedError(f"{place} is not canonical JSON")
    return Members(value, place)


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedError
    return members


def _refuse(constant: str) -> None:
    raise ValueError(f"JSON has no {constant}")


class Members:
    """The members of a JSON object; asking for one checks that it is there and of its type.

    ``place`` names the object in messages. Members that nobody asks for are ignored, as in-toto
    asks of its readers.
    """

    def __init__(self, value: Any, place: str) -> None:
        """:raises MalformedError: if ``value`` is not an object."""
        if not isinstance(value, dict):
            raise MalformedError(f"{place} is not an object")
        self._value: dict[str, Any] = value
        self._place = place

    def __contains__(self, name: str) -> bool:
        return self._value.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._value)

    def _get(self, name: str, kind: type | UnionType, words: str) -> Any:
        value = self._value.get(name)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise MalformedError(f"{self._place} has no {name} that is {words}")
        return value

    @property
    def has_floats(self) -> bool:
        """Whether a number that is not whole is anywhere in it."""
        return _has_floats(self._value)

    def text(self, name: str) -> str:
        """Return a text."""
        return str(self._get(name, str, "a text"))

    def optional_text(self, name: str) -> str | None:
        """Return a text, or None where there is none."""
        return self.text(name) if name in self else None

    def number(self, name: str) -> int:
        """Return a whole number."""
        return int(self._get(name, int, "a whole number"))

    def optional_number(self, name: str) -> int | None:
        """Return a whole number, or None where there is none."""
        return self.number(name) if name in self else None

    def quantity(self, name: str) -> float:
        """Return a finite number, whole or not."""
        value: int | float = self._get(name, int | float, "a number")
        # JSON has no infinite numbers, but Python reads them, and whole ones beyond any double.
        if not abs(value) <= sys.float_info.max:
            raise MalformedError(f"{self._place} has no {name} that is finite")
        return float(value)

    def optional_quantity(self, name: str) -> float | None:
        """Return a number, or None where there is none."""
        return self.quantity(name) if name in self else None

    def flag(self, name: str) -> bool:
        """Return a truth value."""
        return bool(self._get(name, bool, "true or false"))

    def time(self, name: str) -> datetime:
        """Return an aware time."""
        text = self.text(name)
        try:
            at = datetime.fromisoformat(text)
        except ValueError as problem:
            raise MalformedError(f"{self._place} has no {name} that is a time") from problem
        if at.tzinfo is None:
            raise MalformedError(f"{self._place} has no {name} that names its zone")
        return at

    def optional_time(self, name: str) -> datetime | None:
        """Return an aware time, or None where there is none."""
        return self.time(name) if name in self else None

    def object(self, name: str) -> "Members":
        """Return the members of an object."""
        return Members(self._get(name, dict, "an object"), f"{self._place}.{name}")

    def optional_object(self, name: str) -> "Members | None":
        """Return the members of an object, or None where there is none."""
        return self.object(name) if name in self else None

    def objects(self, name: str) -> "Iterator[Members]":
        """Yield the members of each object of a list."""
        for place, value in enumerate(self._get(name, list, "a list")):
            yield Members(value, f"{self._place}.{name}[{place}]")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self._get(name, list, "a list")
        if not all(isinstance(value, str) for value in values):
            raise MalformedError(f"{self._place}.{name} is not a list of texts")
        return tuple(values)

    def places(self, name: str) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        numbers = self._get(name, list, "a list")
        if not all(type(number) is int for number in numbers):
            raise MalformedError(f"{self._place}.{name} is not a list of whole numbers")
        return tuple(numbers)

    def quantities(self, name: str) -> dict[str, float]:
        """Return an object whose values are numbers."""
        members = self.object(name)
        return {key: members.quantity(key) for key in members}

    def amplitudes(self, name: str) -> dict[str, complex]:
        """Return an object whose values are pairs of numbers, real and imaginary part."""
        members = self.object(name)
        return {key: members.pair(key) for key in members}

    def pair(self, name: str) -> complex:
        """Return a complex number, which is written as a pair of numbers."""
        parts = self._get(name, list, "a pair of numbers")
        if len(parts) != _COMPLEX:
            raise MalformedError(f"{self._place} has no {name} that is a pair of numbers")
        pair = Members(dict(zip("ri", parts, strict=True)), f"{self._place}.{name}")
        return complex(pair.quantity("r"), pair.quantity("i"))

    def numbers(self, name: str) -> dict[str, int]:
        """Return an object whose values are whole numbers."""
        members = self.object(name)
        return {key: members.number(key) for key in members}


def _has_floats(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_floats, value.values()))
    if isinstance(value, list):
        return any(map(_has_floats, value))
    return isinstance(value, float)
