"""Numbers as physicists type them: ``0.3``, ``pi/2``, ``-3*pi/4``, ``2π``."""

import math
import re

_NUMBER = r"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?"
_PLAIN = re.compile(rf"[+-]?(?:{_NUMBER})")
_OF_PI = re.compile(rf"([+-]?)({_NUMBER})?\*?(?:pi|π)(?:/({_NUMBER}))?")


def read_angle(text: str) -> float:
    """Return the number that ``text`` means, in radians where it is an angle.

    :raises ValueError: if it is neither a number nor a multiple or fraction of pi.
    """
    value = _read(text)
    if not math.isfinite(value):
        raise ValueError(f"“{text.strip()}” is too large a number")
    return value


def _read(text: str) -> float:
    compact = text.replace(" ", "").replace("−", "-").lower()
    if _PLAIN.fullmatch(compact):
        return float(compact)
    match = _OF_PI.fullmatch(compact)
    if match is None:
        raise ValueError(f"“{text.strip()}” is not a number; write 0.3, pi/2 or -3*pi/4")
    sign, times, parts = match.groups()
    if parts and float(parts) == 0:
        raise ValueError(f"“{text.strip()}” divides by zero")
    value = math.pi * float(times or 1) / float(parts or 1)
    return -value if sign == "-" else value


def write_angle(value: float) -> str:
    """Return the shortest text that :func:`read_angle` reads as exactly ``value``."""
    for parts in (1, 2, 3, 4, 6, 8, 16, 32, 64):
        times = value * parts / math.pi
        whole = round(times)
        if whole and abs(whole) <= 2 * parts and math.pi * whole / parts == value:
            sign = "-" if whole < 0 else ""
            factor = "" if abs(whole) == 1 else f"{abs(whole)}*"
            return f"{sign}{factor}pi" + (f"/{parts}" if parts > 1 else "")
    return repr(value)
