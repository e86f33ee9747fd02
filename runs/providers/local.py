"""The local simulators: hands a job to the runner and believes nothing that comes back unread."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runs.contract import Job, Lowered, Outcome, RunRequest, Sampling
from runs.errors import RunError, Stage
from runs.limits import Limits
from runs.results import ResultType, are_exact_values, estimate
from runs.runner.client import Runner, call
from runs.runner.protocol import ChildLimits

SOCKET_VARIABLE = "QUANTUMRUNS_RUNNER_SOCKET"
PROGRAM = "runs.runner.simulation"
_MOST_MEMBERS, _LONGEST_MEMBER = 16, 100


def runner(folder: Path, *, limits: Limits, strict: bool, cache: Path | None = None) -> Runner:
    """Return the runner that local jobs need, not yet started.

    Whoever owns it tells the task processes its ``socket_path`` in :data:`SOCKET_VARIABLE`.
    """
    environment = limits.as_environment()
    return Runner(PROGRAM, folder, strict=strict, environment=environment, cache=cache)


@dataclass(frozen=True)
class LocalProvider:
    """Runs jobs on the simulators behind the runner's socket."""

    socket_path: Path

    @classmethod
    def from_environment(cls) -> "LocalProvider":
        """Return the provider whose socket the worker command announced.

        :raises RunError: ``provider_not_ready`` if no worker command did.
        """
        path = os.environ.get(SOCKET_VARIABLE)
        if not path:
            raise RunError("provider_not_ready")
        return cls(Path(path))

    def read(
        self, request: RunRequest, *, limits: Limits, checkpoint: Callable[[], None]
    ) -> Lowered:
        """Read a long source in a child of the runner, under the limits of a run.

        :raises RunError: as :func:`runs.runner.client.call`, with every problem of the source, and
            ``result_unavailable`` if what came back has not the form of a program.
        """
        bounds = ChildLimits(
            memory_bytes=limits.memory_bytes, cpu_seconds=limits.wall_seconds, file_bytes=0
        )
        try:
            reply = call(
                self.socket_path,
                {"read": _asked(request)},
                wall_seconds=limits.wall_seconds,
                limits=bounds,
                checkpoint=checkpoint,
            )
        except RunError as error:
            if error.problems and error.kind.stage in {Stage.VALIDATION, Stage.PREFLIGHT}:
                raise RunError(error.code, error.problems) from error
            raise
        return _lowered(reply.value)

    def run(self, job: Job, *, checkpoint: Callable[[], None]) -> Outcome:
        """Simulate ``job`` in a child of the runner and return the checked outcome.

        :raises RunError: as :func:`runs.runner.client.call`, and ``result_unavailable`` if what
            came back is not a result of this job.
        """
        limits = ChildLimits(
            memory_bytes=job.memory_bytes, cpu_seconds=job.wall_seconds, file_bytes=0
        )
        started = time.monotonic()
        reply = call(
            self.socket_path,
            _request(job),
            wall_seconds=job.wall_seconds,
            limits=limits,
            checkpoint=checkpoint,
        )
        return _outcome(reply.value, job, seconds=time.monotonic() - started)


def _lowered(value: Mapping[str, Any]) -> Lowered:
    """Return what a source was read to. Its operations are read again before they are executed."""
    try:
        lowered = Lowered(**value)
    except TypeError as error:
        raise RunError("result_unavailable") from error
    numbers = (lowered.qubits, lowered.operation_count, lowered.depth)
    usable = (
        isinstance(lowered.openqasm, str)
        and (lowered.operations is None or isinstance(lowered.operations, list))
        and isinstance(lowered.measured_qubits, list)
        and all(_is_whole(number) for number in (*numbers, *lowered.measured_qubits))
        and lowered.qubits > 0
        and isinstance(lowered.is_measured, bool)
        and isinstance(lowered.result_types, list)
    )
    if not usable:
        raise RunError("result_unavailable")
    return lowered


def _is_whole(number: Any) -> bool:
    return type(number) is int and number >= 0


def _asked(request: RunRequest) -> dict[str, Any]:
    """Return what of a request its source is read by."""
    return {
        "mode": request.mode,
        "provider_id": request.provider_id,
        "device_id": request.device_id,
        "shots": request.shots,
        "source_kind": request.source_kind,
        "source": request.source,
        "parameters": dict(request.parameters),
        "result_types": list(request.result_types),
    }


def _request(job: Job) -> dict[str, Any]:
    return {
        "deviceId": job.device_id,
        "shots": job.shots,
        "seed": job.seed,
        "measuredQubits": list(job.measured_qubits),
        "operations": None if job.operations is None else [dict(o) for o in job.operations],
        "openqasm": job.openqasm,
        "resultTypes": [dict(members) for members in job.result_types],
        "analogProgram": None if job.analog_program is None else dict(job.analog_program),
        "wallSeconds": job.wall_seconds,
    }


def _outcome(value: Mapping[str, Any], job: Job, *, seconds: float) -> Outcome:
    result_types = [ResultType.of(members) for members in job.result_types]
    try:
        counts = value["counts"]
        measured = tuple(value["measuredQubits"])
        versions = value["versions"]
        sampling = Sampling(value["sampling"])
        solver = {} if job.analog_program is None else value["solver"]
        if job.shots:
            usable = _are_counts(counts, width=len(measured), shots=job.shots)
        else:
            exact = value["values"]
            usable = counts is None and are_exact_values(exact, result_types, qubits=len(measured))
        usable = (
            usable
            and (sampling is Sampling.EXACT) == (job.shots == 0)
            and _are_texts(versions)
            and _are_settings(solver)
            and measured == tuple(job.measured_qubits)
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RunError("result_unavailable") from error
    if not usable:
        raise RunError("result_unavailable")
    return Outcome(
        counts=counts,
        measured_qubits=measured,
        sampling=sampling,
        versions=versions,
        seconds=seconds,
        solver=solver,
        values=estimate(result_types, counts, measured) if job.shots else tuple(exact),
    )


def _are_counts(counts: Any, *, width: int, shots: int) -> bool:
    return (
        isinstance(counts, dict)
        and width > 0
        and all(len(key) == width and set(key) <= {"0", "1"} for key in counts)
        and all(type(count) is int and count > 0 for count in counts.values())
        and sum(counts.values()) == shots
    )


def _are_texts(versions: Any) -> bool:
    return _is_small(versions) and all(isinstance(v, str) for v in versions.values())


def _are_settings(solver: Any) -> bool:
    return _is_small(solver) and all(type(v) in (str, int) for v in solver.values())


def _is_small(members: Any) -> bool:
    """Whether it is an object that is fit to be published: a few names with short values."""
    return (
        isinstance(members, dict)
        and len(members) <= _MOST_MEMBERS
        and all(len(f"{name}{value}") <= _LONGEST_MEMBER for name, value in members.items())
    )
