"""Arithmetic of OpenQASM on known values, bounded so that no expression costs more than its text.

Whole numbers stay within 64 bits and other numbers finite. OpenQASM 3 divides whole numbers as C
does, so that 1/2 is 0; such a quotient is remembered, and refused where an angle is made of it.
OpenQASM 2 divides real numbers. Core.
"""

import math
import operator
from collections.abc import Callable, Mapping

from runs.errors.findings import shown
from runs.qasm import angles
from runs.qasm.refusals import Refusal, too_large, unsupported
from runs.qasm.values import Angle, BitString, Cut, Value

_LARGEST = 2**64
_MOST_SHIFT = 64


def bounded(value: Value) -> Value:
    """Return ``value``.

    :raises Refusal: if it is beyond 64 bits or not finite.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise Refusal("this expression has no finite value")
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise too_large("this number is larger than 64 bits")
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


def as_real(value: Value, what: str) -> float:
    """Return ``value`` as a number that may have a fraction.

    :raises Refusal: if the language has cut its fraction off.
    """
    number = as_number(value)
    if isinstance(number, Cut):
        raise Refusal(
            f"{what} divides whole numbers, which OpenQASM 3 cuts off to {number:d}",
            hint="Write one of them with a point: 1.0/2.",
        )
    return float(number)


def _power(base: float, exponent: float) -> float:
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        if abs(base) > 1 and exponent * base.bit_length() > 2 * _MOST_SHIFT:
            raise too_large("this power is larger than 64 bits")
        whole: int = base**exponent
        return whole
    try:
        return math.pow(base, exponent)
    except ValueError:
        raise Refusal("this power is no real number") from None


def _quotient(left: int, right: int) -> int:
    """Divide as C does, towards zero, and remember what was cut off."""
    quotient = abs(left) // abs(right)
    quotient = quotient if (left < 0) == (right < 0) else -quotient
    return quotient if quotient * right == left else Cut(quotient)


def _modulo(left: float, right: float) -> int | float:
    if isinstance(left, int) and isinstance(right, int):
        return left - right * int(_quotient(left, right))
    return math.fmod(left, right)


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
    "/": operator.truediv,
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


def binary(sign: str, left: Value, right: Value, *, cuts: bool) -> Value:
    """Return ``left sign right``; ``cuts`` says whether whole numbers are divided as in C.

    :raises Refusal: if it has no value, or one that is too large.
    """
    try:
        one, other = as_number(left), as_number(right)
        if isinstance(one, Angle) or isinstance(other, Angle):
            return bounded(angles.binary(sign, one, other))
        if isinstance(one, int) and isinstance(other, int):
            return bounded(_whole(sign, one, other, cuts=cuts))
        if sign in _REAL:
            return bounded(_REAL[sign](as_real(one, "this"), as_real(other, "this")))
        return bounded(_WHOLE[sign](as_integer(one), as_integer(other)))
    except ZeroDivisionError:
        raise Refusal("this divides by zero") from None
    except OverflowError:
        raise Refusal("this expression has no finite value") from None
    except KeyError:
        raise Refusal(f"{sign} has no meaning between values here") from None


def _whole(sign: str, left: int, right: int, *, cuts: bool) -> Value:
    if sign == "/":
        quotient = _quotient(left, right)
        return quotient if cuts or not isinstance(quotient, Cut) else left / right
    if sign in _WHOLE:
        return _WHOLE[sign](left, right)
    found = _REAL[sign](left, right)
    is_cut = isinstance(left, Cut) or isinstance(right, Cut)
    return Cut(found) if is_cut and type(found) is int else found


def unary(sign: str, value: Value) -> Value:
    """Return ``sign value``."""
    if sign == "!":
        return not as_number(value)
    if sign == "~":
        if isinstance(value, BitString):
            return BitString(1 - bit for bit in value)
        return not value if isinstance(value, bool) else ~as_integer(value)
    number = as_number(value)
    if isinstance(number, Angle):
        return angles.negative(number)
    return Cut(-number) if isinstance(number, Cut) else -number


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
NAMES = tuple(sorted({*_FUNCTIONS, "popcount", "rotl", "rotr", "sizeof"}))


def call(name: str, arguments: list[Value]) -> Value:
    """Return the value of a built-in function.

    :raises Refusal: if there is none of that name, or it has no value there.
    """
    if name == "popcount" and len(arguments) == 1:
        return as_integer(arguments[0]).bit_count()
    if name in ("rotl", "rotr") and len(arguments) == 2:  # noqa: PLR2004 - bits and a distance
        return _rotated(arguments[0], as_integer(arguments[1]) * (1 if name == "rotl" else -1))
    if name not in _FUNCTIONS:
        raise unsupported(
            f"there is no function {shown(name)}", hint=f"The functions are {', '.join(NAMES)}."
        )
    count, function = _FUNCTIONS[name]
    if len(arguments) != count:
        raise Refusal(f"{name} takes {count} numbers, not {len(arguments)}")
    try:
        return bounded(function(*(_argument(name, value) for value in arguments)))
    except (ValueError, OverflowError, ZeroDivisionError):
        raise Refusal(f"{name} has no value here") from None


def _rotated(value: Value, places: int) -> BitString:
    """Move bits towards higher places, and those that fall off to the lowest ones."""
    if not isinstance(value, BitString) or not value:
        raise Refusal("only bits can be rotated", hint="Cast the number: bit[8](n), say.")
    start = -places % len(value)
    return BitString(value[start:] + value[:start])


def _argument(name: str, value: Value) -> int | float:
    number = as_number(value)
    return as_real(number, f"the number in {name}") if isinstance(number, Cut) else number
