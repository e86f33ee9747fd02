"""Which bits an outcome has: those that hold a measurement when the program ends. Core.

As OpenQASM has it, these are bits of the outermost block, or the outputs where a program declares
some; what is local to a block or a subroutine is reported only where nothing else is measured.
Bits that hold a computed value, such as a parity, hold no qubit and are left out.
"""

from collections.abc import Iterable, Iterator

from runs.errors.findings import Findings
from runs.qasm.refusals import Refusal, unsupported
from runs.qasm.state import State
from runs.qasm.steps import MeasureStep, flat
from runs.qasm.values import Content, content_of

Order = tuple[tuple[int, int], ...]


def reported(state: State) -> Order:
    """Return the bits of an outcome, leftmost first, each with the qubit that it holds.

    A bit may be another than the one that was declared, where it is a copy of that.
    """
    declared = set(state.global_bits)
    wanted = [bit for bit in state.global_bits if not state.outputs or bit in state.outputs]
    order = tuple(_held(state, wanted))
    if order:
        return order
    local = sorted({step.bit for step in _measurements(state)} - declared)
    return tuple(_held(state, local))


def _measurements(state: State) -> Iterator[MeasureStep]:
    return (step for step in flat(state.steps) if isinstance(step, MeasureStep))


def _held(state: State, bits: Iterable[int]) -> Iterator[tuple[int, int]]:
    taken: set[int] = set()
    for bit in bits:
        content = content_of(state.values[bit])
        if content is None or not _can_be_read(state, content):
            _check_overwritten(state, bit)
            continue
        if content.qubit is None:
            refusal = "a bit holds one qubit or another, depending on a measured bit"
            _find(state.findings, unsupported(refusal, hint="Measure them into two bits."), None)
            continue
        place = state.place_of(content)
        if place in taken:
            place = state.new_copy()
            state.copies.setdefault(content, []).append(place)
        taken.add(place)
        yield place, content.qubit


def _can_be_read(state: State, content: Content) -> bool:
    """What branches left in a bit is there as long as nothing is measured into that bit."""
    return content.merged is None or state.cells[content.bit] is content


def _check_overwritten(state: State, bit: int) -> None:
    """Find a bit whose measurement would be lost without a word."""
    if bit not in state.overwritten:
        return
    node = state.overwritten[bit]
    refusal = unsupported(
        "this bit is measured, and holds a computed value at the end",
        hint="Keep what is computed in another bit; outcomes have measured bits only.",
    )
    line = node.span.start_line if node.span else None
    _find(state.findings, refusal, line, node.span.start_column + 1 if node.span else None)


def _find(
    findings: Findings, refusal: Refusal, line: int | None, column: int | None = None
) -> None:
    message = f"Line {line}: {refusal.message}" if line else refusal.message.capitalize()
    findings.add(refusal.code, message, field="source", line=line, column=column, hint=refusal.hint)
