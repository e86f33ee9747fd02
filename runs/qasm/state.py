"""What is known at one point of a program: names, bits, the budget of work. Core."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from openqasm3 import ast

from runs.circuits import QUBIT_CEILING
from runs.contract import SourceKind
from runs.errors.findings import Findings, shown
from runs.limits import Limits
from runs.qasm.entities import Broken, Changes, Entity, Flow, Qubits, Variable
from runs.qasm.memory import Memory
from runs.qasm.refusals import Exhausted, Refusal, Undeclared, too_large, unsupported
from runs.qasm.steps import Step
from runs.qasm.values import Content, Tree

MOST_BITS = 4096
FLOW = "flow"
_MOST_CALLS = 32
_STEPS_PER_OPERATION = 30
_STEPS_PER_CALL = 5


@dataclass
class State:
    """The state of the walk over one program.

    ``values`` holds the value of every variable and bit, and where the walk goes; ``cells`` holds
    what was measured last into a bit; ``assumed`` are values under which an expression is being
    tried, and ``given`` the conditions of the branches around, each with its outcome. ``copies``
    names the further bits that a measurement is written to, because the bit it was made for is
    needed again. ``excused`` are names whose declaration could not be read.
    """

    kind: SourceKind
    limits: Limits
    parameters: Mapping[str, float]
    findings: Findings
    frames: list[dict[str, Entity]] = field(default_factory=lambda: [{}])
    gates: dict[str, ast.QuantumGateDefinition] = field(default_factory=dict)
    subroutines: dict[str, ast.SubroutineDefinition | None] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    returns: list[Variable | None] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    values: Memory[Tree] = field(default_factory=Memory)
    cells: Memory[Content | None] = field(default_factory=Memory)
    assumed: dict[Content, int] = field(default_factory=dict)
    given: list[tuple[Tree, bool]] = field(default_factory=list)
    copies: dict[Content, list[int]] = field(default_factory=dict)
    overwritten: dict[int, ast.QASMNode] = field(default_factory=dict)
    inputs: set[str] = field(default_factory=set)
    outputs: set[int] = field(default_factory=set)
    excused: frozenset[str] = frozenset()
    opaque: frozenset[str] = frozenset()
    result_types: list[dict[str, Any]] = field(default_factory=list)
    reported: set[tuple[int | None, str]] = field(default_factory=set)
    global_bits: list[int] = field(default_factory=list)
    bits: int = 0
    qubits: int = 0
    hardware: bool = False
    in_power: bool = False
    spent: int = 0

    def __post_init__(self) -> None:
        """Begin at the first statement."""
        self.values[FLOW] = Flow.ON

    @property
    def in_gate(self) -> bool:
        """Whether the body of a gate is being expanded."""
        return len(self.calls) > len(self.returns)

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
        if name in self.excused:
            raise Refusal("")
        raise Undeclared(name, {known for frame in self.frames for known in frame})

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
            raise too_large(f"{shown(name)} is beyond the highest qubit, ${QUBIT_CEILING - 1}")
        return Qubits((number,), single=True)

    def new_qubits(self, size: int) -> range:
        """Return the indices of ``size`` more qubits."""
        if self.hardware:
            raise unsupported("hardware qubits and declared qubits cannot be mixed")
        if self.qubits + size > QUBIT_CEILING:
            raise too_large(
                f"this makes {self.qubits + size:,} qubits; a program may declare {QUBIT_CEILING}"
            )
        self.qubits += size
        return range(self.qubits - size, self.qubits)

    def new_bits(self, size: int) -> range:
        """Return the indices of ``size`` more bits, all of them 0."""
        is_global = len(self.frames) == 1 and not self.calls
        if is_global and len(self.global_bits) + size > MOST_BITS:
            raise too_large(
                f"this makes {len(self.global_bits) + size:,} bits; "
                f"a program may declare {MOST_BITS:,}"
            )
        if not is_global:
            self.spend(size)
        found = range(self.bits, self.bits + size)
        self.bits += size
        for bit in found:
            self.values[bit], self.cells[bit] = 0, None
        if is_global:
            self.global_bits += found
        return found

    def is_there(self, content: Content) -> bool:
        """Whether the bit of ``content`` holds it still, wherever it came about."""
        cell = self.cells[content.bit]
        return cell is content or (cell is not None and content in cell.over)

    def place_of(self, content: Content) -> int:
        """Return a bit that holds ``content`` at this point of the program."""
        if self.is_there(content):
            return content.bit
        if not self.copies.get(content):
            self.copies[content] = [self.new_copy()]
        return self.copies[content][0]

    def new_copy(self) -> int:
        """Return the index of a bit that has no name."""
        self.bits += 1
        return self.bits - 1

    @contextmanager
    def assuming(self, content: Content, value: int) -> Iterator[None]:
        """Try what follows for one value of a measured bit."""
        self.assumed[content] = value
        try:
            yield
        finally:
            del self.assumed[content]

    @contextmanager
    def power(self) -> Iterator[None]:
        """Read the exponent of a gate."""
        self.in_power = True
        try:
            yield
        finally:
            self.in_power = False

    @contextmanager
    def supposing(self, condition: Tree, *, outcome: bool = True) -> Iterator[None]:
        """Walk where the run comes only if a condition holds, or only if it does not."""
        self.given.append((condition, outcome))
        try:
            yield
        finally:
            self.given.pop()

    @contextmanager
    def trial(self) -> Iterator[Changes]:
        """Take back at the end what is written inside; the changes it yields has it then."""
        with self.values.trial() as values, self.cells.trial() as cells:
            yield Changes(values, cells)

    @contextmanager
    def block(self) -> Iterator[None]:
        """Open a block: what is declared in it ends with it."""
        self.frames.append({})
        try:
            yield
        finally:
            self.frames.pop()

    @contextmanager
    def call(self, name: str, what: str, frame: dict[str, Entity]) -> Iterator[None]:
        """Expand a gate or a subroutine, as ``what`` says, whose parameters ``frame`` holds."""
        if len(self.calls) >= _MOST_CALLS:
            raise too_large(f"{what}s call each other more than {_MOST_CALLS} deep")
        self.spend(_STEPS_PER_CALL)
        frames = self.frames
        self.frames = [frames[0], frame]
        self.calls.append(name)
        try:
            yield
        finally:
            self.calls.pop()
            self.frames = frames
