"""Classical types of OpenQASM: the casts that a declaration, an assignment or a call does. Core."""

from openqasm3 import ast

from runs.qasm import arithmetic
from runs.qasm.expressions import integer
from runs.qasm.state import BitString, Refusal, State, Value, unsupported

_WIDEST = 64
_LONGEST = 4096


def width(state: State, node: ast.Expression | None, default: int) -> int:
    """Return the size that a declaration gives, or ``default`` where it gives none.

    :raises Refusal: if it is not positive.
    """
    size = default if node is None else integer(state, node, "a size")
    if size < 1:
        raise Refusal(f"a size must be at least 1, not {size}")
    return size


def cast(state: State, kind: ast.ClassicalType | None, value: Value) -> Value:
    """Return ``value`` as the type ``kind`` holds it.

    :raises Refusal: if the type is not offered, or cannot hold the value.
    """
    if isinstance(kind, ast.ArrayType):
        return _array(state, kind.base_type, value)
    if isinstance(kind, ast.FloatType | ast.AngleType):
        return float(arithmetic.as_number(value))
    if isinstance(kind, ast.BoolType):
        return bool(arithmetic.as_number(value))
    if isinstance(kind, ast.IntType | ast.UintType):
        return _whole(state, kind, value)
    if isinstance(kind, ast.BitType):
        size = width(state, kind.size, 1)
        if size > _LONGEST:
            raise Refusal("this is too wide", code="runner_limit_exceeded")
        number = int(arithmetic.as_number(value))
        return BitString((number >> place) & 1 for place in range(size))
    raise unsupported("only whole numbers, floats, angles, bits and truth values are supported")


def _whole(state: State, kind: ast.IntType | ast.UintType, value: Value) -> int:
    size = width(state, kind.size, _WIDEST)
    if size > _WIDEST:
        raise Refusal(f"whole numbers have at most {_WIDEST} bits", code="runner_limit_exceeded")
    span = 1 << size
    number = int(arithmetic.as_number(value)) % span
    negative = isinstance(kind, ast.IntType) and number >= span // 2
    return number - span if negative else number


def _array(state: State, kind: ast.ClassicalType, value: Value) -> Value:
    if not isinstance(value, list):
        return cast(state, kind, value)
    return [_array(state, kind, element) for element in value]
