"""Analog programs: atoms in a plane, driven by fields that change in time. Core.

The form is that of Braket's analog Hamiltonian simulation (``braket.ir.ahs.program``, version 1).
Nothing here knows a framework, an SDK or an array library.
"""

from runs.analog.grid import TimeGrid, grid_of, most_steps
from runs.analog.model import AnalogProgram, LocalDetuning, Series
from runs.analog.parsing import parse, parse_any_size
from runs.analog.writing import write

__all__ = [
    "AnalogProgram",
    "LocalDetuning",
    "Series",
    "TimeGrid",
    "grid_of",
    "most_steps",
    "parse",
    "parse_any_size",
    "write",
]
