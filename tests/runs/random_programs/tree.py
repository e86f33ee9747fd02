"""What a random program says, as a tree: printed for the product, walked for the expectation.

Only the product reads the text that is printed; the tree is all that the expectation is made from.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Whole:
    """A register, an alias, or a single qubit or bit, by its name alone."""

    name: str


@dataclass(frozen=True)
class At:
    name: str
    index: Any


@dataclass(frozen=True)
class Part:
    """A slice, both ends included; an end or a step may be left out."""

    name: str
    first: Any
    step: Any
    last: Any


@dataclass(frozen=True)
class Several:
    name: str
    indices: tuple[Any, ...]


@dataclass(frozen=True)
class Inverse:
    pass


@dataclass(frozen=True)
class Power:
    exponent: float


@dataclass(frozen=True)
class Control:
    """``ctrl`` or ``negctrl`` of some qubits; where ``size`` is 1 the number may be written too."""

    size: int
    state: int
    counted: bool = False


@dataclass(frozen=True)
class Gate:
    """A gate, or ``gphase``, with modifiers outermost first, on the controls' places, then its own."""

    name: str
    angles: tuple[Any, ...]
    places: tuple[Any, ...]
    modifiers: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Measure:
    qubits: Any
    bits: Any
    arrow: bool = False


@dataclass(frozen=True)
class Reset:
    qubits: Any


@dataclass(frozen=True)
class Barrier:
    places: tuple[Any, ...]


@dataclass(frozen=True)
class Loop:
    """A loop over a range, ends included, or over a set where ``values`` is not empty."""

    variable: str
    body: tuple[Any, ...]
    first: int = 0
    step: int = 1
    last: int = 0
    values: tuple[int, ...] = ()

    def turns(self):
        if self.values:
            return self.values
        return range(self.first, self.last + (1 if self.step > 0 else -1), self.step)


@dataclass(frozen=True)
class If:
    condition: Any
    then: tuple[Any, ...]
    otherwise: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Definition:
    name: str
    angles: tuple[str, ...]
    qubits: tuple[str, ...]
    body: tuple[Any, ...]


@dataclass(frozen=True)
class Alias:
    name: str
    parts: tuple[Any, ...]


@dataclass(frozen=True)
class Constant:
    name: str
    value: Any


@dataclass(frozen=True)
class Program:
    """``qubits`` and ``bits`` are names and sizes; a size of none is a single qubit or bit."""

    version: int
    qubits: tuple[tuple[str, int | None], ...]
    bits: tuple[tuple[str, int | None], ...]
    statements: tuple[Any, ...]
    inputs: dict[str, float] = field(default_factory=dict)
