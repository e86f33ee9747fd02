"""Circuits: the one representation that every source is reduced to where it can be. Core.

Nothing here knows a framework, an SDK or an array library.
"""

from runs.circuits.model import MEASURE, Circuit, Operation
from runs.circuits.numbers import QUBIT_CEILING
from runs.circuits.parsing import check_size, parse

__all__ = ["MEASURE", "QUBIT_CEILING", "Circuit", "Operation", "check_size", "parse"]
