"""Numbers as a person reads them in a drawing: fractions of pi where they are close. Core."""

import math
from collections.abc import Mapping

_CLOSE = 1e-9
_DENOMINATORS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 32, 64)
_MOST_TURNS = 100
_POWERS: Mapping[float, str] = {0.5: "½", 0.25: "¼", -0.5: "-½", -0.25: "-¼"}


def angle_words(angle: float) -> str:
    """Return an angle in radians: ``π/4``, ``-3π/2``, ``0``, or three digits."""
    turns = angle / math.pi
    for denominator in _DENOMINATORS:
        numerator = round(turns * denominator)
        if abs(turns * denominator - numerator) < _CLOSE and abs(turns) < _MOST_TURNS:
            return _fraction(numerator, denominator)
    return f"{angle:.3g}"


def phase_words(phase: float | None) -> str:
    """Return a phase in radians: ``π/4``, ``−π/2``, or a dash where there is none."""
    return "–" if phase is None else angle_words(phase).replace("-", "−")


def power_words(power: float) -> str:
    """Return a power: ``½``, ``2``, or three digits."""
    return _POWERS.get(power, f"{power:.3g}")


def _fraction(numerator: int, denominator: int) -> str:
    if numerator == 0:
        return "0"
    sign = "-" if numerator < 0 else ""
    times = "" if abs(numerator) == 1 else str(abs(numerator))
    return f"{sign}{times}π" + (f"/{denominator}" if denominator > 1 else "")
