"""The time steps in which an analog program is integrated, and how many a runner has time for.

The integration holds the Hamiltonian constant within a step (:mod:`runs.runner.analog`), so steps
are short against the turning of the atoms. Core.
"""

import math
from dataclasses import dataclass

from runs.analog.model import AnalogProgram

FEWEST_STEPS, USUAL_STEPS = 200, 400
# The simulator looks every step up among all of them: beyond this its time grows with the square.
MOST_STEPS = 2_000
COARSEST, FINEST = 2, 4  # steps per radian; the errors are in tests/runs/test_analog_physics.py
# A step solves dense equations in 2ⁿ unknowns: so long for 9 atoms, 8 times as long for one more.
_SECONDS_OF_NINE = 0.0375
_SHARE_OF_WALL_CLOCK = 0.25  # the rest is for neighbours on the same cores
_FEMTOSECONDS = 10**9  # in a microsecond; no field bends at finer times


@dataclass(frozen=True)
class TimeGrid:
    """``steps`` equal steps, an even number, that make up ``duration`` microseconds."""

    steps: int
    duration: float

    @property
    def step(self) -> float:
        """The length of a step in microseconds."""
        return self.duration / self.steps


def most_steps(atoms: int, *, wall_seconds: int) -> int:
    """Return how many steps a runner has time for with as many atoms: 400 with 9, in 60 s."""
    seconds = _SECONDS_OF_NINE * 8.0 ** (atoms - 9)
    affordable = round(_SHARE_OF_WALL_CLOCK * wall_seconds / seconds)
    return min(affordable, MOST_STEPS) // 2 * 2


def least_steps(program: AnalogProgram) -> int:
    """Return the fewest steps that resolve the fields of ``program``."""
    return max(FEWEST_STEPS, math.ceil(COARSEST * program.rate * program.duration))


def grid_of(program: AnalogProgram, *, wall_seconds: int) -> TimeGrid:
    """Return the steps of ``program``: as fine as is of use, and as the wall clock leaves time for.

    Where at most twice as many steps do it, the points of all fields lie between two pairs of
    steps, so that no field bends and no phase jumps within one.
    """
    most = most_steps(program.atoms, wall_seconds=wall_seconds)
    wanted = max(USUAL_STEPS, math.ceil(FINEST * program.rate * program.duration))
    wanted = 2 * math.ceil(min(wanted, most) / 2)
    pairs = _pairs_between_points(program)
    whole = math.ceil(wanted / (2 * pairs)) * 2 * pairs
    fits = whole <= min(2 * wanted, most)
    return TimeGrid(whole if fits else wanted, program.duration)


def _pairs_between_points(program: AnalogProgram) -> int:
    """Return into how many equal parts all points of all fields divide the duration."""
    times = {round(time * _FEMTOSECONDS) for series in program.series for time in series.times}
    return max(times) // math.gcd(*times)
