"""Values that measured bits decide: asked for, made and joined where branches meet. Core."""

import contextlib
from collections.abc import Callable
from typing import Any

from runs.qasm.refusals import Exhausted, Refusal, too_large
from runs.qasm.state import State
from runs.qasm.values import (
    BitString,
    Choice,
    Content,
    Lost,
    Tree,
    Unknown,
    Value,
    Word,
    measured,
)

_MOST_CASES = 1024
_STEPS_PER_LEAF = 2
# Stands where the run cannot come, because a branch around says otherwise.
_NEVER: Any = object()

Cases = tuple[tuple[tuple[int, int], ...], ...]


def settled(state: State, tree: Tree) -> Value:
    """Return the value of ``tree``.

    :raises Unknown: if it depends on a bit of which nothing is assumed.
    :raises Refusal: if it was lost where branches met.
    """
    while isinstance(tree, Choice):
        tree = tree.one if _bit(state, tree.on) else tree.zero
    if isinstance(tree, Lost):
        raise tree.refusal
    if isinstance(tree, Word):
        return tree.form.read(settled_bits(state, tree.bits))
    if isinstance(tree, list):
        return [settled(state, element) for element in tree]
    return tree


def settled_bits(state: State, trees: tuple[Tree, ...]) -> BitString:
    """Return the bits that ``trees`` come to, as :func:`settled` does."""
    return BitString(int(bool(settled(state, tree))) for tree in trees)


def decided(state: State, ask: Callable[[], Any]) -> Tree:
    """Return what ``ask`` gives: a value, or one for each way in which the run may come here.

    :raises Refusal: if it depends on more bits than can be written out.
    """
    found: Tree
    if not state.given and not state.assumed:
        with contextlib.suppress(Unknown):
            found = ask()
            return found
    found = _Growth(state, ask).grow()
    if found is not _NEVER:
        return found
    given, state.given = state.given, []
    try:
        found = _Growth(state, ask).grow()
        return found
    finally:
        state.given = given


def mapped(tree: Tree, change: Callable[[Any], Any]) -> Tree:
    """Return ``tree`` with every value at its leaves changed."""
    made: Tree
    if isinstance(tree, Choice):
        made = _chosen(tree.on, mapped(tree.zero, change), mapped(tree.one, change))
        return made
    made = tree if isinstance(tree, Lost) else change(tree)
    return made


def leaves(tree: Tree) -> list[Any]:
    """Return the values that ``tree`` may come to."""
    return [*leaves(tree.zero), *leaves(tree.one)] if isinstance(tree, Choice) else [tree]


def joined(state: State, condition: Tree, one: Tree, other: Tree) -> Tree:
    """Return ``one`` where the condition holds and ``other`` where not.

    What depends on too many bits is lost, which is said to whoever uses it.
    """
    if _same(one, other):
        return one
    if isinstance(one, Word) and isinstance(other, Word) and len(one.bits) == len(other.bits):
        pairs = zip(one.bits, other.bits, strict=True)
        return Word(tuple(joined(state, condition, *pair) for pair in pairs), one.form)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        elements = zip(one, other, strict=True)
        return [joined(state, condition, *pair) for pair in elements]

    def ask() -> Value | Lost:
        side = one if settled(state, condition) else other
        while isinstance(side, Choice):
            side = side.one if _bit(state, side.on) else side.zero
        return side if isinstance(side, Lost) else settled(state, side)

    try:
        return decided(state, ask)
    except Exhausted:
        raise
    except Refusal as refusal:
        return Lost(refusal)


def held(content: Content | None) -> Tree:
    """Return the value of a bit to which nothing was assigned since ``content`` was measured."""
    return 0 if content is None else measured(content)


def cases_of(state: State, condition: Tree) -> Cases:
    """Return the values of bits for which a condition holds, as single bits can be compared.

    No case means never; one case without bits means always.
    """
    if not isinstance(condition, Choice):
        return ((),) if condition else ()
    found: Cases = ()
    for value, branch in ((1, condition.one), (0, condition.zero)):
        cases = cases_of(state, branch)
        if cases:
            place = state.place_of(condition.on)
            found += tuple(tuple(sorted([(place, value), *case])) for case in cases)
    return found


class _Growth:
    """A tree that grows until every leaf has a value."""

    def __init__(self, state: State, ask: Callable[[], Any]) -> None:
        self.state = state
        self.ask = ask
        self.leaves = 0

    def grow(self) -> Any:
        self.state.spend(_STEPS_PER_LEAF)
        if any(map(self._contradicts, self.state.given)):
            return _NEVER
        try:
            value = self.ask()
        except Unknown as unknown:
            content = unknown.content
        else:
            self.leaves += 1
            if self.leaves > _MOST_CASES:
                raise too_large("this depends on too many measured bits")
            return value
        with self.state.assuming(content, 0):
            zero = self.grow()
        with self.state.assuming(content, 1):
            one = self.grow()
        return _chosen(content, zero, one)

    def _contradicts(self, given: tuple[Tree, bool]) -> bool:
        condition, outcome = given
        try:
            return bool(settled(self.state, condition)) is not outcome
        except Unknown:
            return False


def _chosen(on: Content, zero: Any, one: Any) -> Any:
    """Return the choice between two values, or the value where they are the same."""
    if zero is _NEVER or one is _NEVER:
        return one if zero is _NEVER else zero
    return zero if _same(zero, one) else Choice(on, zero, one)


def _bit(state: State, content: Content) -> int:
    if content in state.assumed:
        return state.assumed[content]
    if content.merged is not None and not state.is_there(content):
        return int(bool(settled(state, content.merged)))
    raise Unknown(content)


def _same(one: Any, other: Any) -> bool:
    return one is other or (type(one) is type(other) and bool(one == other))
