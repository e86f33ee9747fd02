"""Analog programs on Braket's Rydberg simulator: from fields to exact probabilities.

Braket's solver is an implicit Runge-Kutta method of order 6: it keeps the norm, stays stable
however strong the interaction is, and holds the Hamiltonian constant within a time step. Its
``braket_ahs`` gives it the fields at the beginning of each of 999 steps, so ramps lag behind by
half a step, a phase jumps late, and a pulse shorter than a step can be missed. Here each pair of
steps gets, from integrals of the fields, the two Hamiltonians whose evolutions after each other
agree with the true one to fourth order (Blanes and Moan, Applied Numerical Mathematics 56 (2006)
1519). All configurations are kept: there is no blockade approximation.

Braket's solver also turns the phase against the Hamiltonian that Braket documents, and that its
hardware has: it takes e^{iφ} for the coefficient of |r⟩⟨g|, not of |g⟩⟨r|. So it is given −φ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np
from braket.analog_hamiltonian_simulator.rydberg.constants import (
    RYDBERG_INTERACTION_COEF,
    SPACE_UNIT,
    TIME_UNIT,
)
from braket.analog_hamiltonian_simulator.rydberg.numpy_solver import rk_run
from braket.analog_hamiltonian_simulator.rydberg.rydberg_simulator_helpers import (
    get_blockade_configurations,
)
from braket.ir.ahs import PhysicalField, Program, TimeSeries
from numpy.typing import NDArray

from runs.analog import AnalogProgram, Series, TimeGrid, grid_of, parse
from runs.limits import Limits

METHOD = "gauss-legendre-6, commutator-free-4"
VERSIONS = {"scipy": version("scipy")}
_INTERACTION = RYDBERG_INTERACTION_COEF / (SPACE_UNIT**6 / TIME_UNIT)  # rad µm⁶/µs
_NO_BLOCKADE = 0.0
# Coarser than the last bits, in which processors differ, and finer than the errors of the steps.
_DECIMALS = 10
_NODES = np.array([-1.0, 1.0]) / np.sqrt(3.0)  # of Gauss: exact for what is cubic between cuts

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Evolved:
    """What came of a program: the exact probabilities, the sites of their bits, and how."""

    probabilities: Reals
    filled: tuple[int, ...]
    solver: dict[str, str | int]


def evolve(program: Any, limits: Limits) -> Evolved:
    """Evolve the ground state of the JSON ``program``.

    :raises RunError: if it is not well formed, or more than ``limits`` allow.
    """
    analog = parse(program, limits=limits)
    grid = grid_of(analog, wall_seconds=limits.wall_seconds)
    solver: dict[str, str | int] = {"method": METHOD, "timeSteps": grid.steps}
    return Evolved(probabilities(analog, grid), analog.filled, solver)


def probabilities(program: AnalogProgram, grid: TimeGrid) -> Reals:
    """Return the probabilities of all 2**atoms outcomes at the end of ``program``.

    The first filled site is the leftmost bit; 0 is the ground state, 1 the Rydberg state.
    """
    stepwise = in_steps(program, grid)
    configurations = get_blockade_configurations(stepwise.setup.ahs_register, _NO_BLOCKADE)
    states = rk_run(stepwise, configurations, _times(grid), _INTERACTION)
    exact: Reals = np.abs(states[-1]) ** 2
    return exact.round(_DECIMALS)


def in_steps(program: AnalogProgram, grid: TimeGrid) -> Program:
    """Return ``program`` in Braket's form and inner units, with one value of each field a step.

    The value of a step stands at its beginning, where Braket's solver reads it.
    """
    pieces = _Pieces.of(program, grid)
    drive = pieces.linear(program.amplitude) * np.exp(-1j * pieces.held(program.phase))
    turning = pieces.step_values(drive)
    fields = {
        "amplitude": _field(grid, np.abs(turning)),
        "phase": _field(grid, np.angle(turning)),
        "detuning": _field(grid, pieces.step_values(pieces.linear(program.detuning))),
    }
    local = []
    if program.local is not None:
        magnitude = pieces.step_values(pieces.linear(program.local.magnitude))
        local = [{"magnitude": _field(grid, magnitude, program.local.pattern)}]
    filling = [int(is_filled) for is_filled in program.filling]
    return Program(
        setup={"ahs_register": {"sites": program.sites, "filling": filling}},
        hamiltonian={"drivingFields": [fields], "localDetuning": local},
    )


def _times(grid: TimeGrid) -> list[float]:
    """Return when each step begins, and when the last one ends."""
    return [grid.step * place for place in range(grid.steps + 1)]


def _field(
    grid: TimeGrid, values: NDArray[Any], pattern: str | Sequence[float] = "uniform"
) -> PhysicalField:
    steps = np.real(values).tolist()
    # Unread, so that they stay floats: the solver converts all of them anew at every step.
    series = TimeSeries.construct(times=_times(grid), values=[*steps, steps[-1]])
    return PhysicalField(time_series=series, pattern=pattern)


@dataclass(frozen=True)
class _Pieces:
    """The time between one cut and the next: a point of a field, or the end of a pair of steps."""

    starts: Reals
    ends: Reals
    grid: TimeGrid

    @classmethod
    def of(cls, program: AnalogProgram, grid: TimeGrid) -> "_Pieces":
        points = [time for series in program.series for time in series.times]
        cuts = np.unique([*points, *_times(grid)[::2]])
        cuts = cuts[cuts <= grid.duration]
        return cls(cuts[:-1], cuts[1:], grid)

    @cached_property
    def _middles(self) -> Reals:
        return (self.starts + self.ends) / 2

    @cached_property
    def _nodes(self) -> Reals:
        """Two times in each piece; shape (pieces, 2)."""
        halves: Reals = (self.ends - self.starts)[:, None] / 2
        nodes: Reals = self._middles[:, None] + halves * _NODES
        return nodes

    def linear(self, series: Series) -> Reals:
        """Return a field that goes straight from point to point, at the nodes."""
        return np.interp(self._nodes, series.times, series.values)

    def held(self, series: Series) -> Reals:
        """Return a field that keeps the value of a point until the next one, at the nodes."""
        places = np.searchsorted(series.times, self._middles, side="right") - 1
        values: Reals = np.asarray(series.values)[places]
        return values[:, None]

    def step_values(self, values: NDArray[Any]) -> NDArray[np.complex128]:
        """Return the constants of all steps for a field of these ``values`` at the nodes."""
        pair = 2 * self.grid.step
        pairs = np.minimum(self._middles / pair, self.grid.steps / 2 - 1).astype(int)
        weighted = values * (self.ends - self.starts)[:, None] / 2
        offsets = self._nodes - (pairs[:, None] + 0.5) * pair
        mean, slope = np.zeros((2, self.grid.steps // 2), dtype=np.complex128)
        np.add.at(mean, pairs, weighted.sum(axis=1) / pair)
        np.add.at(slope, pairs, (weighted * offsets).sum(axis=1) * 4 / pair**2)
        return np.stack([mean - slope, mean + slope], axis=1).reshape(-1)


_LINE = {"time_series": {"times": ["0", "1e-6"], "values": ["0", "1e6"]}, "pattern": "uniform"}
REHEARSAL = {
    "braketSchemaHeader": {"name": "braket.ir.ahs.program", "version": "1"},
    "setup": {"ahs_register": {"sites": [["0", "0"], ["6e-6", "0"]], "filling": [1, 1]}},
    "hamiltonian": {
        "drivingFields": [{"amplitude": _LINE, "phase": _LINE, "detuning": _LINE}],
        "localDetuning": [{"magnitude": {**_LINE, "pattern": ["0", "1"]}}],
    },
}
