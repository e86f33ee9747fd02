"""Analog programs to begin with, each with the physics that it shows. Core."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from runs.analog.model import AnalogProgram
from runs.analog.parsing import HEADER, parse
from runs.analog.words import atoms
from runs.contract import SourceKind
from runs.limits import Limits

_RABI = 15.0  # rad/µs, a little below what Aquila reaches
_Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class AnalogTemplate:
    """A program to begin with. ``program`` is Braket's JSON, as the API takes it."""

    slug: str
    name: str
    description: str
    physics: str
    program: dict[str, Any]
    source_kind = SourceKind.ANALOG_PROGRAM
    is_noisy = False

    @cached_property
    def analog(self) -> AnalogProgram:
        """The program of the template."""
        return parse(self.program, limits=Limits())

    @property
    def size(self) -> str:
        """How many atoms it has."""
        return atoms(self.analog.atoms)


def _micro(value: float) -> str:
    """Return a millionth of ``value`` as decimal text: micrometres in metres, µs in seconds."""
    text = f"{value / 1e6:.10f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def _field(points: _Points, *, is_phase: bool = False) -> dict[str, Any]:
    """Return a field of points in µs and rad/µs, or rad, in SI units."""
    values = [str(value if is_phase else round(value * 1e6, 3)) for _, value in points]
    times = [_micro(time) for time, _ in points]
    return {"time_series": {"values": values, "times": times}, "pattern": "uniform"}


def _program(
    sites: Sequence[tuple[float, float]], *, amplitude: _Points, detuning: _Points
) -> dict[str, Any]:
    phase = [(0.0, 0.0), (amplitude[-1][0], 0.0)]
    register = {
        "sites": [[_micro(x), _micro(y)] for x, y in sites],
        "filling": [1] * len(sites),
    }
    driving = {
        "amplitude": _field(amplitude),
        "phase": _field(phase, is_phase=True),
        "detuning": _field(detuning),
    }
    return {
        "braketSchemaHeader": dict(HEADER),
        "setup": {"ahs_register": register},
        "hamiltonian": {"drivingFields": [driving], "localDetuning": []},
    }


def _sweep(sites: Sequence[tuple[float, float]], *, end: float) -> dict[str, Any]:
    """Drive atoms from all g, the ground state far below resonance, to that far above it."""
    return _program(
        sites,
        amplitude=[(0.0, 0.0), (0.4, _RABI), (3.6, _RABI), (4.0, 0.0)],
        detuning=[(0.0, -30.0), (0.4, -30.0), (3.6, end), (4.0, end)],
    )


def _pulse(sites: Sequence[tuple[float, float]], *, area: float) -> dict[str, Any]:
    """Drive atoms on resonance by a trapezium of the given area in radians."""
    ramp, rate = 0.1, 5.0
    hold = area / rate - ramp
    times = [0.0, ramp, round(ramp + hold, 4), round(2 * ramp + hold, 4)]
    return _program(
        sites,
        amplitude=list(zip(times, [0.0, rate, rate, 0.0], strict=True)),
        detuning=[(0.0, 0.0), (times[-1], 0.0)],
    )


_PENTAGON = [
    (round(5 * math.sin(turn), 2), round(5 * math.cos(turn), 2))
    for turn in (2 * math.pi * corner / 5 for corner in range(5))
]

TEMPLATES = (
    AnalogTemplate(
        "rydberg-chain",
        "Rydberg chain",
        "Sweeps seven atoms into alternating order.",
        "Neighbours block each other, so a slow sweep of the detuning excites every second atom: "
        "the Z₂ order, 1010101, in 98.6 % of the shots.",
        _sweep([(5.5 * place, 0.0) for place in range(7)], end=30.0),
    ),
    AnalogTemplate(
        "rydberg-blockade",
        "Rydberg blockade",
        "Two atoms share one excitation.",
        "Within the blockade radius only one of two atoms is excited, and they turn √2 faster "
        "than one would: this pulse ends in (01 + 10)/√2.",
        _pulse([(0.0, 0.0), (5.0, 0.0)], area=math.pi / math.sqrt(2)),
    ),
    AnalogTemplate(
        "rydberg-pentagon",
        "Independent sets",
        "Finds what a ring of five frustrates.",
        "Joined atoms are not excited together, so the sweep ends in the largest independent sets "
        "of a pentagon: five of them, of two atoms each, and none is preferred.",
        _sweep(_PENTAGON, end=30.0),
    ),
)

BY_SLUG: Mapping[str, AnalogTemplate] = {template.slug: template for template in TEMPLATES}
