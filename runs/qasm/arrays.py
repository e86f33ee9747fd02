"""Arrays: their shape, their elements, and slices of them. Core."""

from collections.abc import Sequence

from openqasm3 import ast

from runs.errors.findings import shown
from runs.qasm.choices import settled
from runs.qasm.expressions import evaluate, integer, size, tree, variable
from runs.qasm.nodes import Held
from runs.qasm.operands import ends
from runs.qasm.refusals import Refusal, too_large, unsupported
from runs.qasm.state import State
from runs.qasm.values import BitString, Tree

_MOST_ELEMENTS = 4096
_MOST_DIMENSIONS = 7


def shape(state: State, kind: ast.ArrayType) -> tuple[int, ...]:
    """Return the lengths that an array's type declares.

    :raises Refusal: if they are not numbers of elements, or are too many.
    """
    lengths = tuple(size(state, node, "the length of an array") for node in kind.dimensions)
    if len(lengths) > _MOST_DIMENSIONS:
        raise Refusal(f"an array has at most {_MOST_DIMENSIONS} dimensions")
    elements = 1
    for length_ in lengths:
        if length_ < 1:
            raise Refusal(f"the length of an array must be at least 1, not {length_}")
        elements *= length_
        if elements > _MOST_ELEMENTS:
            raise too_large(f"an array has at most {_MOST_ELEMENTS:,} elements")
    state.spend(elements)
    return lengths


def filled(lengths: Sequence[int], value: Tree) -> Tree:
    """Return an array of these lengths that holds ``value`` everywhere."""
    if not lengths:
        return value
    return [filled(lengths[1:], value) for _ in range(lengths[0])]


def element(state: State, node: ast.IndexExpression) -> Tree | None:
    """Return what an index chooses of an array, if it is an array that is indexed."""
    whole = located(state, node.collection)
    return picked(state, whole, node.index) if isinstance(whole, list) else None


def located(state: State, node: ast.Expression) -> Tree | None:
    """Return the array, or the part of one, that an expression names, if it does."""
    if isinstance(node, ast.IndexExpression):
        return element(state, node)
    if isinstance(node, Held):
        return node.tree
    entity = variable(state, node)
    return None if entity is None else state.values[entity]


def literal(state: State, node: ast.Expression) -> Tree:
    """Return the array that an expression names or lists, element by element."""
    if isinstance(node, ast.ArrayLiteral):
        return [literal(state, value) for value in node.values]
    if isinstance(node, ast.Concatenation):
        left, right = literal(state, node.lhs), literal(state, node.rhs)
        if isinstance(left, list) and isinstance(right, list):
            return left + right
    found = located(state, node)
    return tree(state, node) if found is None else found


def length(state: State, node: ast.Expression, axis: int) -> int:
    """Return how many elements an array has along one of its dimensions.

    :raises Refusal: if it has no such dimension.
    """
    found = located(state, node)
    value: Tree = evaluate(state, node) if found is None else found
    for _ in range(axis):
        value = value[0] if isinstance(value, list) else 0
    if isinstance(value, list | BitString) and axis >= 0:
        return len(value)
    raise Refusal("sizeof needs a register or an array, and a dimension that it has")


def picked(state: State, whole: Tree, index: ast.IndexElement) -> Tree:
    """Return what ``index`` chooses of ``whole``: an element, or an array of them.

    :raises Refusal: if there is no such element.
    """
    if isinstance(index, ast.DiscreteSet):
        raise unsupported("an array is indexed by numbers and ranges only")
    found = whole
    if not index:
        return found
    first, rest = index[0], index[1:]
    if not isinstance(found, list):
        raise Refusal("this names more dimensions than the array has")
    if isinstance(first, ast.RangeDefinition):
        return [picked(state, found[place], rest) for place in _places(state, first, len(found))]
    return picked(state, found[_place(integer(state, first), len(found))], rest)


def changed(
    state: State, whole: Tree, index: Sequence[ast.Expression | ast.RangeDefinition], value: Tree
) -> Tree:
    """Return ``whole`` with what ``index`` chooses of it replaced by ``value``.

    :raises Refusal: if there is no such element, or the shapes differ.
    """
    if not index:
        if lengths_of(whole) != lengths_of(value):
            raise Refusal(
                f"{_said(lengths_of(value))} cannot be put in the place of "
                f"{_said(lengths_of(whole))}"
            )
        return value
    first, *rest = index
    if not isinstance(whole, list):
        raise Refusal("this names more dimensions than the array has")
    made = list(whole)
    if isinstance(first, ast.RangeDefinition):
        places = _places(state, first, len(whole))
        if not isinstance(value, list) or len(value) != len(places):
            raise Refusal(f"{_said(lengths_of(value))} cannot fill {len(places)} places")
        for place, part in zip(places, value, strict=True):
            made[place] = changed(state, made[place], rest, part)
    else:
        at = _place(integer(state, first), len(whole))
        made[at] = changed(state, made[at], rest, value)
    state.spend(len(made))
    return made


def lengths_of(tree: Tree) -> tuple[int, ...]:
    """Return the lengths of an array, none where ``tree`` is no array."""
    lengths: tuple[int, ...] = ()
    while isinstance(tree, list):
        lengths += (len(tree),)
        tree = tree[0] if tree else 0
    return lengths


def values(state: State, node: ast.Expression) -> list[Tree] | None:
    """Return the elements over which a loop goes, if an expression names an array."""
    found = located(state, node)
    if isinstance(found, list):
        return [*found]
    value = settled(state, found) if found is not None else evaluate(state, node)
    return [*value] if isinstance(value, list | BitString) else None


def _places(state: State, node: ast.RangeDefinition, length_: int) -> list[int]:
    span = ends(state, node, 0, length_ - 1)
    if len(span) > length_:
        raise Refusal(f"this range is longer than the array, which has {length_} elements")
    return [_place(place, length_) for place in span]


def _place(place: int, length_: int) -> int:
    if not -length_ <= place < length_:
        raise Refusal(f"the array has {length_} elements, so there is no [{shown(place)}]")
    return place % length_


def _said(lengths: tuple[int, ...]) -> str:
    return f"an array of {' × '.join(map(str, lengths))}" if lengths else "a single value"
