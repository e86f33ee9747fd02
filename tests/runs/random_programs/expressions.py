"""Angles, indices and conditions of random programs: what they are worth, and how they are written.

The worth is worked out here, on the tree, and never from the text.
"""

import math
import operator
from dataclasses import dataclass

FUNCTIONS = {"sin": math.sin, "cos": math.cos}
_SIGNS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "**": operator.pow,
}  # fmt: skip
_COMPARISONS = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
# How tightly the signs bind; a minus in front binds tighter than a product, looser than a power.
_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4}
_MINUS, _ATOM = 3, 5


@dataclass(frozen=True)
class Number:
    value: float
    words: str

    def worth(self, _names):
        return self.value

    def text(self, _version):
        return self.words

    binds = _ATOM


@dataclass(frozen=True)
class Name:
    name: str

    def worth(self, names):
        return names[self.name]

    def text(self, _version):
        return self.name

    binds = _ATOM


@dataclass(frozen=True)
class Minus:
    of: object

    def worth(self, names):
        return -self.of.worth(names)

    def text(self, version):
        inside = self.of.text(version)
        # Version 2 does not say whether a minus goes before a power.
        tight = self.of.binds > (_BINDS["**"] if version == 2 else _MINUS)
        return f"-{inside}" if tight else f"-({inside})"

    binds = _MINUS


@dataclass(frozen=True)
class Two:
    sign: str
    left: object
    right: object

    def worth(self, names):
        return _SIGNS[self.sign](self.left.worth(names), self.right.worth(names))

    def text(self, version):
        """Write no bracket but where the language needs one; powers are taken from the right."""
        power = self.sign == "**"
        left = self.left.binds > self.binds or (self.left.binds == self.binds and not power)
        right = self.right.binds > self.binds or (self.right.binds == self.binds and power)
        sign = "^" if power and version == 2 else self.sign
        return f"{_in(self.left, version, left)} {sign} {_in(self.right, version, right)}"

    @property
    def binds(self):
        return _BINDS[self.sign]


@dataclass(frozen=True)
class Function:
    name: str
    of: object

    def worth(self, names):
        return FUNCTIONS[self.name](self.of.worth(names))

    def text(self, version):
        return f"{self.name}({self.of.text(version)})"

    binds = _ATOM


def _in(part, version, tight):
    return part.text(version) if tight else f"({part.text(version)})"


def whole(number):
    return Number(number, str(number))


@dataclass(frozen=True)
class BitIs:
    """Whether one bit of a register is ``value``; a register of one bit has no index."""

    register: str
    index: int | None
    value: int
    style: int = 0

    def holds(self, registers, memory):
        return memory.get(registers[self.register][self.index or 0], 0) == self.value

    def text(self, _version):
        bit = self.register if self.index is None else f"{self.register}[{self.index}]"
        short = bit if self.value else f"!{bit}"
        return (short, f"{bit} == {self.value}", f"{bit} != {1 - self.value}")[self.style]

    def bits(self, registers):
        return {registers[self.register][self.index or 0]}


@dataclass(frozen=True)
class Compared:
    """Whether a register, as a number whose lowest bit is bit 0, compares so with ``number``."""

    register: str
    sign: str
    number: int

    def holds(self, registers, memory):
        held = sum(memory.get(b, 0) << place for place, b in enumerate(registers[self.register]))
        return _COMPARISONS[self.sign](held, self.number)

    def text(self, _version):
        return f"{self.register} {self.sign} {self.number}"

    def bits(self, registers):
        return set(registers[self.register])


@dataclass(frozen=True)
class Joined:
    """Two conditions under ``&&`` or ``||``, or whether they differ."""

    sign: str
    left: object
    right: object

    def holds(self, registers, memory):
        left, right = (one.holds(registers, memory) for one in (self.left, self.right))
        return {"&&": left and right, "||": left or right, "!=": left != right}[self.sign]

    def text(self, version):
        return f"({self.left.text(version)}) {self.sign} ({self.right.text(version)})"

    def bits(self, registers):
        return self.left.bits(registers) | self.right.bits(registers)
