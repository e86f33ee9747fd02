"""Branches, loops and what leaves them early, where only the run can tell and where not. Core."""

import operator
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

from runs.qasm.choices import cases_of, decided, held, joined, leaves, mapped, settled
from runs.qasm.entities import Changes, Flow
from runs.qasm.refusals import Refusal, unsupported
from runs.qasm.state import FLOW, State
from runs.qasm.steps import BranchStep, Step
from runs.qasm.values import Choice, Content, Tree, content_of, measured

_STEPS_PER_TURN = 3
_ENDED: Any = object()
_H = TypeVar("_H", bound=Hashable)


def choose(
    state: State,
    condition: Tree,
    then: Callable[[], None],
    otherwise: Callable[[], None],
) -> None:
    """Do one of two things now, or put both into the program where only the run can tell."""
    if not isinstance(condition, Choice):
        with state.block():
            (then if condition else otherwise)()
        return
    if state.in_gate:
        raise Refusal("a gate cannot depend on a measured bit")
    cases = cases_of(state, condition)
    state.spend(sum(map(len, cases)))
    with state.trial() as one:
        steps = _inside(state, condition, then, outcome=True)
    with state.trial() as other:
        other_steps = _inside(state, condition, otherwise, outcome=False)
    if steps or other_steps:
        state.add(BranchStep(cases, steps, other_steps))
    _join(state, condition, one, other)


def each(state: State, ask: Callable[[], _H], act: Callable[[_H], None]) -> None:
    """Do ``act`` with what ``ask`` gives, in a branch for each of the answers there may be."""
    tree = decided(state, ask)
    answers = list(dict.fromkeys(leaves(tree)))
    if len(answers) == 1:
        act(answers[0])
        return
    for answer in answers:
        is_it = mapped(tree, partial(operator.eq, answer))
        choose(state, is_it, partial(act, answer), nothing)


def goes_on(state: State) -> Tree:
    """Return whether the walk goes on with the next statement, or for which bits it does."""
    held_flow = state.values[FLOW]
    if not isinstance(held_flow, Choice):
        return held_flow == Flow.ON
    return decided(state, lambda: settled(state, held_flow) == Flow.ON)


def leave(state: State, flow: Flow) -> None:
    """Leave a loop, a subroutine or the program."""
    state.values[FLOW] = flow


def resume(state: State, going: Choice, rest: Callable[[], None]) -> None:
    """Do ``rest`` in the branch where the walk goes on."""

    def resumed() -> None:
        state.values[FLOW] = Flow.ON
        rest()

    choose(state, going, resumed, nothing)


def arrive(state: State, *ended: Flow) -> None:
    """Go on where what was left ends: a turn, a loop or a subroutine."""
    state.values[FLOW] = mapped(state.values[FLOW], lambda flow: Flow.ON if flow in ended else flow)


def turns(state: State, values: Iterable[Tree], turn: Callable[[Tree], None]) -> None:
    """Take a turn of a loop for each of ``values``, until something leaves it.

    :raises Exhausted: if that is more work than the budget.
    """
    upcoming = iter(values)
    while going := goes_on(state):
        state.spend(_STEPS_PER_TURN)
        with state.supposing(going):
            value = next(upcoming, _ENDED)
        if value is _ENDED:
            break
        if isinstance(going, Choice):
            resume(state, going, partial(turn, value))
        else:
            turn(value)
        arrive(state, Flow.CONTINUE)
    arrive(state, Flow.BREAK)


def while_true(ask: Callable[[], Tree]) -> Iterable[Tree]:
    """Yield as long as ``ask`` gives true, which no measured bit may decide."""
    while True:
        going = ask()
        if isinstance(going, Choice):
            raise unsupported(
                "how often this loop turns depends on a measured bit",
                hint="Write a for loop of as many turns as it may need, and break out of it.",
            )
        if not going:
            return
        yield going


def nothing() -> None:
    """Do nothing in the branch that is not wanted."""


def _inside(
    state: State, condition: Tree, block: Callable[[], None], *, outcome: bool
) -> tuple[Step, ...]:
    steps, state.steps = state.steps, []
    try:
        with state.supposing(condition, outcome=outcome), state.block():
            block()
        return tuple(state.steps)
    finally:
        state.steps = steps


def _join(state: State, condition: Tree, one: Changes, other: Changes) -> None:
    """Keep what either branch wrote, as the condition decides."""
    shared = _joined_cells(state, condition, one, other)
    for key in {**one.values, **other.values}:
        before = state.values[key]
        pair = one.values.get(key, before), other.values.get(key, before)
        state.values[key] = shared.get(key) or joined(state, condition, *pair)


def _joined_cells(
    state: State, condition: Tree, one: Changes, other: Changes
) -> dict[object, Tree]:
    """Give a new content to every bit that was measured in a branch.

    The values returned are those of bits that hold, in both branches, what was measured last.
    """
    shared: dict[object, Tree] = {}
    for bit in {**one.cells, **other.cells}:
        before = state.cells[bit]
        sides = [changes.cells.get(bit, before) for changes in (one, other)]
        merged = joined(state, condition, *map(held, sides))
        state.cells[bit] = content = _merged(merged, before, sides)
        values = [changes.values.get(bit, state.values[bit]) for changes in (one, other)]
        if all(_holds(*pair) for pair in zip(values, sides, strict=True)):
            shared[bit] = measured(content)
    return shared


def _merged(merged: Tree, before: Content | None, sides: Sequence[Content | None]) -> Content:
    contents = [side for side in sides if side is not None]
    qubits = {content.qubit for content in contents}
    new = [content for content in contents if content is not before]
    return Content(
        contents[0].bit,
        qubits.pop() if len(qubits) == 1 else None,
        merged,
        frozenset(new).union(*(content.over for content in new)),
    )


def _holds(value: Tree, cell: Content | None) -> bool:
    """Whether a bit's value is just what was measured last into it."""
    if cell is None:
        return not isinstance(value, Choice) and value == 0
    return content_of(value) is cell
