"""What a program is reduced to: gates, measurements, resets and branches on measured bits. Core."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from runs.circuits import Operation
from runs.qasm.values import Content


@dataclass(frozen=True)
class GateStep:
    operation: Operation


@dataclass(frozen=True)
class MeasureStep:
    qubit: int
    bit: int
    content: Content | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class ResetStep:
    qubit: int


@dataclass(frozen=True)
class BranchStep:
    """Steps to take where the condition holds, and others where it does not.

    The condition is the disjunction of ``cases``; a case holds where every bit has its value.
    """

    cases: tuple[tuple[tuple[int, int], ...], ...]
    then: tuple["Step", ...]
    otherwise: tuple["Step", ...]


Step = GateStep | MeasureStep | ResetStep | BranchStep


def flat(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield every step, those inside branches too, in the order of the text."""
    for step in steps:
        yield step
        if isinstance(step, BranchStep):
            yield from flat(step.then)
            yield from flat(step.otherwise)


def qubits_of(step: Step) -> tuple[int, ...]:
    """Return the qubits that one step acts on, those inside a branch left aside."""
    if isinstance(step, GateStep):
        return step.operation.qubits
    if isinstance(step, MeasureStep | ResetStep):
        return (step.qubit,)
    return ()


def bits_of(step: Step) -> tuple[int, ...]:
    """Return the bits that one step writes or compares, those inside a branch left aside."""
    if isinstance(step, MeasureStep):
        return (step.bit,)
    if isinstance(step, BranchStep):
        return tuple(bit for case in step.cases for bit, _ in case)
    return ()


def with_copies(steps: Sequence[Step], copies: Mapping[Content, Sequence[int]]) -> tuple[Step, ...]:
    """Return the steps with every measurement made again for each of its further bits.

    A qubit that is measured twice in a row gives the same outcome twice.
    """
    made: list[Step] = []
    for step in steps:
        if isinstance(step, BranchStep):
            then, otherwise = with_copies(step.then, copies), with_copies(step.otherwise, copies)
            made.append(replace(step, then=then, otherwise=otherwise))
            continue
        made.append(step)
        if isinstance(step, MeasureStep) and step.content is not None:
            further = copies.get(step.content, ())
            made += [MeasureStep(step.qubit, bit) for bit in further]
    return tuple(made)
