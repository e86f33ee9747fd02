"""What is said about operations that do not fit the tables of gates and channels. Core."""

from difflib import get_close_matches
from functools import lru_cache

from runs.channels import CHANNELS, NOT_OFFERED, Channel
from runs.gates import GATES, OTHER_NAMES, Gate

NAMES = f"The gates are {', '.join(GATES)}; the noise channels are {', '.join(CHANNELS)}."


@lru_cache(maxsize=256)
def nearest(name: str) -> str:
    """Return a hint that names the gate or channel which ``name`` may have meant."""
    lower = name.lower()
    if lower in NOT_OFFERED:
        return NOT_OFFERED[lower]
    known = [*GATES, *OTHER_NAMES, *CHANNELS, "measure"]
    found = lower if lower in known else next(iter(get_close_matches(lower[:40], known, 1)), "")
    if found:
        return f"Did you mean {OTHER_NAMES.get(found, found)}?"
    return NAMES


def count(number: int, noun: str) -> str:
    """Return ``number`` and ``noun`` in the right number: 1 qubit, 2 qubits."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def place(gate: Gate | Channel, targets: int, controls: int) -> str:
    """Say how many qubits ``gate`` needs, and how many it was given."""
    given = f"but is given {count(targets, 'target')}"
    if controls:
        given = f"{given} and {count(controls, 'control')}"
    if gate.controls:
        need = f"{count(gate.controls, 'control')} and {count(gate.targets, 'target')}"
    else:
        need = count(gate.targets, "target")
    return f"needs {need}, {given}"
