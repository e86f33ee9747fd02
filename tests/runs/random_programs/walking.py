"""What a random program must give: its tree, walked by matrices. Nothing is sampled.

Every measurement splits the state into the branches it may lead to, so that what comes out at the
end are the exact probabilities of all outcomes.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from tests.runs.random_programs import library
from tests.runs.random_programs import tree as t
from tests.runs.reference import X, apply, controlled, raised, zeros

_IMPOSSIBLE = 1e-20


@dataclass(frozen=True)
class Span:
    """Qubits or bits, by their numbers in the program; ``single`` where one was named alone."""

    numbers: tuple[int, ...]
    single: bool = False


def numbered(declarations):
    """Return the registers of ``declarations``, their elements counted in order."""
    spans, count = {}, 0
    for name, size in declarations:
        spans[name] = Span(tuple(range(count, count + (size or 1))), single=size is None)
        count += size or 1
    return spans, count


def places(place, registers, names):
    """Return the span that a place names.

    :raises IndexError: if an index is not there.
    """
    whole = registers[place.name]
    numbers = whole.numbers
    if isinstance(place, t.Whole):
        return whole
    if isinstance(place, t.At):
        return Span((numbers[place.index.worth(names)],), single=True)
    if isinstance(place, t.Several):
        return Span(tuple(numbers[index.worth(names)] for index in place.indices))
    first, step, last = (
        default if part is None else part.worth(names)
        for part, default in ((place.first, 0), (place.step, 1), (place.last, len(numbers) - 1))
    )
    first, last = (end + len(numbers) if end < 0 else end for end in (first, last))
    ends = range(first, last + (1 if step > 0 else -1), step)
    return Span(tuple(numbers[index] for index in ends))


def broadcast(spans):
    """Return the qubits of each application of a gate; single qubits take part in every one.

    :raises ValueError: if the registers differ in size.
    """
    sizes = {len(span.numbers) for span in spans if not span.single}
    if len(sizes) > 1:
        raise ValueError(sizes)
    times = max(sizes, default=1)
    return [
        tuple(span.numbers[0 if span.single else turn] for span in spans) for turn in range(times)
    ]


@dataclass
class Walk:
    """A walk over statements. ``branches`` are unnormalised states, each with its classical memory.

    ``touched`` are the qubits that a gate or a reset acted on, ``measured`` the bits that a
    measurement names, whether a branch gets there or not.
    """

    version: int
    qubits: dict[str, Span]
    bits: dict[str, Span]
    branches: list
    names: dict[str, float] = field(default_factory=dict)
    definitions: dict[str, t.Definition] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    measured: set[int] = field(default_factory=set)

    def take(self, statements):
        for node in statements:
            _STEPS[type(node)](self, node)

    def gate(self, node):
        matrix = self.matrix(node.name, [angle.worth(self.names) for angle in node.angles])
        for modifier in reversed(node.modifiers):
            matrix = modified(matrix, modifier)
        for qubits in broadcast([places(place, self.qubits, self.names) for place in node.places]):
            self.touched.update(qubits)
            self.branches = [
                (apply(matrix, state, qubits), memory) for state, memory in self.branches
            ]

    def matrix(self, name, angles):
        if name == "gphase":
            return np.array([[np.exp(1j * angles[0])]])
        if name in self.definitions:
            return self.expanded(self.definitions[name], angles)
        return library.of(self.version)[name][2](*angles)

    def expanded(self, definition, angles):
        """Return the matrix of a definition: its body, walked over the identity."""
        width = len(definition.qubits)
        identity = np.eye(2**width, dtype=complex).reshape([2] * 2 * width)
        inside = Walk(
            self.version,
            {name: Span((place,), single=True) for place, name in enumerate(definition.qubits)},
            {},
            [(identity, {})],
            self.names | dict(zip(definition.angles, angles, strict=True)),
            self.definitions,
        )
        inside.take(definition.body)
        ((matrix, _),) = inside.branches
        return matrix.reshape(2**width, 2**width)

    def measure(self, node):
        qubits = places(node.qubits, self.qubits, self.names).numbers
        bits = places(node.bits, self.bits, self.names).numbers
        for qubit, bit in zip(qubits, bits, strict=True):
            self.measured.add(bit)
            self.branches = [
                (after, {**memory, bit: value})
                for state, memory in self.branches
                for value, after in collapsed(state, qubit)
            ]

    def reset(self, node):
        for qubit in places(node.qubits, self.qubits, self.names).numbers:
            if qubit in self.touched:
                self.branches = [
                    (apply(X, after, [qubit]) if value else after, memory)
                    for state, memory in self.branches
                    for value, after in collapsed(state, qubit)
                ]

    def loop(self, node):
        for value in node.turns():
            before, self.names = self.names, {**self.names, node.variable: value}
            self.take(node.body)
            self.names = before

    def branch(self, node):
        numbers = {name: span.numbers for name, span in self.bits.items()}
        here = self.branches
        ends = []
        for wanted, body in ((True, node.then), (False, node.otherwise)):
            self.branches = [
                (state, memory)
                for state, memory in here
                if node.condition.holds(numbers, memory) is wanted
            ]
            self.take(body)
            ends += self.branches
        self.branches = ends

    def define(self, node):
        self.definitions = {**self.definitions, node.name: node}

    def alias(self, node):
        parts = [places(part, self.qubits, self.names).numbers for part in node.parts]
        self.qubits = {**self.qubits, node.name: Span(tuple(n for part in parts for n in part))}

    def constant(self, node):
        self.names = {**self.names, node.name: node.value.worth(self.names)}

    def nothing(self, node):
        """A barrier changes no state."""


def modified(matrix, modifier):
    if isinstance(modifier, t.Inverse):
        return matrix.conj().T
    if isinstance(modifier, t.Power):
        return raised(matrix, modifier.exponent)
    return controlled(matrix, [modifier.state] * modifier.size)


def collapsed(state, qubit):
    """Return the values that a measurement may give, each with the part of the state it leaves."""
    found = []
    for value in (0, 1):
        kept = state.copy()
        np.moveaxis(kept, qubit, 0)[1 - value] = 0
        if (np.abs(kept) ** 2).sum() > _IMPOSSIBLE:
            found.append((value, kept))
    return found


def walked(program):
    qubits, count = numbered(program.qubits)
    bits, _ = numbered(program.bits)
    walk = Walk(program.version, qubits, bits, [(zeros(count), {})], dict(program.inputs))
    walk.take(program.statements)
    return walk


def outcomes(program):
    """Return the exact probability of every possible outcome, by its bit string.

    The measured bits are in the order of their registers, bit 0 of the first leftmost; where
    nothing is measured every qubit that was acted on is, ascending.
    """
    walk = walked(program)
    shares = defaultdict(float)
    if walk.measured:
        for state, memory in walk.branches:
            key = "".join(str(memory.get(bit, 0)) for bit in sorted(walk.measured))
            shares[key] += float((np.abs(state) ** 2).sum())
        return dict(shares)
    for state, _ in walk.branches:
        for key, amplitude in _of_used(walk, state).items():
            shares[key] += float(abs(amplitude) ** 2)
    return dict(shares)


def amplitudes(program):
    """Return the amplitudes of a program that measures nothing, and the qubits it acts on."""
    walk = walked(program)
    ((state, _),) = walk.branches
    return _of_used(walk, state), sorted(walk.touched)


def _of_used(walk, state):
    """Return what a state comes to on the qubits that were acted on; the others are 0."""
    part = state[tuple(slice(None) if q in walk.touched else 0 for q in range(state.ndim))]
    return {"".join(map(str, index)): value for index, value in np.ndenumerate(part)}


_STEPS = {
    t.Gate: Walk.gate,
    t.Measure: Walk.measure,
    t.Reset: Walk.reset,
    t.Barrier: Walk.nothing,
    t.Loop: Walk.loop,
    t.If: Walk.branch,
    t.Definition: Walk.define,
    t.Alias: Walk.alias,
    t.Constant: Walk.constant,
}
