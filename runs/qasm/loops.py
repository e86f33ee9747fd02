"""Loops whose turns are known before the run, unrolled one turn at a time. Core."""

from collections.abc import Callable

from openqasm3 import ast

from runs.qasm import arrays, declarations
from runs.qasm.bits import of
from runs.qasm.choices import mapped
from runs.qasm.expressions import truth
from runs.qasm.flow import each, turns, while_true
from runs.qasm.operands import ends
from runs.qasm.refusals import Refusal
from runs.qasm.state import State
from runs.qasm.types import cast, check
from runs.qasm.values import Tree


def repeat(state: State, node: ast.ForInLoop, body: Callable[[], None]) -> None:
    """Do ``body`` for every value of a loop; where measured bits decide them, in branches.

    :raises Exhausted: if that is more work than the budget.
    """
    check(state, node.type)
    name = node.identifier.name

    def turn(value: Tree) -> None:
        with state.block():
            if isinstance(node.type, ast.BitType):
                declarations.bits(state, name, [value], single=True)
            else:
                held = mapped(value, lambda known: cast(state, node.type, known))
                declarations.variable(state, name, node.type, held)
            body()

    each(
        state,
        lambda: _values(state, node.set_declaration),
        lambda values: turns(state, values, turn),
    )


def repeat_while(state: State, ask: Callable[[], ast.Expression], body: Callable[[], None]) -> None:
    """Do ``body`` as long as the condition that ``ask`` gives holds; no measured bit decides it.

    :raises Exhausted: if that is more work than the budget.
    """

    def turn(_value: Tree) -> None:
        with state.block():
            body()

    turns(state, while_true(lambda: truth(state, ask())), turn)


def _values(
    state: State, node: ast.RangeDefinition | ast.DiscreteSet | ast.Expression
) -> range | tuple[Tree, ...]:
    if isinstance(node, ast.RangeDefinition):
        if node.start is None or node.end is None:
            raise Refusal("the range of a loop needs both ends")
        return ends(state, node, 0, 0)
    if isinstance(node, ast.DiscreteSet):
        return tuple(arrays.literal(state, value) for value in node.values)
    found = of(state, node) or arrays.values(state, node)
    if found is None:
        raise Refusal(
            "a loop needs a range, a set or a register", hint="Write a range as [0:3]."
        ).blame(node)
    return tuple(found)
