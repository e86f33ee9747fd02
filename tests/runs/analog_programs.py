"""Analog programs of the suite: written by hand, and drawn by chance."""

import math

import numpy as np

HEADER = {"name": "braket.ir.ahs.program", "version": "1"}


def field(times, values, pattern="uniform"):
    """A field in SI units; ``times`` are in nanoseconds, so that they are exact."""
    seconds = [f"{time}e-9" for time in times]
    return {"time_series": {"times": seconds, "values": list(values)}, "pattern": pattern}


def program(sites, amplitude, detuning=None, *, phase=None, local=None, filling=None):
    """A program of ``sites`` in micrometres and fields of (times in ns, values in SI units)."""
    end = amplitude[0][-1]
    flat = ([0, end], [0, 0])
    driving = {
        "amplitude": field(*amplitude),
        "phase": field(*(phase or flat)),
        "detuning": field(*(detuning or flat)),
    }
    return {
        "braketSchemaHeader": dict(HEADER),
        "setup": {
            "ahs_register": {
                "sites": [[f"{x}e-6", f"{y}e-6"] for x, y in sites],
                "filling": filling or [1] * len(sites),
            }
        },
        "hamiltonian": {
            "drivingFields": [driving],
            "localDetuning": [{"magnitude": field(*local)}] if local else [],
        },
    }


def chain(atoms, spacing):
    return [(round(place * spacing, 6), 0) for place in range(atoms)]


def constant(end, value):
    return [0, end], [value, value]


def _course(dice, end, low, high, points):
    inner = sorted(dice.choice(np.arange(1, end), points, replace=False).tolist())
    times = [0, *inner, end]
    return times, dice.uniform(low, high, len(times)).round(1).tolist()


def by_chance(seed):
    """A program of one to four atoms whose fields bend, and whose phase jumps, at any nanosecond.

    A site in three is vacant, and every second program has a local detuning.
    """
    dice = np.random.default_rng(seed)
    end = int(dice.integers(300, 1500))
    atoms, spacing = int(dice.integers(1, 5)), dice.uniform(4.5, 9)
    filling = [1] * atoms + [0] * int(dice.integers(0, 3))
    dice.shuffle(filling)
    side = math.ceil(math.sqrt(len(filling)))
    sites = [
        (
            round(place % side * spacing + dice.uniform(-0.3, 0.3), 3),
            round(place // side * spacing + dice.uniform(-0.3, 0.3), 3),
        )
        for place in range(len(filling))
    ]
    parts = dice.uniform(0, 1, len(sites)).round(3).tolist()
    local = (*_course(dice, end, -2e7, 2e7, 1), parts) if seed % 2 else None
    return program(
        sites,
        _course(dice, end, 0, 1.5e7, int(dice.integers(0, 4))),
        _course(dice, end, -2.5e7, 2.5e7, int(dice.integers(0, 4))),
        phase=_course(dice, end, -3, 3, int(dice.integers(0, 4))),
        local=local,
        filling=[int(bit) for bit in filling],
    )
