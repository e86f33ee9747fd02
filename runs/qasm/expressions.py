"""The values of expressions, also those that measured bits decide. Core."""

from collections.abc import Callable, Mapping
from typing import Any

from openqasm3 import ast

from runs.contract import SourceKind
from runs.errors.findings import shown
from runs.qasm import angles, arithmetic
from runs.qasm.choices import decided, settled, settled_bits
from runs.qasm.entities import Bits, Broken, Qubits, Variable
from runs.qasm.nodes import Held
from runs.qasm.refusals import Refusal, Undeclared, too_large, unsupported
from runs.qasm.state import State
from runs.qasm.values import Angle, BitString, Form, Tree, Unknown, Value, Word

_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})


def evaluate(state: State, node: ast.Expression) -> Value:
    """Return the value of an expression.

    :raises Refusal: if it has none.
    :raises Unknown: if it depends on a bit that is measured at run time.
    """
    state.spend()
    visit = _VISITS.get(type(node))
    try:
        if visit is None:
            raise _unread(node)
        return visit(state, node)
    except Refusal as refusal:
        raise refusal.blame(node) from None


def known(state: State, node: ast.Expression, what: str) -> Value:
    """Return the value of an expression that must not depend on a measurement.

    :raises Refusal: if it does; ``what`` names the expression.
    """
    try:
        return evaluate(state, node)
    except Unknown:
        raise unsupported(f"{what} depends on a measured bit").blame(node) from None


def integer(state: State, node: ast.Expression) -> int:
    """Return the value of an expression as a whole number, as the run decides it."""
    value = evaluate(state, node)
    try:
        return arithmetic.as_integer(value)
    except Refusal as refusal:
        raise refusal.blame(node) from None


def size(state: State, node: ast.Expression, what: str) -> int:
    """Return the value of an expression as a whole number that is known before the run."""
    try:
        return integer(state, node)
    except Unknown:
        raise unsupported(f"{what} depends on a measured bit").blame(node) from None


def number(state: State, node: ast.Expression, what: str) -> float:
    """Return the value of an expression as a finite number within the limits."""
    try:
        value = arithmetic.as_real(evaluate(state, node), what)
        if abs(value) > state.limits.largest_angle:
            largest = f"{state.limits.largest_angle:,.0f}"
            raise too_large(f"{what} is {value:g}; the largest is {largest}")
    except Refusal as refusal:
        raise refusal.blame(node) from None
    return value


def tree(state: State, node: ast.Expression) -> Tree:
    """Return the value of an expression, or one for each way in which the run may go."""
    return decided(state, lambda: evaluate(state, node))


def truth(state: State, node: ast.Expression) -> Tree:
    """Return whether a condition holds, or for which measured bits it does."""
    return decided(state, lambda: bool(arithmetic.as_number(evaluate(state, node))))


def cuts(state: State) -> bool:
    """Whether the language cuts off the fractions of quotients: version 3, but for powers.

    Amazon Braket documents ``pow(1/2) @ x`` as the root of X, and nobody means ``pow(0)``.
    """
    return state.kind is SourceKind.OPENQASM3 and not state.in_power


def _unread(node: ast.Expression) -> Refusal:
    if isinstance(node, ast.DurationLiteral | ast.DurationOf):
        return unsupported("a simulator knows no time, so durations have no meaning here")
    if isinstance(node, ast.ImaginaryLiteral):
        return unsupported("only real numbers are supported")
    return unsupported("this expression is not supported")


def _literal(
    _state: State, node: ast.IntegerLiteral | ast.FloatLiteral | ast.BooleanLiteral
) -> Value:
    return arithmetic.bounded(node.value)


def _bit_string(_state: State, node: ast.BitstringLiteral) -> Value:
    return BitString.of(node.value, node.width)


def _array(state: State, node: ast.ArrayLiteral) -> Value:
    return [evaluate(state, value) for value in node.values]


def _held(state: State, node: Held) -> Value:
    held = node.tree
    if isinstance(held, Word) and held.form is Form.UNSIGNED:
        return settled_bits(state, held.bits)
    return settled(state, held)


def _name(state: State, node: ast.Identifier) -> Value:
    try:
        entity = state.find(node.name)
    except Undeclared as refusal:
        if node.name in arithmetic.CONSTANTS:
            return arithmetic.CONSTANTS[node.name]
        hint = f"Declare it before, or as an input: input float {node.name};"
        raise refusal.meaning(hint, arithmetic.CONSTANTS) from None
    if isinstance(entity, Bits):
        return settled_bits(state, tuple(state.values[bit] for bit in entity.indices))
    if isinstance(entity, Qubits | Broken):
        raise Refusal(f"{shown(node.name)} is a qubit and has no value before it is measured")
    return settled(state, state.values[entity])


def _unary(state: State, node: ast.UnaryExpression) -> Value:
    return arithmetic.unary(node.op.name, evaluate(state, node.expression))


def _binary(state: State, node: ast.BinaryExpression) -> Value:
    from runs.qasm.bits import compared  # noqa: PLC0415 - bits of expressions are expressions

    sign = node.op.name
    if sign in ("&&", "||"):
        left = bool(arithmetic.as_number(evaluate(state, node.lhs)))
        if left is (sign == "||"):
            return left
        return bool(arithmetic.as_number(evaluate(state, node.rhs)))
    if sign in _COMPARISONS:
        found = compared(state, node)
        if found is not None:
            return found
    left_value, right_value = evaluate(state, node.lhs), evaluate(state, node.rhs)
    return arithmetic.binary(sign, left_value, right_value, cuts=cuts(state))


def _call(state: State, node: ast.FunctionCall) -> Value:
    name = node.name.name
    if name in state.excused or (name in state.subroutines and state.subroutines[name] is None):
        raise Refusal("")
    if name in state.subroutines:
        raise unsupported(f"the subroutine {shown(name)} cannot be called here")
    if name in state.gates:
        raise Refusal(
            f"{shown(name)} is a gate, not a function", hint="Write its qubits after it: h q[0];"
        )
    arguments = [evaluate(state, argument) for argument in node.arguments]
    return arithmetic.call(name, arguments)


def _cast(state: State, node: ast.Cast) -> Value:
    from runs.qasm.types import cast  # noqa: PLC0415 - sizes of types are expressions

    return cast(state, node.type, evaluate(state, node.argument))


def _index(state: State, node: ast.IndexExpression) -> Value:
    from runs.qasm import arrays, bits  # noqa: PLC0415 - indices are expressions

    found = bits.of(state, node)
    if found is not None:
        return settled_bits(state, found)
    element = arrays.element(state, node)
    if element is not None:
        return settled(state, element)
    value = evaluate(state, node.collection)
    chosen, _ = bits.pick(state, _bits_of(value), node.index, "the number")
    return BitString(chosen)


def _bits_of(value: Value) -> BitString:
    if isinstance(value, BitString):
        return value
    if isinstance(value, Angle):
        return angles.bits_of(value)
    return BitString.of(arithmetic.as_integer(value), 64)


def _size(state: State, node: ast.SizeOf) -> Value:
    from runs.qasm import arrays  # noqa: PLC0415 - indices are expressions

    axis = 0 if node.index is None else integer(state, node.index)
    if isinstance(node.target, ast.Identifier):
        entity = state.find(node.target.name)
        if isinstance(entity, Qubits | Bits) and axis == 0:
            return len(entity.indices)
    return arrays.length(state, node.target, axis)


def variable(state: State, node: ast.Expression) -> Variable | None:
    """Return the variable that an expression names, if that is all it does."""
    if not isinstance(node, ast.Identifier):
        return None
    for frame in reversed(state.frames):
        entity = frame.get(node.name)
        if entity is not None:
            return entity if isinstance(entity, Variable) else None
    return None


_VISITS: Mapping[type[ast.Expression], Callable[[State, Any], Value]] = {
    ast.IntegerLiteral: _literal,
    ast.FloatLiteral: _literal,
    ast.BooleanLiteral: _literal,
    ast.BitstringLiteral: _bit_string,
    ast.ArrayLiteral: _array,
    ast.Identifier: _name,
    ast.UnaryExpression: _unary,
    ast.BinaryExpression: _binary,
    ast.FunctionCall: _call,
    ast.Cast: _cast,
    ast.IndexExpression: _index,
    ast.SizeOf: _size,
    Held: _held,
}
