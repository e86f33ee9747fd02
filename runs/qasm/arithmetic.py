"""Arithmetic of OpenQASM on known values, bounded so that no expression costs more than its text.

Whole numbers stay within 64 bits and other numbers finite. Division is that of real numbers, as
physicists write angles; a whole-numbered type cuts it off. Core.
"""

import math
import operator
from collections.abc import Callable, Mapping

from runs.qasm.state import BitString, Refusal, Value

_LARGEST = 2**64
_MOST_SHIFT = 64


def bounded(value: Value) -> Value:
    """Return ``value``.

    :raises Refusal: if it is beyond 64 bits or not finite.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise Refusal("this expression has no finite value")
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise Refusal("this number is larger than 64 bits", code="runner_limit_exceeded")
    return value


def as_number(value: Value) -> int | float:
    """Return ``value`` as a number; bits count as whole numbers."""
    if isinstance(value, list):
        raise Refusal("an array is no number")
    return int(value) if isinstance(value, BitString | bool) else value


def as_integer(value: Value) -> int:
    """Return ``value`` as a whole number.

    :raises Refusal: if it has a fraction.
    """
    number = as_number(value)
    if isinstance(number, float) and not number.is_integer():
        raise Refusal(f"a whole number is needed, not {number:g}")
    return int(number)


def _power(base: float, exponent: float) -> float:
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        if abs(base) > 1 and exponent * base.bit_length() > 2 * _MOST_SHIFT:
            raise Refusal("this power is larger than 64 bits", code="runner_limit_exceeded")
        whole: int = base**exponent
        return whole
    try:
        return math.pow(base, exponent)
    except ValueError:
        raise Refusal("this power is no real number") from None


def _divide(left: float, right: float) -> int | float:
    if isinstance(left, int) and isinstance(right, int) and right and left % right == 0:
        return left // right
    return left / right


def _modulo(left: float, right: float) -> int | float:
    return math.fmod(left, right) if isinstance(left, float) else left % right


def _shift_left(left: int, right: int) -> int:
    if not 0 <= right <= _MOST_SHIFT:
        raise Refusal("a shift must be between 0 and 64 places")
    return left << right


def _shift_right(left: int, right: int) -> int:
    if not 0 <= right <= _MOST_SHIFT:
        raise Refusal("a shift must be between 0 and 64 places")
    return left >> right


_REAL: Mapping[str, Callable[[int | float, int | float], Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "%": _modulo,
    "**": _power,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_WHOLE: Mapping[str, Callable[[int, int], int]] = {
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "<<": _shift_left,
    ">>": _shift_right,
}


def binary(sign: str, left: Value, right: Value) -> Value:
    """Return ``left sign right``.

    :raises Refusal: if it has no value, or one that is too large.
    """
    try:
        if sign in _REAL:
            return bounded(_REAL[sign](as_number(left), as_number(right)))
        if sign in _WHOLE:
            return bounded(_WHOLE[sign](as_integer(left), as_integer(right)))
    except ZeroDivisionError:
        raise Refusal("this divides by zero") from None
    except OverflowError:
        raise Refusal("this expression has no finite value") from None
    raise Refusal(f"{sign} has no meaning between values here")


def unary(sign: str, value: Value) -> Value:
    """Return ``sign value``."""
    if sign == "!":
        return not as_number(value)
    if sign == "~":
        if isinstance(value, BitString):
            return BitString(1 - bit for bit in value)
        return not value if isinstance(value, bool) else ~as_integer(value)
    return -as_number(value)


def _ceiling(value: float) -> int:
    return math.ceil(value)


CONSTANTS: Mapping[str, float] = {
    "pi": math.pi,
    "π": math.pi,
    "tau": math.tau,
    "τ": math.tau,
    "euler": math.e,
    "ℇ": math.e,
}
_FUNCTIONS: Mapping[str, tuple[int, Callable[..., int | float]]] = {
    "sin": (1, math.sin),
    "cos": (1, math.cos),
    "tan": (1, math.tan),
    "arcsin": (1, math.asin),
    "arccos": (1, math.acos),
    "arctan": (1, math.atan),
    "asin": (1, math.asin),
    "acos": (1, math.acos),
    "atan": (1, math.atan),
    "exp": (1, math.exp),
    "log": (1, math.log),
    "ln": (1, math.log),
    "sqrt": (1, math.sqrt),
    "abs": (1, abs),
    "floor": (1, math.floor),
    "ceiling": (1, _ceiling),
    "mod": (2, _modulo),
    "pow": (2, _power),
}


def call(name: str, arguments: list[Value]) -> Value:
    """Return the value of a built-in function.

    :raises Refusal: if there is none of that name, or it has no value there.
    """
    if name == "popcount" and len(arguments) == 1:
        return as_integer(arguments[0]).bit_count()
    if name not in _FUNCTIONS:
        raise Refusal(f"there is no function {name}", code="unsupported_operation")
    count, function = _FUNCTIONS[name]
    if len(arguments) != count:
        raise Refusal(f"{name} takes {count} numbers, not {len(arguments)}")
    try:
        return bounded(function(*map(as_number, arguments)))
    except (ValueError, OverflowError, ZeroDivisionError):
        raise Refusal(f"{name} has no value here") from None
