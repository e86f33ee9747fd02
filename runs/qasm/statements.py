"""The walk over the statements of a program. What is not on the list is refused. Core."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from openqasm3 import ast

from runs.circuits import Operation
from runs.errors.findings import shown
from runs.qasm import (
    assignments,
    calls,
    declarations,
    flow,
    loops,
    measuring,
    operands,
    pragmas,
    subroutines,
)
from runs.qasm.entities import Flow, Qubits, Variable
from runs.qasm.expressions import evaluate, truth
from runs.qasm.nodes import Held
from runs.qasm.refusals import Exhausted, Refusal, unsupported
from runs.qasm.state import State
from runs.qasm.steps import GateStep
from runs.qasm.values import Choice, Unknown

Nodes = Sequence[ast.Statement | ast.Pragma]


def walk(state: State, nodes: Nodes) -> None:
    """Take statements one by one; what is wrong with one goes into the findings.

    :raises Exhausted: if the program asks for more work than its budget.
    """
    for place, node in enumerate(nodes):
        going = flow.goes_on(state)
        if isinstance(going, Choice):
            flow.resume(state, going, partial(walk, state, nodes[place:]))
            return
        if not going:
            return
        _take(state, node)


def report(state: State, node: ast.QASMNode, refusal: Refusal) -> None:
    """Put a refusal into the findings, with the place in the source, once."""
    declarations.forget(state, node)
    span = (refusal.node or node).span
    line = span.start_line if span else None
    column = span.start_column + 1 if span else None
    said = isinstance(refusal, Exhausted) and bool(state.findings)
    if not refusal.message or said or (line, refusal.message) in state.reported:
        return
    state.reported.add((line, refusal.message))
    state.findings.add(
        refusal.code,
        f"Line {line}: {refusal.message}" if line else refusal.message,
        field="source",
        line=line,
        column=column,
        hint=refusal.hint,
    )


def _take(state: State, node: ast.Statement | ast.Pragma) -> None:
    try:
        state.spend()
        visit = _VISITS.get(type(node))
        if visit is None:
            raise _unread(node)
        visit(state, subroutines.called(state, node, lambda body: walk(state, body)))
    except Exhausted as refusal:
        report(state, node, refusal)
        raise
    except Refusal as refusal:
        report(state, node, refusal)
    except Unknown:
        report(state, node, unsupported("this depends on a measured bit"))


def _expand(
    state: State, node: ast.QuantumGateDefinition, frame: Mapping[str, Variable | Qubits]
) -> list[Operation]:
    name = node.name.name
    if name in state.calls:
        raise Refusal(f"the gate {shown(name)} is defined by itself")
    steps, state.steps = state.steps, []
    try:
        with state.call(name, "gate", dict(frame)):
            walk(state, node.body)
        made = state.steps
    finally:
        state.steps = steps
    operations = [step.operation for step in made if isinstance(step, GateStep)]
    if len(operations) != len(made):
        raise Refusal(f"the gate {shown(name)} does more than apply gates")
    return operations


def _gate(state: State, node: ast.QuantumGate) -> None:
    calls.apply_gate(state, node, lambda definition, frame: _expand(state, definition, frame))


def _define(state: State, node: ast.QuantumGateDefinition) -> None:
    name = node.name.name
    names = [parameter.name for parameter in (*node.arguments, *node.qubits)]
    if len(set(names)) != len(names):
        raise Refusal(f"the gate {shown(name)} has two parameters of one name")
    if name in state.gates or name in state.subroutines:
        raise Refusal(f"the gate {shown(name)} is defined twice")
    state.gates[name] = node


def _branch(state: State, node: ast.BranchingStatement) -> None:
    flow.choose(
        state,
        truth(state, node.condition),
        lambda: walk(state, node.if_block),
        lambda: walk(state, node.else_block),
    )


def _switch(state: State, node: ast.SwitchStatement) -> None:
    _switch_from(state, node, node.cases)


def _switch_from(
    state: State,
    node: ast.SwitchStatement,
    rest: Sequence[tuple[list[ast.Expression], ast.CompoundStatement]],
) -> None:
    if not rest:
        walk(state, node.default.statements if node.default else ())
        return
    (values, block), *others = rest
    condition: ast.Expression = ast.BooleanLiteral(value=False)
    for value in values:
        test = ast.BinaryExpression(op=ast.BinaryOperator["=="], lhs=node.target, rhs=value)
        condition = ast.BinaryExpression(op=ast.BinaryOperator["||"], lhs=condition, rhs=test)
    flow.choose(
        state,
        truth(state, condition),
        lambda: walk(state, block.statements),
        lambda: _switch_from(state, node, others),
    )


def _for(state: State, node: ast.ForInLoop) -> None:
    loops.repeat(state, node, lambda: walk(state, node.block))


def _while(state: State, node: ast.WhileLoop) -> None:
    def ask() -> ast.Expression:
        asked = ast.ExpressionStatement(node.while_condition)
        return subroutines.called(state, asked, lambda body: walk(state, body)).expression

    loops.repeat_while(state, ask, lambda: walk(state, node.block))


def _compound(state: State, node: ast.CompoundStatement) -> None:
    with state.block():
        walk(state, node.statements)


def _box(state: State, node: ast.Box) -> None:
    if node.duration is not None:
        raise unsupported(
            "a box cannot be given a duration", hint="A simulator knows no time; leave it out."
        )
    with state.block():
        walk(state, node.body)


def _expression(state: State, node: ast.ExpressionStatement) -> None:
    if isinstance(node.expression, ast.Identifier):
        name = shown(node.expression.name)
        raise Refusal(f"{name} by itself says nothing", hint="A gate names its qubits: h q[0];")
    if not isinstance(node.expression, Held):
        evaluate(state, node.expression)


def _include(_state: State, _node: ast.Include) -> None:
    """The two files that may be included are the library, which is always there."""


def _barrier(state: State, node: ast.QuantumBarrier) -> None:
    """A barrier orders what a simulator does in order anyway, so only its qubits are looked at."""
    for qubit in node.qubits:
        operands.qubits(state, qubit)


def _leave(to: Flow) -> Callable[[State, Any], None]:
    return lambda state, _node: flow.leave(state, to)


def _unread(node: ast.Statement | ast.Pragma) -> Refusal:
    what, hint = _REFUSED.get(type(node), ("this statement is not supported", ""))
    return unsupported(what, hint=hint)


_CALIBRATION = (
    "calibrations and pulses are not supported",
    "A simulator has no pulses; leave them out, or define a gate.",
)
_REFUSED: Mapping[type[ast.QASMNode], tuple[str, str]] = {
    ast.CalibrationGrammarDeclaration: _CALIBRATION,
    ast.CalibrationStatement: _CALIBRATION,
    ast.CalibrationDefinition: _CALIBRATION,
    ast.DelayInstruction: (
        "a delay means nothing here: a simulator knows no time",
        "Leave it out, or write what waiting does to a qubit as noise, on braket_dm.",
    ),
}
_VISITS: Mapping[type[ast.QASMNode], Callable[[State, Any], None]] = {
    ast.Include: _include,
    ast.Pragma: pragmas.take,
    ast.QuantumBarrier: _barrier,
    ast.SubroutineDefinition: subroutines.define,
    ast.ExternDeclaration: subroutines.refuse,
    ast.ReturnStatement: subroutines.give_back,
    ast.QuantumGate: _gate,
    ast.QuantumPhase: calls.apply_phase,
    ast.QuantumGateDefinition: _define,
    ast.QuantumMeasurementStatement: assignments.measure,
    ast.QuantumReset: measuring.reset,
    ast.QubitDeclaration: declarations.qubit,
    ast.ClassicalDeclaration: declarations.classical,
    ast.ConstantDeclaration: declarations.constant,
    ast.IODeclaration: declarations.in_or_out,
    ast.AliasStatement: declarations.alias,
    ast.ClassicalAssignment: assignments.assign,
    ast.BranchingStatement: _branch,
    ast.SwitchStatement: _switch,
    ast.ForInLoop: _for,
    ast.WhileLoop: _while,
    ast.BreakStatement: _leave(Flow.BREAK),
    ast.ContinueStatement: _leave(Flow.CONTINUE),
    ast.EndStatement: _leave(Flow.END),
    ast.CompoundStatement: _compound,
    ast.Box: _box,
    ast.ExpressionStatement: _expression,
}
