"""Random gates with their modifiers, and random definitions of gates."""

from tests.runs.random_programs import library
from tests.runs.random_programs import tree as t
from tests.runs.random_programs.angles import angle

_TRIES, _TRIES_EACH = 1000, 8
# Parameters have names that registers have as well: they must not be mixed up.
_ANGLES, _QUBITS = ("theta", "a", "phi_1"), ("q", "b", "target_2")


def gate(scope):
    """Return a gate on places that fit at every turn of the loops around."""
    for _ in range(_TRIES):
        name, qubits, angles, modifiers = _kind(scope)
        for _ in range(_TRIES_EACH if qubits <= scope.size else 0):
            found = scope.places(qubits)
            if scope.fits(found):
                return t.Gate(name, tuple(angle(scope) for _ in range(angles)), found, modifiers)
    raise AssertionError("no gate fits anywhere")


def definition(scope, name):
    """Return the definition of a gate, of one to four statements."""
    chance = scope.chance
    angles = tuple(chance.sample(_ANGLES, chance.randint(0, 2)))
    free = [q for q in _QUBITS if q not in angles]
    made = t.Definition(name, angles, tuple(chance.sample(free, chance.randint(1, 3))), ())
    inside = scope.within(made)
    body = [_statement(inside) for _ in range(chance.randint(1, 4))]
    return t.Definition(name, made.angles, made.qubits, tuple(body))


def _statement(scope):
    if scope.version == 3 and scope.chance.random() < 0.1:
        loop = t.Loop("turn", (), first=1, last=scope.chance.randint(1, 3))
        return t.Loop("turn", (gate(scope.turning(loop)),), first=1, last=loop.last)
    return gate(scope)


def _kind(scope):
    """Return the name of a gate, how many qubits and angles it takes, and modifiers."""
    chance, gates = scope.chance, library.of(scope.version)
    if scope.definitions and chance.random() < 0.3:
        name = chance.choice([*scope.definitions])
        own = scope.definitions[name]
        qubits, angles = len(own.qubits), len(own.angles)
    elif scope.version == 3 and chance.random() < 0.06:
        name, qubits, angles = "gphase", 0, 1
    else:
        # Those that the product makes of several operations have more ways to be wrong.
        name = chance.choice([*gates, *sorted(library.SEVERAL & gates.keys()) * 2])
        qubits, angles, _ = gates[name]
    if name == "ms" and chance.random() < 0.5:
        angles = 2  # the third is a right angle then
    modifiers = _modifiers(scope, name)
    controls = sum(m.size for m in modifiers if isinstance(m, t.Control))
    return name, qubits + controls, angles, modifiers


def _modifiers(scope, name):
    chance = scope.chance
    if scope.version == 2:
        return ()
    found = []
    is_one = name not in {*scope.definitions, *library.SEVERAL, "gphase"}
    exponents = [2, 3, -1, *([0.5, 0.3, -1.5] if is_one else [])]
    for _ in range(chance.choice([0, 0, 1, 1, 2, 3])):
        kind = chance.choice(["inverse", "power", "control", "control"])
        if kind == "inverse":
            found.append(t.Inverse())
        elif kind == "control":
            size = chance.choice([1, 1, 2])
            found.append(t.Control(size, chance.randint(0, 1), counted=chance.random() < 0.2))
        elif not any(isinstance(one, t.Power) for one in found):
            found.append(t.Power(chance.choice(exponents)))
    return tuple(found)
