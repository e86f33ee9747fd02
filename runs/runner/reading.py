"""Reads a source that is too long for a web process. Runs in children of the simulators' zygote."""

from dataclasses import asdict
from typing import Any

from runs import programs
from runs.contract import RunRequest
from runs.limits import Limits


def read(asked: dict[str, Any], *, limits: Limits) -> dict[str, Any]:
    """Return the members of :class:`runs.contract.Lowered` for the request ``asked``.

    :raises RunError: with every problem of the source.
    """
    program = programs.check(RunRequest(**asked), limits)
    return asdict(program.lowered())
