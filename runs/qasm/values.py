"""The values that expressions have: known ones, and those that measured bits decide. Core.

A measured bit has no value before the run. What depends on it is a tree of choices with known
values at its leaves, so that a condition can be written out over single bits, as Amazon Braket
runs it.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from runs.qasm.refusals import Refusal


class BitString(tuple[int, ...]):
    """Known bits; element 0 is the least significant one."""

    __slots__ = ()

    @classmethod
    def of(cls, number: int, width: int) -> "BitString":
        """Return the lowest ``width`` bits of ``number``, in two's complement if it is negative."""
        return cls((number >> place) & 1 for place in range(width))

    def __int__(self) -> int:
        return sum(bit << place for place, bit in enumerate(self))


class Cut(int):
    """A quotient of whole numbers whose fraction the language cuts off.

    Where an angle is made of it, that is a mistake more often than not.
    """


class Angle(float):
    """A value of type ``angle[size]``: radians from 0 to 2π, in steps of 2π/2**size."""

    size: int

    def __new__(cls, radians: float, size: int) -> Self:
        """Return the angle; nothing is reduced or rounded here."""
        angle = super().__new__(cls, radians)
        angle.size = size
        return angle


Value = bool | int | float | BitString | list["Value"]


@dataclass(frozen=True, eq=False)
class Content:
    """What a bit holds from some point of the program on: 0 or 1, as the run decides.

    ``qubit`` is the one that was measured. Where branches meet that left the bit different,
    ``merged`` is what it holds in terms of what was measured before, and ``over`` are contents
    that it still holds wherever they came about.
    """

    bit: int
    qubit: int | None
    merged: "Tree | None" = None
    over: "frozenset[Content]" = frozenset()


@dataclass(frozen=True)
class Choice:
    """One value or another, as ``on`` is 0 or 1."""

    on: Content
    zero: "Tree"
    one: "Tree"


class Form(StrEnum):
    """What the bits of a word stand for."""

    UNSIGNED = "uint"
    SIGNED = "int"
    ANGLE = "angle"

    def read(self, bits: BitString) -> int | Angle:
        """Return the value of ``bits``: a whole number, two's complement where it has a sign."""
        number = int(bits)
        if self is Form.ANGLE:
            return Angle(math.tau * number / (1 << len(bits)), len(bits))
        return number - (bits[-1] << len(bits)) if self is Form.SIGNED else number


@dataclass(frozen=True)
class Word:
    """A value by its bits, the least significant first, not yet put together."""

    bits: "tuple[Tree, ...]"
    form: Form


@dataclass(frozen=True)
class Lost:
    """A value that nothing may use; why not."""

    refusal: Refusal = field(compare=False)


Tree = Value | Choice | Word | Lost | list["Tree"]


class Unknown(Exception):  # noqa: N818 - it asks a question
    """The value of a bit was asked for that is measured at run time."""

    def __init__(self, content: Content) -> None:
        super().__init__(content)
        self.content = content


def measured(content: Content) -> Choice:
    """Return the value of a bit that holds ``content``."""
    return Choice(content, 0, 1)


def content_of(tree: Tree) -> Content | None:
    """Return what was measured, where ``tree`` is just that."""
    if not isinstance(tree, Choice) or (tree.zero, tree.one) != (0, 1):
        return None
    return tree.on


def is_known(trees: Iterable[Tree]) -> bool:
    """Whether no value among ``trees`` depends on the run."""
    return not any(isinstance(tree, Choice | Word | Lost) for tree in trees)
