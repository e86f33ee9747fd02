"""How the places and sizes of an analog program are said. Core."""

from collections.abc import Mapping

from runs.circuits.words import count

BIT_MEANING: Mapping[str, str] = {"0": "ground state", "1": "Rydberg state"}
_TEENS = (11, 12, 13)
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def ordinal(place: int) -> str:
    """Return ``1st`` for 0, ``2nd`` for 1, and so on."""
    number = place + 1
    ending = "th" if number % 100 in _TEENS else _ENDINGS.get(number % 10, "th")
    return f"{number:,}{ending}"


def figure(value: float, *, digits: int = 6) -> str:
    """Return a number as it is read, to so many ``digits`` at most."""
    return f"{value:.{digits}g}".replace("e-0", "e-").replace("e+0", "e").replace("-", "−")


def atoms(number: int) -> str:
    """Return ``1 atom``, ``2 atoms``."""
    return count(number, "atom")
