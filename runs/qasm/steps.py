"""What a program is reduced to: gates, measurements, resets and branches on measured bits. Core."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runs.circuits import Operation


@dataclass(frozen=True)
class GateStep:
    operation: Operation


@dataclass(frozen=True)
class MeasureStep:
    qubit: int
    bit: int


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
