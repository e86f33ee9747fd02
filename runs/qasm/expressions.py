"""The values of expressions, and conditions on bits that are measured at run time. Core."""

from collections.abc import Callable, Mapping
from typing import Any

from openqasm3 import ast

from runs.errors.findings import shown
from runs.qasm import arithmetic
from runs.qasm.state import (
    Bits,
    BitString,
    Broken,
    Qubits,
    Refusal,
    State,
    Unknown,
    Value,
    unsupported,
)

_MOST_CASES = 256

Cases = tuple[tuple[tuple[int, int], ...], ...]


def evaluate(state: State, node: ast.Expression) -> Value:
    """Return the value of an expression.

    :raises Refusal: if it has none.
    :raises Unknown: if it depends on a bit that is measured at run time.
    """
    state.spend()
    visit = _VISITS.get(type(node))
    if visit is None:
        raise unsupported("this expression is not supported")
    return visit(state, node)


def known(state: State, node: ast.Expression, what: str) -> Value:
    """Return the value of an expression that must not depend on a measurement.

    :raises Refusal: if it does; ``what`` names the expression.
    """
    try:
        return evaluate(state, node)
    except Unknown:
        raise unsupported(
            f"{what} depends on a measured bit", hint="Only conditions may depend on them."
        ) from None


def integer(state: State, node: ast.Expression, what: str) -> int:
    """Return the value of an expression as a whole number."""
    return arithmetic.as_integer(known(state, node, what))


def number(state: State, node: ast.Expression, what: str) -> float:
    """Return the value of an expression as a finite number within the limits."""
    value = float(arithmetic.as_number(known(state, node, what)))
    if abs(value) > state.limits.largest_angle:
        raise Refusal(
            f"{what} is {value:g}; the largest is {state.limits.largest_angle:,.0f}",
            code="runner_limit_exceeded",
        )
    return value


def cases(state: State, node: ast.Expression) -> Cases:
    """Return the assignments to measured bits for which a condition holds.

    No case means never; one case without bits means always.

    :raises Refusal: if the condition depends on too many bits.
    """
    found: list[tuple[tuple[int, int], ...]] = []
    waiting: list[dict[int, int]] = [dict(state.assumed)]
    outside = len(state.assumed)
    while waiting:
        assumed = waiting.pop()
        if len(found) + len(waiting) > _MOST_CASES:
            raise Refusal(
                "this condition depends on too many measured bits", code="runner_limit_exceeded"
            )
        try:
            if arithmetic.as_number(_assuming(state, node, assumed)):
                found.append(tuple(list(assumed.items())[outside:]))
        except Unknown as unknown:
            waiting += [{**assumed, unknown.bit: value} for value in (0, 1)]
    return tuple(found)


def _assuming(state: State, node: ast.Expression, assumed: dict[int, int]) -> Value:
    before, state.assumed = state.assumed, assumed
    try:
        return evaluate(state, node)
    finally:
        state.assumed = before


def _literal(
    _state: State, node: ast.IntegerLiteral | ast.FloatLiteral | ast.BooleanLiteral
) -> Value:
    return arithmetic.bounded(node.value)


def _bit_string(_state: State, node: ast.BitstringLiteral) -> Value:
    return BitString((node.value >> place) & 1 for place in range(node.width))


def _array(state: State, node: ast.ArrayLiteral) -> Value:
    return [evaluate(state, value) for value in node.values]


def _name(state: State, node: ast.Identifier) -> Value:
    try:
        entity = state.find(node.name)
    except Refusal:
        if node.name in arithmetic.CONSTANTS:
            return arithmetic.CONSTANTS[node.name]
        raise
    if isinstance(entity, Bits):
        return BitString(state.read(bit) for bit in entity.indices)
    if isinstance(entity, Qubits | Broken):
        raise Refusal(f"{shown(node.name)} is a qubit and has no value before it is measured")
    return entity.value


def _unary(state: State, node: ast.UnaryExpression) -> Value:
    return arithmetic.unary(node.op.name, evaluate(state, node.expression))


def _binary(state: State, node: ast.BinaryExpression) -> Value:
    left = evaluate(state, node.lhs)
    sign = node.op.name
    if sign in ("&&", "||"):
        decided = bool(arithmetic.as_number(left)) is (sign == "||")
        return decided == (sign == "||") if decided else bool(_truth(state, node.rhs))
    return arithmetic.binary(sign, left, evaluate(state, node.rhs))


def _truth(state: State, node: ast.Expression) -> int | float:
    return arithmetic.as_number(evaluate(state, node))


def _call(state: State, node: ast.FunctionCall) -> Value:
    if node.name.name in state.functions:
        raise Refusal("")
    arguments = [evaluate(state, argument) for argument in node.arguments]
    return arithmetic.call(node.name.name, arguments)


def _cast(state: State, node: ast.Cast) -> Value:
    from runs.qasm.types import cast  # noqa: PLC0415 - sizes of types are expressions

    return cast(state, node.type, evaluate(state, node.argument))


def _index(state: State, node: ast.IndexExpression) -> Value:
    from runs.qasm.operands import pick  # noqa: PLC0415 - indices are expressions

    if isinstance(node.collection, ast.Identifier):
        try:
            entity = state.find(node.collection.name)
        except Refusal:
            entity = Broken()
        if isinstance(entity, Bits):
            chosen, _ = pick(state, entity.indices, node.index, node.collection.name)
            return BitString(state.read(bit) for bit in chosen)
    value = evaluate(state, node.collection)
    if isinstance(value, list):
        values, single = pick(state, value, node.index, "the array")
        return values[0] if single else list(values)
    whole = value if isinstance(value, BitString) else _bits_of(value)
    chosen, _ = pick(state, whole, node.index, "the number")
    return BitString(chosen)


def _bits_of(value: Value) -> BitString:
    whole = arithmetic.as_integer(value)
    return BitString((whole >> place) & 1 for place in range(64))


def _size(state: State, node: ast.SizeOf) -> Value:
    if isinstance(node.target, ast.Identifier):
        entity = state.find(node.target.name)
        if isinstance(entity, Qubits | Bits):
            return len(entity.indices)
    value = evaluate(state, node.target)
    if isinstance(value, list | BitString):
        return len(value)
    raise Refusal("sizeof needs a register or an array")


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
}
