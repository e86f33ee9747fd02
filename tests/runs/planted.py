"""Errors that could be made, to be planted where they would be made: the tests must see each one.

An error replaces one attribute of one module by what ``wrong`` makes of it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from braket.default_simulator.openqasm.program_context import ProgramContext
from openqasm3 import ast

from runs.circuits import Circuit, Operation, parsing
from runs.qasm import (
    arithmetic,
    calls,
    declarations,
    loops,
    modifiers,
    operands,
    statements,
)
from runs.qasm.state import Qubits
from runs.runner import engine, evolution, simulation


@dataclass(frozen=True)
class Error:
    """An error in ``owner.name``; ``form`` is the form of circuits that has to show it."""

    form: str
    owner: Any
    name: str
    wrong: Callable[[Any], Any]

    def plant(self, set_attribute=setattr):
        set_attribute(self.owner, self.name, self.wrong(self.owner.__dict__[self.name]))


def _table(**changes):
    return lambda right: {**right, **changes}


def _standard(name, build):
    return lambda right: {**right, name: replace(right[name], build=build)}


def _one(gate, *, controls=0):
    return lambda angles, qubits: [
        Operation.of(gate, qubits[controls:], controls=qubits[:controls], angles=angles)
    ]


def _angles(gate, change):
    """Change the angles of one gate on the way to the simulator."""

    def wrong(right):
        def operation(members):
            made = right(members)
            return replace(made, angles=change(made.angles)) if made.gate == gate else made

        return operation

    return wrong


def _one_in_200_flipped(right):
    def draw(*arguments, **options):
        counts = right(*arguments, **options)
        for key, count in list(counts.items()):
            flipped = ("1" if key[0] == "0" else "0") + key[1:]
            moved = round(count / 200)
            counts[key] -= moved
            counts[flipped] = counts.get(flipped, 0) + moved
        return counts

    return draw


def _ones(_):
    """Take every bit that was not measured on some path for 1."""

    def readings(self, _):
        slots = self._context.circuit.measurement_slots
        for path in self._context.active_paths:
            yield {bit: str(path.mcm_outcomes.get((r, bit), 1)) for r, bit, _ in slots}, path.shots

    return readings


def _turned(right):
    """Give the second register of a broadcast gate its elements one too late."""

    def broadcast(found):
        rows = right(found)
        late = rows[1:] + rows[:1]
        return [(*row[:-1], *other[-1:]) for row, other in zip(rows, late, strict=True)]

    return broadcast


def _shorter(right):
    return lambda *arguments: right(*arguments)[:-1] or right(*arguments)


def _reversed_aliases(right):
    def alias(state, node):
        declarations.alias(state, node)
        entity = state.frames[-1][node.target.name]
        state.frames[-1][node.target.name] = Qubits(entity.indices[::-1], entity.single)

    return {**right, ast.AliasStatement: alias}


def _exchanged_angles(right):
    def gate(state, call, *rest):
        own = call.name in state.gates
        return right(state, replace(call, angles=call.angles[::-1]) if own else call, *rest)

    return gate


def _backwards(right):
    return staticmethod(lambda *arguments: (right(*arguments) or [])[::-1])


V3, V2, OPERATIONS = "OpenQASM 3", "OpenQASM 2", "operations"
BRANCHES, BRANCHES_2 = "OpenQASM 3, feed-forward", "OpenQASM 2, feed-forward"

SIMULATING = {
    "bits in the wrong order": Error(
        OPERATIONS, evolution, "marginal", lambda right: lambda p, axes: right(p, axes[::-1])
    ),
    "open controls closed": Error(
        OPERATIONS,
        engine,
        "controlled",
        lambda right: lambda m, states: right(m, [1] * len(states)),
    ),
    "powers forgotten": Error(
        OPERATIONS, engine, "raised", lambda _: lambda matrix, _power: matrix
    ),
    "an angle of the wrong sign": Error(
        V2, evolution, "_operation", _angles("rz", lambda a: (-a[0],))
    ),
    "an angle rounded to a tenth": Error(
        V3, evolution, "_operation", _angles("u", lambda a: tuple(round(x, 1) for x in a))
    ),
    "phases of ms exchanged": Error(
        OPERATIONS, evolution, "_operation", _angles("ms", lambda a: (a[1], a[0], a[2]))
    ),
    "one shot in 200 flipped": Error(OPERATIONS, simulation, "draw", _one_in_200_flipped),
    "resets of half a pair": Error(
        BRANCHES, engine.ExactContext, "add_reset", lambda _: ProgramContext.add_reset
    ),
    "bits that were not measured": Error(BRANCHES, engine.SeededSimulator, "readings", _ones),
}
READING = {
    "phases under control left out": Error(
        OPERATIONS, Operation, "_controlled_phase",
        lambda right: classmethod(
            lambda kind, controls, state, _, power: right.__func__(
                kind, controls, state, (0.0,), power
            )
        ),
    ),
    "broadcasts off by one": Error(V3, operands, "broadcast", _turned),
    "broadcasts of version 2 off by one": Error(V2, operands, "broadcast", _turned),
    "loops one turn short": Error(V3, loops, "ends", _shorter),
    "slices one short": Error(V3, operands, "_slice", _shorter),
    "slices backwards": Error(V3, operands, "_slice", lambda right: lambda *a: right(*a)[::-1]),
    "aliases backwards": Error(V3, statements, "_VISITS", _reversed_aliases),
    "inverses in the same order": Error(
        V3, modifiers, "inverse", lambda right: lambda made: right(made)[::-1]
    ),
    "u inverted angle by angle": Error(
        V3, modifiers, "_INVERSE_ANGLES", _table(u=lambda a: (-a[0], -a[1], -a[2]))
    ),
    "negctrl taken for ctrl": Error(
        V3, modifiers, "control", lambda right: lambda *a, **more: right(*a, **{**more, "state": 1})
    ),
    "powers one short": Error(
        V3, modifiers, "power",
        lambda right: lambda made, k, most: right(made, k - 1 if k > 1 else k, most=most),
    ),
    "parameters exchanged": Error(V3, calls, "_gate", _exchanged_angles),
    "parameters of version 2 exchanged": Error(V2, calls, "_gate", _exchanged_angles),
    "u3 without its phase": Error(V3, calls, "LIBRARY", _standard("u3", _one("u"))),
    "crz a controlled phase": Error(
        V2, calls, "LIBRARY", _standard("crz", _one("phaseshift", controls=1))
    ),
    "tdg turned as t": Error(V2, calls, "LIBRARY", _standard("tdg", _one("t"))),
    "division of whole numbers": Error(
        V3, arithmetic, "_REAL", lambda right: {**right, "/": lambda x, y: x // y}
    ),
    "sines of degrees": Error(
        V3, arithmetic, "_FUNCTIONS", _table(sin=(1, lambda x: math.sin(math.radians(x))))
    ),
    "control states backwards": Error(OPERATIONS, parsing._Reader, "_state", _backwards),
    "measured qubits sorted": Error(
        OPERATIONS, Circuit, "of",
        lambda right: classmethod(
            lambda kind, made, measured=None: right.__func__(
                kind, made, measured=measured and sorted(measured)
            )
        ),
    ),
}  # fmt: skip
