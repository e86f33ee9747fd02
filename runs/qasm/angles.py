"""Arithmetic of the type ``angle[n]``: whole steps of 2π/2**n, as an unsigned number. Core.

After the OpenQASM 3 specification. An angle without a size is a real number to every gate, and
here too.
"""

import math
from collections.abc import Callable, Mapping

from runs.qasm.refusals import Refusal
from runs.qasm.values import Angle, BitString

_LARGEST_SIZE = 64


def to_angle(radians: float, size: int) -> Angle:
    """Return ``radians`` modulo 2π, rounded to the nearest step.

    :raises Refusal: if the size is beyond 64 bits.
    """
    return from_steps(round(radians / math.tau * (1 << min(size, _LARGEST_SIZE))), size)


def from_steps(steps: int, size: int) -> Angle:
    """Return the angle of ``steps`` times 2π/2**size.

    :raises Refusal: if the size is beyond 64 bits.
    """
    if not 1 <= size <= _LARGEST_SIZE:
        raise Refusal(f"an angle has 1 to {_LARGEST_SIZE} bits, not {size}")
    return Angle(math.tau * (steps % (1 << size)) / (1 << size), size)


def bits_of(angle: Angle) -> BitString:
    """Return the bits of an angle, the last of them worth π."""
    return BitString.of(_steps(angle), angle.size)


def binary(sign: str, left: float, right: float) -> int | float | bool:
    """Return ``left sign right``, one of which is an angle.

    :raises Refusal: if the language gives it no meaning.
    """
    if sign in _COMPARED:
        return _COMPARED[sign](*_alike(left, right))
    act = _ARITHMETIC.get(sign)
    if act is None:
        raise Refusal(f"{sign} has no meaning for angles")
    return act(left, right)


def negative(angle: Angle) -> Angle:
    """Return 2π less ``angle``, which is the same turn the other way."""
    return from_steps(-_steps(angle), angle.size)


def _steps(angle: Angle) -> int:
    return round(angle / math.tau * (1 << angle.size)) % (1 << angle.size)


def _alike(left: float, right: float) -> tuple[Angle, Angle]:
    """Return both operands as angles; sizes that differ have no common arithmetic."""
    sizes = {operand.size for operand in (left, right) if isinstance(operand, Angle)}
    if len(sizes) > 1:
        raise Refusal("angles of different sizes cannot be combined", hint="Cast one of them.")
    size = sizes.pop()
    one, other = (
        operand if isinstance(operand, Angle) else to_angle(operand, size)
        for operand in (left, right)
    )
    return one, other


def _combined(act: Callable[[int, int], int]) -> Callable[[int | float, int | float], Angle]:
    def applied(left: float, right: float) -> Angle:
        one, other = _alike(left, right)
        return from_steps(act(_steps(one), _steps(other)), one.size)

    return applied


def _times(left: float, right: float) -> int | float:
    """Multiply by a whole number; what is multiplied otherwise is an angle no longer."""
    angle, number = (left, right) if isinstance(left, Angle) else (right, left)
    if isinstance(angle, Angle) and isinstance(number, int):
        return from_steps(_steps(angle) * number, angle.size)
    return float(left) * float(right)


def _over(left: float, right: float) -> int | float:
    if isinstance(left, Angle) and isinstance(right, Angle):
        one, other = _alike(left, right)
        return _steps(one) // _steps(other)
    if isinstance(left, Angle) and isinstance(right, int):
        return from_steps(_steps(left) // right, left.size)
    return float(left) / float(right)


def _shifted(left: float, places: float, toward: int) -> Angle:
    if not isinstance(left, Angle) or not isinstance(places, int) or not 0 <= places <= left.size:
        raise Refusal("an angle is shifted by a whole number of its bits")
    steps = _steps(left)
    return from_steps(steps << places if toward > 0 else steps >> places, left.size)


_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_ARITHMETIC: Mapping[str, Callable[[int | float, int | float], int | float]] = {
    "+": _combined(lambda left, right: left + right),
    "-": _combined(lambda left, right: left - right),
    "&": _combined(lambda left, right: left & right),
    "|": _combined(lambda left, right: left | right),
    "^": _combined(lambda left, right: left ^ right),
    "*": _times,
    "/": _over,
    "<<": lambda left, places: _shifted(left, places, 1),
    ">>": lambda left, places: _shifted(left, places, -1),
}
