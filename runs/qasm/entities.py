"""What names stand for, and where the walk over a program goes next. Core."""

from collections.abc import Hashable
from dataclasses import dataclass
from enum import IntEnum

from openqasm3 import ast

from runs.qasm.values import Content, Tree


class Flow(IntEnum):
    """Where the walk goes after a statement."""

    ON = 0
    CONTINUE = 1
    BREAK = 2
    RETURN = 3
    END = 4


@dataclass(frozen=True)
class Qubits:
    """A qubit (``single``), a register or a part of one, by indices counted over the program."""

    indices: tuple[int, ...]
    single: bool = False


@dataclass(frozen=True)
class Bits:
    """A bit (``single``), a register or a part of one, by indices counted over the program."""

    indices: tuple[int, ...]
    single: bool = False
    writable: bool = True


@dataclass(eq=False)
class Variable:
    """A name for a value of some type; the value stands in the state's ``values``."""

    type: ast.ClassicalType
    constant: bool = False


class Broken:
    """A name whose declaration was refused; using it is no new problem."""


Entity = Qubits | Bits | Variable | Broken


@dataclass(frozen=True)
class Changes:
    """What one branch wrote: the values of names and bits, and the contents of bits."""

    values: dict[Hashable, Tree]
    cells: dict[Hashable, Content | None]
