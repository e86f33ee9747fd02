"""Random angles: numbers, parts of pi, names, and formulas of these."""

import math

from tests.runs.random_programs import expressions as e


def angle(scope, *, depth=2):
    """Return an angle that is finite whatever its names stand for."""
    chance = scope.chance
    if depth == 0 or chance.random() < 0.4:
        return _simple(scope)
    first = angle(scope, depth=depth - 1)
    kind = chance.choice(["minus", "sum", "times", "over"] * 3 + ["function", "tower"])
    if kind == "minus":
        return e.Minus(first)
    if kind == "sum":
        return e.Two(chance.choice("+-"), first, angle(scope, depth=depth - 1))
    if kind == "function":
        return e.Function(chance.choice(["sin", "cos"]), first)
    if kind == "tower":
        return e.Two("-", _tower(), first)
    return e.Two("*" if kind == "times" else "/", first, _whole(scope))


def _simple(scope):
    chance = scope.chance
    if scope.numbers and chance.random() < 0.5:
        return e.Name(chance.choice(scope.numbers))
    if scope.variables and chance.random() < 0.4:
        return e.Two("*", e.Number(0.3, "0.3"), e.Name(chance.choice(scope.variables)))
    pi = e.Number(math.pi, chance.choice(["pi", "π"]) if scope.version == 3 else "pi")
    digits = round(chance.uniform(0.05, 3), 3)
    return chance.choice(
        [
            e.Number(digits, str(digits)),
            e.Number(0.25, chance.choice(["2.5e-1", ".25", "25E-2"])),
            e.Two("/", pi, _whole(scope)),
            e.Two("/", e.Two("*", _whole(scope), pi), _whole(scope)),
        ]
    )


def _whole(scope):
    """Return a whole number that is not 0."""
    if scope.variables and scope.chance.random() < 0.5:
        return e.Two("**", e.whole(2), e.Name(scope.chance.choice(scope.variables)))
    return e.whole(scope.chance.randint(2, 5))


def _tower():
    """Return a power of a power, which is taken from the right."""
    return e.Two("**", e.Number(1.2, "1.2"), e.Two("**", e.whole(2), e.Number(0.5, "0.5")))
