"""Loops whose turns are known before the run, unrolled one turn at a time. Core."""

from collections.abc import Callable, Iterable

from openqasm3 import ast

from runs.qasm.expressions import cases, integer, known
from runs.qasm.operands import ends
from runs.qasm.state import BitString, Refusal, State, Value, Variable, unsupported
from runs.qasm.types import cast


def repeat(state: State, node: ast.ForInLoop, turn: Callable[[], None]) -> None:
    """Take ``turn`` for every value of a loop.

    :raises Exhausted: if that is more work than the budget.
    """
    for value in _values(state, node.set_declaration):
        state.spend()
        with state.block():
            held = cast(state, node.type, value)
            variable = Variable(held, node.type, constant=True, depth=state.branches)
            state.declare(node.identifier.name, variable)
            turn()


def repeat_while(state: State, node: ast.WhileLoop, turn: Callable[[], None]) -> None:
    """Take ``turn`` as long as a condition holds that no measured bit decides.

    :raises Exhausted: if that is more work than the budget.
    """
    while found := cases(state, node.while_condition):
        if found != ((),):
            raise unsupported("how often this loop turns depends on a measured bit")
        state.spend()
        with state.block():
            turn()


def _values(
    state: State, node: ast.RangeDefinition | ast.DiscreteSet | ast.Expression
) -> Iterable[Value]:
    if isinstance(node, ast.RangeDefinition):
        if node.start is None or node.end is None:
            raise Refusal("the range of a loop needs both ends")
        return ends(state, node, 0, 0)
    if isinstance(node, ast.DiscreteSet):
        return [integer(state, value, "a value of the loop") for value in node.values]
    found = known(state, node, "the loop")
    if isinstance(found, BitString | list):
        return found
    raise Refusal("a loop needs a range, a set or a register")
