"""What is known at one point of a program: names, bits, the budget of work. Core."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from openqasm3 import ast

from runs.circuits import QUBIT_CEILING
from runs.contract import SourceKind
from runs.errors.findings import Findings, shown
from runs.limits import Limits
from runs.qasm.steps import Step

MOST_BITS = 4096
_MOST_CALLS = 32
_STEPS_PER_OPERATION = 20
_STEPS_PER_CALL = 5


class Refusal(Exception):  # noqa: N818 - it is caught where the statement is known
    """A statement that is not accepted, and why. An empty message repeats an older problem."""

    def __init__(self, message: str, *, code: str = "invalid_circuit", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint or None


class Exhausted(Refusal):
    """The program asks for more work than its budget; nothing after it is looked at."""


def unsupported(message: str, *, hint: str = "") -> Refusal:
    """Return the refusal of something that is well formed, but not offered."""
    return Refusal(message, code="unsupported_operation", hint=hint)


class Unknown(Exception):  # noqa: N818 - it asks a question
    """The value of a bit that is measured at run time was asked for."""

    def __init__(self, bit: int) -> None:
        super().__init__(bit)
        self.bit = bit


class BitString(tuple[int, ...]):
    """Known bits; element 0 is the least significant one."""

    __slots__ = ()

    def __int__(self) -> int:
        return sum(bit << place for place, bit in enumerate(self))


Value = bool | int | float | BitString | list["Value"]


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


@dataclass
class Variable:
    """A number with a type; ``depth`` is how many branches on measured bits are around it."""

    value: Value
    type: ast.ClassicalType
    constant: bool
    depth: int = 0


class Broken:
    """A name whose declaration was refused; using it is no new problem."""


Entity = Qubits | Bits | Variable | Broken


@dataclass
class State:
    """The state of the walk over one program.

    ``memory`` holds the value of each bit, none where a measurement decides it; ``holders`` names
    the qubit that was measured last into a bit; ``assumed`` are values under which a condition
    is being tried; ``functions`` are those whose definition was refused.
    """

    kind: SourceKind
    limits: Limits
    parameters: Mapping[str, float]
    findings: Findings
    frames: list[dict[str, Entity]] = field(default_factory=lambda: [{}])
    gates: dict[str, ast.QuantumGateDefinition] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    memory: list[int | None] = field(default_factory=list)
    holders: dict[int, int] = field(default_factory=dict)
    assumed: dict[int, int] = field(default_factory=dict)
    inputs: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    reported: set[tuple[int | None, str]] = field(default_factory=set)
    qubits: int = 0
    hardware: bool = False
    branches: int = 0
    spent: int = 0

    def spend(self, work: int = 1) -> None:
        """Take ``work`` from the budget.

        :raises Exhausted: if the program expands to more than the runner takes.
        """
        self.spent += work
        if self.spent > self.limits.operations * _STEPS_PER_OPERATION:
            raise self.too_long()

    def too_long(self) -> Exhausted:
        """Return the refusal of a program that expands to too much."""
        return Exhausted(
            f"the program expands to more than {self.limits.operations:,} operations here",
            code="runner_limit_exceeded",
        )

    def add(self, step: Step) -> None:
        """Append a step to the program, or to the body of the gate being expanded."""
        self.spend()
        if len(self.steps) >= self.limits.operations + MOST_BITS:
            raise self.too_long()
        self.steps.append(step)

    def find(self, name: str) -> Entity:
        """Return what ``name`` stands for.

        :raises Refusal: if it stands for nothing.
        """
        for frame in reversed(self.frames):
            if name in frame:
                if isinstance(frame[name], Broken):
                    raise Refusal("")
                return frame[name]
        if name.startswith("$"):
            return self.physical(name)
        raise Refusal(f"{shown(name)} is not declared")

    def declare(self, name: str, entity: Entity) -> None:
        """Give ``name`` a meaning in the innermost block.

        :raises Refusal: if it has one there.
        """
        if name in self.frames[-1] and not isinstance(entity, Broken):
            raise Refusal(f"{shown(name)} is declared twice")
        self.frames[-1][name] = entity

    def physical(self, name: str) -> Qubits:
        """Return the hardware qubit ``$n``."""
        if self.qubits:
            raise unsupported("hardware qubits and declared qubits cannot be mixed")
        self.hardware = True
        number = int(name[1:])
        if number >= QUBIT_CEILING:
            raise Refusal(
                f"{shown(name)} is beyond the highest qubit, ${QUBIT_CEILING - 1}",
                code="runner_limit_exceeded",
            )
        return Qubits((number,), single=True)

    def new_qubits(self, size: int) -> range:
        """Return the indices of ``size`` more qubits."""
        if self.hardware:
            raise unsupported("hardware qubits and declared qubits cannot be mixed")
        if self.qubits + size > QUBIT_CEILING:
            raise Refusal(
                f"this makes {self.qubits + size:,} qubits; a program may declare {QUBIT_CEILING}",
                code="runner_limit_exceeded",
            )
        self.qubits += size
        return range(self.qubits - size, self.qubits)

    def new_bits(self, size: int) -> range:
        """Return the indices of ``size`` more bits, all of them 0."""
        first = len(self.memory)
        if first + size > MOST_BITS:
            raise Refusal(
                f"this makes {first + size:,} bits; a program may declare {MOST_BITS:,}",
                code="runner_limit_exceeded",
            )
        self.memory += [0] * size
        return range(first, first + size)

    def read(self, bit: int) -> int:
        """Return the value of a bit.

        :raises Unknown: if it is measured at run time and nothing is assumed of it.
        """
        value = self.memory[bit]
        if value is None:
            value = self.assumed.get(bit)
        if value is None:
            raise Unknown(bit)
        return value

    @contextmanager
    def block(self) -> Iterator[None]:
        """Open a block: what is declared in it ends with it."""
        self.frames.append({})
        try:
            yield
        finally:
            self.frames.pop()

    @contextmanager
    def call(self, name: str, frame: dict[str, Entity]) -> Iterator[list[Step]]:
        """Expand the gate ``name``, whose parameters ``frame`` holds; yields the steps of it."""
        if name in self.calls:
            raise Refusal(f"the gate {shown(name)} is defined by itself")
        if len(self.calls) >= _MOST_CALLS:
            raise Refusal(
                f"gates are defined by gates more than {_MOST_CALLS} deep",
                code="runner_limit_exceeded",
            )
        self.spend(_STEPS_PER_CALL)
        frames, steps = self.frames, self.steps
        self.frames, self.steps = [frames[0], frame], []
        self.calls.append(name)
        try:
            yield self.steps
        finally:
            self.calls.pop()
            self.frames, self.steps = frames, steps
