"""Executes one due run: claim it, hand it to its provider, end it. Only workers import this."""

import logging
import secrets
import time
from collections.abc import Callable
from uuid import UUID

from django.conf import settings

from runs import circuits, lifecycle, programs, providers
from runs.contract import Job, Outcome, SourceKind, Status
from runs.errors import RunError
from runs.models import Run

logger = logging.getLogger(__name__)

_HEARTBEAT_SECONDS = 0.5


class CancelledByPersonError(Exception):
    """Raised in the middle of an execution to stop it."""


def execute_next() -> UUID | None:
    """Execute the next due run to its end and return its id, or None if there is none."""
    lease = secrets.token_hex(16)
    run = lifecycle.claim(lease=lease)
    if run is None:
        return None
    try:
        _execute(run, lease=lease)
    except lifecycle.LeaseLostError:
        logger.warning("%s was taken from this worker; its result is thrown away", run.public_id)
    return run.pk


def _execute(run: Run, *, lease: str) -> None:
    try:
        outcome = _carry_out(run, lease=lease)
    except CancelledByPersonError:
        lifecycle.end_cancelled(run.pk, lease=lease)
    except RunError as error:
        lifecycle.fail(run.pk, error, lease=lease)
    except lifecycle.LeaseLostError:
        raise
    except Exception as bug:
        logger.exception("%s met a bug", run.public_id)
        lifecycle.fail(run.pk, RunError("internal_error"), lease=lease, detail=repr(bug))
    else:
        lifecycle.succeed(run.pk, outcome, lease=lease)


def _carry_out(run: Run, *, lease: str) -> Outcome:
    run = lifecycle.start(run.pk, lease=lease)
    if run.status == Status.CANCELLING:
        raise CancelledByPersonError
    provider = providers.get(run.provider_id)
    return provider.run(job_of(run), checkpoint=_checkpoint(run.pk, lease))


def _checkpoint(run_id: UUID, lease: str) -> Callable[[], None]:
    """Return what the provider calls while it waits: it keeps the lease and looks for a cancel."""
    last = time.monotonic()

    def checkpoint() -> None:
        nonlocal last
        if time.monotonic() - last < _HEARTBEAT_SECONDS:
            return
        last = time.monotonic()
        if lifecycle.heartbeat(run_id, lease=lease):
            raise CancelledByPersonError

    return checkpoint


def job_of(run: Run) -> Job:
    """Return what the provider executes, from the checked form that was stored at submit.

    :raises RunError: if the limits were lowered since, and the run is over them now.
    """
    source = run.source
    circuit = None
    if source.operations is not None:
        circuit = circuits.parse(source.operations, limits=settings.RUN_LIMITS)
    program = programs.Program(
        source_kind=SourceKind(source.kind),
        content=bytes(source.content),
        sha256=source.sha256,
        circuit=circuit,
        openqasm=source.openqasm,
        measured_qubits=tuple(source.measured_qubits or ()),
        qubit_count=source.qubits or 0,
        operation_count=source.operation_count or 0,
        depth=source.depth or 0,
    )
    return programs.job(
        program,
        shots=run.shots,
        seed=run.seed,
        device_id=run.device_id,
        limits=settings.RUN_LIMITS,
    )
