"""Programs: from a request to what a provider is handed, checked completely. Core.

The source as it was sent is the snapshot; the circuit, or the checked OpenQASM 3, is what runs.
"""

from runs.programs.checking import LARGEST_SEED, check, check_outline, is_long
from runs.programs.model import Program, job
from runs.programs.noise import find_noise
from runs.programs.snapshots import snapshot
from runs.programs.words import check_title

__all__ = [
    "LARGEST_SEED",
    "Program",
    "check",
    "check_outline",
    "check_title",
    "find_noise",
    "is_long",
    "job",
    "snapshot",
]
