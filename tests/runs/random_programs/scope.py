"""What names mean at one place of a random program, and places that fit there."""

import random
from dataclasses import dataclass, field, replace
from functools import cached_property

from tests.runs.random_programs import expressions as e
from tests.runs.random_programs import tree as t
from tests.runs.random_programs.walking import Span, broadcast, places

_TRIES = 6


@dataclass(frozen=True)
class Scope:
    """``numbers`` are the names that angles may be made of, ``variables`` those of loops around.

    ``worlds`` holds the values of the variables at every turn: a place must fit in each of them.
    """

    chance: random.Random
    version: int
    qubits: dict[str, Span]
    definitions: dict[str, t.Definition] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    worlds: tuple[dict[str, int], ...] = ({},)

    def turning(self, loop):
        """Return the scope inside a loop."""
        worlds = tuple(
            {**world, loop.variable: value} for world in self.worlds for value in loop.turns()
        )
        return replace(self, variables=(*self.variables, loop.variable), worlds=worlds)

    def within(self, definition):
        """Return the scope of the body of a definition, where its own parameters are all there is."""
        qubits = {name: Span((place,), single=True) for place, name in enumerate(definition.qubits)}
        return replace(self, qubits=qubits, numbers=definition.angles)

    @cached_property
    def size(self):
        """How many qubits there are."""
        return len({number for span in self.qubits.values() for number in span.numbers})

    def fits(self, found):
        """Whether places name different qubits that are there, and registers of one size."""
        try:
            return all(
                len({*qubits}) == len(qubits)
                for world in self.worlds
                for qubits in broadcast([places(place, self.qubits, world) for place in found])
            )
        except (IndexError, ValueError):
            return False

    def places(self, count):
        """Return places for a gate, which may not fit: qubits, or now and then registers."""
        if self.has_registers and self.chance.random() < 0.25:
            for _ in range(_TRIES):
                found = tuple(self._broad() for _ in range(count))
                if self.fits(found):
                    return found
        return tuple(self.single() for _ in range(count))

    def _broad(self):
        return self.register() if self.chance.random() < 0.75 else self.single()

    @cached_property
    def has_registers(self):
        return any(not span.single for span in self.qubits.values())

    def single(self):
        name = self.chance.choice([*self.qubits])
        span = self.qubits[name]
        if span.single:
            return t.Whole(name)
        if self.variables and self.chance.random() < 0.7:
            return t.At(name, self._index())
        size = len(span.numbers)
        return t.At(name, e.whole(self.chance.randrange(-size if self.version == 3 else 0, size)))

    def _index(self):
        variable = e.Name(self.chance.choice(self.variables))
        one, two = e.whole(1), e.whole(2)
        return self.chance.choice(
            [variable, variable, e.Two("+", variable, one), e.Two("-", two, variable)]
        )

    def register(self):
        """Return a register, or in version 3 a part of one."""
        name = self.chance.choice([n for n, span in self.qubits.items() if not span.single])
        if self.version == 2 or self.chance.random() < 0.4:
            return t.Whole(name)
        size = len(self.qubits[name].numbers)
        first, last = sorted(self.chance.choices(range(size), k=2))
        kinds = [
            t.Part(name, e.whole(first), None, e.whole(last)),
            t.Part(name, None, None, e.whole(last)),
            t.Part(name, e.whole(last), e.whole(-1), e.whole(first)),
            t.Part(name, None, e.whole(2), e.whole(last)),
            t.Part(name, e.whole(first), None, None),
            t.Part(name, e.whole(first - size), None, e.whole(-1)),
            t.Several(name, tuple(e.whole(n) for n in {last: 0, first: 0})),
        ]
        return self.chance.choice(kinds)
