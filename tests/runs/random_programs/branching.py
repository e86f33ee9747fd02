"""Random measurements, resets and branches in the middle of a program.

A branch may be taken and may be left: what never happens, whatever is measured, is no part of a
program. A bit that is measured in a branch is always measured from one qubit.
"""

import itertools

from tests.runs.random_programs import expressions as e
from tests.runs.random_programs import tree as t
from tests.runs.random_programs.gates import gate
from tests.runs.random_programs.walking import places

_DEEPEST = 2
_MOST_MEASURED = 6
_TRIES = 50


class Branching:
    """Makes statements one after the other, and remembers what was measured.

    ``holders`` names the qubit that a bit was measured from last, wherever that was; ``sure`` are
    the bits that are measured by now whichever branches were taken.
    """

    def __init__(self, scope, bits):
        self.scope = scope
        self.chance = scope.chance
        self.bits = {name: span.numbers for name, span in bits.items()}
        self.singles = {name for name, span in bits.items() if span.single}
        self.holders = {}
        self.sure = set()
        self.measured = 0

    def statements(self, length, depth=0):
        return [one for _ in range(length) for one in self._statement(depth)]

    def _statement(self, depth):
        kinds = ["gate"] * 6 + ["measure"] * 3 + ["reset"]
        if depth < _DEEPEST and self.sure:
            kinds += ["branch"] * 8
        kind = self.chance.choice(kinds)
        if kind == "measure" and self.measured < _MOST_MEASURED:
            return self._measure(depth)
        if kind == "reset":
            return [t.Reset(self.scope.places(1)[0] if depth == 0 else self.scope.single())]
        if kind == "branch":
            return self._branch(depth)
        return [gate(self.scope)]

    def _measure(self, depth):
        """Measure a qubit; in a branch only into a bit that holds no other."""
        place = self.scope.single()
        (qubit,) = places(place, self.scope.qubits, {}).numbers
        name = self.chance.choice([*self.bits])
        index = self.chance.randrange(len(self.bits[name]))
        bit = self.bits[name][index]
        if depth and self.holders.get(bit, qubit) != qubit:
            return [gate(self.scope)]
        self.holders[bit] = qubit
        self.measured += 1
        if depth == 0:
            self.sure.add(bit)
        where = t.Whole(name) if name in self.singles else t.At(name, e.whole(index))
        return [t.Measure(place, where, arrow=self.chance.random() < 0.5)]

    def _branch(self, depth):
        condition = self._condition()
        if condition is None:
            return [gate(self.scope)]
        if self.scope.version == 2:
            return [t.If(condition, tuple(self.statements(1, _DEEPEST)))]
        then = tuple(self.statements(self.chance.randint(1, 2), depth + 1))
        otherwise = tuple(self.statements(self.chance.choice([0, 0, 1]), depth + 1))
        return [t.If(condition, then, otherwise)]

    def _condition(self):
        """Return a condition on bits that may hold and may fail, or None where none was found."""
        for _ in range(_TRIES):
            found = self._comparison() if self.scope.version == 2 else self._any_condition()
            sure = sorted(found.bits(self.bits) & self.sure)
            values = itertools.product((0, 1), repeat=len(sure))
            worlds = [dict(zip(sure, bits, strict=True)) for bits in values]
            if {found.holds(self.bits, world) for world in worlds} == {True, False}:
                return found
        return None

    def _any_condition(self):
        kind = self.chance.random()
        if kind < 0.3:
            return self._bit()
        if kind < 0.8:
            return self._comparison()
        return e.Joined(self.chance.choice(["&&", "||", "!="]), self._bit(), self._bit())

    def _bit(self):
        name = self.chance.choice([*self.bits])
        index = None if name in self.singles else self.chance.randrange(len(self.bits[name]))
        return e.BitIs(name, index, self.chance.randint(0, 1), self.chance.randrange(3))

    def _comparison(self):
        # The larger register, mostly: it tells more comparisons apart.
        name = max(self.chance.choices([*self.bits], k=2), key=lambda one: len(self.bits[one]))
        signs = ["=="] if self.scope.version == 2 else ["==", "!=", "<", "<=", ">", ">="]
        number = self.chance.randrange(2 ** len(self.bits[name]))
        return e.Compared(name, self.chance.choice(signs), number)
