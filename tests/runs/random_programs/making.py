"""Random programs: trees that the languages allow and the product takes.

:func:`circuit` measures at its end or not at all; :func:`feed_forward` measures, resets and branches
in the middle.
"""

import random
from dataclasses import replace

from tests.runs.random_programs import expressions as e
from tests.runs.random_programs import tree as t
from tests.runs.random_programs.angles import angle
from tests.runs.random_programs.branching import Branching
from tests.runs.random_programs.gates import definition, gate
from tests.runs.random_programs.scope import Scope
from tests.runs.random_programs.walking import Span, numbered, places

_DEEPEST = 2  # loops in loops


def circuit(seed, *, version, measured=True):
    """Return a program that is a circuit in the end, mostly measured there, or not at all."""
    chance = random.Random(f"circuit {version} {seed}")
    qubits = _registers(chance, ("q", "r", "a"), chance.choice([2, 3, 4, 4, 5, 5]), version)
    inputs, before, scope = _preamble(chance, qubits, version)
    body = [*_mixed(scope), *(_statement(scope) for _ in range(chance.randint(6, 12)))]
    body += _mixed(scope)
    bits, after = (), []
    if measured and chance.random() < 0.8:
        bits, after = _measured(chance, qubits, version)
    return t.Program(version, qubits, bits, (*before, *body, *after), inputs)


def feed_forward(seed, *, version):
    """Return a program whose gates depend on measurements, or that resets used qubits."""
    chance = random.Random(f"feed-forward {version} {seed}")
    qubits = _registers(chance, ("q", "r"), chance.randint(2, 3), version)
    bits = _registers(chance, ("c", "d"), chance.choice([1, 2, 3, 3]), version)
    inputs, before, scope = _preamble(chance, qubits, version)
    body = [*_mixed(scope), *Branching(scope, numbered(bits)[0]).statements(chance.randint(5, 9))]
    if chance.random() < 0.8:  # what a branch has done shows in its qubits
        body += _mixed(scope) if chance.random() < 0.5 else []
        bits += tuple((f"e{name}", size) for name, size in qubits)
        body += [t.Measure(t.Whole(name), t.Whole(f"e{name}")) for name, _ in qubits]
    return t.Program(version, qubits, bits, (*before, *body), inputs)


def _registers(chance, names, size, version):
    """Divide ``size`` elements into registers; one of a single element may do without an index."""
    found = []
    for name in names:
        here = size if name == names[-1] else chance.randint(1, size)
        is_single = here == 1 and version == 3 and chance.random() < 0.5
        found.append((name, None if is_single else here))
        size -= here
        if not size:
            break
    return tuple(found)


def _preamble(chance, qubits, version):
    """Return inputs, the statements that declare names, and the scope after them."""
    scope = Scope(chance, version, numbered(qubits)[0])
    inputs, statements = {}, []
    if version == 3:
        for name in chance.sample(["alpha", "beta"], chance.randint(0, 2)):
            inputs[name] = round(chance.uniform(-3, 3), 3)
        scope = replace(scope, numbers=tuple(inputs))
        if chance.random() < 0.5:
            statements.append(t.Constant("kappa", angle(scope)))
            scope = replace(scope, numbers=(*scope.numbers, "kappa"))
        scope, aliases = _aliased(scope)
        statements += aliases
    for name in ("mine", "g_2")[: chance.randint(0, 2)]:
        made = definition(scope, name)
        statements.append(made)
        scope = replace(scope, definitions={**scope.definitions, name: made})
    return inputs, statements, scope


def _mixed(scope):
    """Turn every register, or most: where all qubits are 0 most errors would not show."""
    names = [name for name in scope.qubits if scope.chance.random() < 0.8]
    found = []
    for name in names:
        angles = tuple(angle(scope, depth=1) for _ in range(3))
        found.append(t.Gate("u3", angles, (t.Whole(name),)))
        # Turned apart, so that it shows which of them is which.
        elements = _elements(name, scope.qubits[name])
        found += [t.Gate("ry", (angle(scope, depth=1),), (one,)) for one in elements]
    return found


def _aliased(scope):
    """Name parts of registers together, where they do not overlap."""
    if scope.chance.random() < 0.4 or not scope.has_registers:
        return scope, []
    parts = tuple(scope.register() for _ in range(scope.chance.randint(1, 2)))
    numbers = tuple(n for part in parts for n in places(part, scope.qubits, {}).numbers)
    if not numbers or len({*numbers}) < len(numbers):
        return scope, []
    return replace(scope, qubits={**scope.qubits, "both": Span(numbers)}), [t.Alias("both", parts)]


def _statement(scope):
    chance = scope.chance
    kind = chance.random()
    if scope.version == 3 and kind < 0.18 and len(scope.variables) < _DEEPEST:
        return _loop(scope)
    around = scope.places(1)
    return t.Barrier(around) if kind > 0.95 and scope.fits(around) else gate(scope)


def _loop(scope):
    chance = scope.chance
    name = ("i", "j")[len(scope.variables)]
    values = tuple(chance.sample(range(4), chance.randint(1, 3))) if chance.random() < 0.3 else ()
    first, last = sorted(chance.choices(range(4), k=2))
    step = chance.choice([1, 1, 1, 2, -1])
    if step < 0:
        first, last = last, first
    head = t.Loop(name, (), first, step, last, values)
    inside = scope.turning(head)
    body = tuple(_statement(inside) for _ in range(chance.randint(1, 2)))
    return t.Loop(name, body, first, step, last, values)


def _measured(chance, qubits, version):
    """Return registers of bits and the measurements at the end: of all, or of some in any order."""
    spans, count = numbered(qubits)
    if chance.random() < 0.4:
        names = [name for name, _ in qubits]
        bits = tuple((f"c{name}", size) for name, size in qubits)
        arrows = [chance.random() < 0.5 for _ in names]
        chance.shuffle(names)
        whole = [
            t.Measure(t.Whole(name), t.Whole(f"c{name}"), arrow)
            for name, arrow in zip(names, arrows, strict=True)
        ]
        return bits, whole
    bits = _registers(chance, ("c", "d"), chance.randint(1, count), version)
    elements = [one for name, _ in qubits for one in _elements(name, spans[name])]
    targets = [one for name, span in numbered(bits)[0].items() for one in _elements(name, span)]
    chance.shuffle(targets)
    pairs = zip(chance.sample(elements, len(targets)), targets, strict=True)
    found = [t.Measure(qubit, bit, chance.random() < 0.5) for qubit, bit in pairs]
    return bits, found[: chance.randint(1, len(found))]


def _elements(name, span):
    if span.single:
        return [t.Whole(name)]
    return [t.At(name, e.whole(index)) for index in range(len(span.numbers))]
