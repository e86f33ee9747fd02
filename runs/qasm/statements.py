"""The walk over the statements of a program. What is not on the list is refused. Core."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from openqasm3 import ast

from runs.circuits import Operation
from runs.errors.findings import shown
from runs.qasm import calls, declarations, loops, measuring, operands
from runs.qasm.expressions import cases, evaluate
from runs.qasm.state import (
    Exhausted,
    Qubits,
    Refusal,
    State,
    Unknown,
    Variable,
    unsupported,
)
from runs.qasm.steps import BranchStep, GateStep, Step


def walk(state: State, nodes: Iterable[ast.Statement | ast.Pragma]) -> None:
    """Take statements one by one; what is wrong with one goes into the findings.

    :raises Exhausted: if the program asks for more work than its budget.
    """
    for node in nodes:
        try:
            state.spend()
            visit = _VISITS.get(type(node))
            if visit is None:
                raise unsupported(_words(node))
            visit(state, node)
        except Exhausted as refusal:
            report(state, node, refusal)
            raise
        except Refusal as refusal:
            report(state, node, refusal)
        except Unknown:
            report(state, node, unsupported("this depends on a measured bit"))


def report(state: State, node: ast.QASMNode, refusal: Refusal) -> None:
    """Put a refusal into the findings, with the place of its statement, once."""
    if not refusal.message:
        declarations.forget(state, node)
        return
    line = node.span.start_line if node.span else None
    column = node.span.start_column + 1 if node.span else None
    said = isinstance(refusal, Exhausted) and bool(state.findings)
    if not said and (line, refusal.message) not in state.reported:
        state.reported.add((line, refusal.message))
        state.findings.add(
            refusal.code,
            f"Line {line}: {refusal.message}" if line else refusal.message,
            field="source",
            line=line,
            column=column,
            hint=refusal.hint,
        )
    declarations.forget(state, node)


def _expand(
    state: State, node: ast.QuantumGateDefinition, frame: Mapping[str, Variable | Qubits]
) -> list[Operation]:
    with state.call(node.name.name, dict(frame)) as steps:
        walk(state, node.body)
    operations = [step.operation for step in steps if isinstance(step, GateStep)]
    if len(operations) != len(steps):
        raise Refusal(f"the gate {shown(node.name.name)} does more than apply gates")
    return operations


def _gate(state: State, node: ast.QuantumGate) -> None:
    calls.apply_gate(state, node, lambda definition, frame: _expand(state, definition, frame))


def _define(state: State, node: ast.QuantumGateDefinition) -> None:
    names = [name.name for name in (*node.arguments, *node.qubits)]
    if len(set(names)) != len(names):
        raise Refusal(f"the gate {shown(node.name.name)} has two parameters of one name")
    if node.name.name in state.gates:
        raise Refusal(f"the gate {shown(node.name.name)} is defined twice")
    state.gates[node.name.name] = node


def _branch(state: State, node: ast.BranchingStatement) -> None:
    choose(
        state,
        node.condition,
        lambda: walk(state, node.if_block),
        lambda: walk(state, node.else_block),
    )


def choose(
    state: State,
    condition: ast.Expression,
    then: Callable[[], None],
    otherwise: Callable[[], None],
) -> None:
    """Do one of two things now, or put both into the program where only the run can tell."""
    found = cases(state, condition)
    if found in ((), ((),)):
        with state.block():
            (then if found else otherwise)()
        return
    if state.calls:
        raise Refusal("a gate cannot depend on a measured bit")
    branch = BranchStep(found, _inside(state, then), _inside(state, otherwise))
    if branch.then or branch.otherwise:
        state.add(branch)


def _inside(state: State, block: Callable[[], None]) -> tuple[Step, ...]:
    steps, state.steps = state.steps, []
    state.branches += 1
    try:
        with state.block():
            block()
        return tuple(state.steps)
    finally:
        state.branches -= 1
        state.steps = steps


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
    equal = ast.BinaryOperator["=="]
    condition: ast.Expression = ast.BooleanLiteral(value=False)
    for value in values:
        test = ast.BinaryExpression(op=equal, lhs=node.target, rhs=value)
        condition = ast.BinaryExpression(op=ast.BinaryOperator["||"], lhs=condition, rhs=test)
    choose(
        state,
        condition,
        lambda: walk(state, block.statements),
        lambda: _switch_from(state, node, others),
    )


def _for(state: State, node: ast.ForInLoop) -> None:
    loops.repeat(state, node, lambda: walk(state, node.block))


def _while(state: State, node: ast.WhileLoop) -> None:
    loops.repeat_while(state, node, lambda: walk(state, node.block))


def _compound(state: State, node: ast.CompoundStatement) -> None:
    with state.block():
        walk(state, node.statements)


def _box(state: State, node: ast.Box) -> None:
    if node.duration is not None:
        raise unsupported("a box cannot be given a duration")
    with state.block():
        walk(state, node.body)


def _expression(state: State, node: ast.ExpressionStatement) -> None:
    evaluate(state, node.expression)


def _include(_state: State, _node: ast.Include) -> None:
    """The two files that may be included are the library, which is always there."""


def _barrier(state: State, node: ast.QuantumBarrier) -> None:
    """A barrier orders what a simulator does in order anyway, so only its qubits are looked at."""
    for qubit in node.qubits:
        operands.qubits(state, qubit)


def _function(state: State, node: ast.SubroutineDefinition | ast.ExternDeclaration) -> None:
    state.functions.add(node.name.name)
    raise unsupported(
        "a subroutine is not supported", hint="Define a gate, or write its statements out."
    )


def _words(node: ast.Statement | ast.Pragma) -> str:
    what = _REFUSED.get(type(node), "this statement")
    return f"{what} is not supported"


_REFUSED: Mapping[type[ast.QASMNode], str] = {
    ast.Pragma: "a pragma",
    ast.CalibrationGrammarDeclaration: "calibration",
    ast.CalibrationStatement: "calibration",
    ast.CalibrationDefinition: "calibration",
    ast.DelayInstruction: "a delay",
    ast.BreakStatement: "leaving a loop early",
    ast.ContinueStatement: "leaving a loop early",
    ast.EndStatement: "ending the program early",
    ast.ReturnStatement: "a subroutine",
}
_VISITS: Mapping[type[ast.QASMNode], Callable[[State, Any], None]] = {
    ast.Include: _include,
    ast.QuantumBarrier: _barrier,
    ast.SubroutineDefinition: _function,
    ast.ExternDeclaration: _function,
    ast.QuantumGate: _gate,
    ast.QuantumPhase: calls.apply_phase,
    ast.QuantumGateDefinition: _define,
    ast.QuantumMeasurementStatement: measuring.measure,
    ast.QuantumReset: measuring.reset,
    ast.QubitDeclaration: declarations.qubit,
    ast.ClassicalDeclaration: declarations.classical,
    ast.ConstantDeclaration: declarations.constant,
    ast.IODeclaration: declarations.in_or_out,
    ast.AliasStatement: declarations.alias,
    ast.ClassicalAssignment: declarations.assign,
    ast.BranchingStatement: _branch,
    ast.SwitchStatement: _switch,
    ast.ForInLoop: _for,
    ast.WhileLoop: _while,
    ast.CompoundStatement: _compound,
    ast.Box: _box,
    ast.ExpressionStatement: _expression,
}
