"""Executes one due run: claim it, hand it to its provider, end it. Only workers import this."""

import json
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections

from runs import allowances, analog, circuits, lifecycle, programs, providers, routes
from runs.contract import Job, Outcome, SourceKind, Status
from runs.errors import AttemptLostError, RunError
from runs.errors.findings import Findings
from runs.limits import Limits
from runs.models import Run, Source
from runs.programs import Program
from runs.results import ResultType, settle
from runs.routes import Device

logger = logging.getLogger(__name__)

_HEARTBEAT_SECONDS = 0.5
_AWAY = (OperationalError, InterfaceError)  # what a database that cannot be reached raises


class CancelledByPersonError(Exception):
    """Raised in the middle of an execution to stop it."""


def execute_next(*, is_giving_up: Callable[[], bool] = lambda: False) -> UUID | None:
    """Execute the next due run to its end and return its id, or None if there is none.

    Once ``is_giving_up``, which is asked twice a second, the run goes back to the queue.
    """
    lease, asked_at = secrets.token_hex(16), time.monotonic()
    run = lifecycle.claim(lease=lease)
    if run is None:
        return None
    checkpoint = _checkpoint(run, lease, is_giving_up, kept_at=asked_at)
    try:
        _execute(run, lease=lease, checkpoint=checkpoint)
    except lifecycle.LeaseLostError:
        logger.warning("%s was taken from this worker; its result is thrown away", run.public_id)
    return run.pk


def _execute(run: Run, *, lease: str, checkpoint: Callable[[], None]) -> None:
    try:
        outcome = _carry_out(run, lease=lease, checkpoint=checkpoint)
    except CancelledByPersonError:
        lifecycle.end_cancelled(run.pk, lease=lease)
    except AttemptLostError as lost:
        logger.warning("%s, attempt %d: %s", run.public_id, run.attempt, lost.reason)
        lifecycle.lose(run.pk, lease=lease, reason=lost.reason)
    except RunError as error:
        lifecycle.fail(run.pk, error, lease=lease)
    except (lifecycle.LeaseLostError, *_AWAY):
        raise  # where the database is away, the end of the lease brings the run back
    except Exception as bug:
        logger.exception("%s met a bug", run.public_id)
        lifecycle.fail(run.pk, RunError("internal_error"), lease=lease, detail=repr(bug))
    else:
        lifecycle.succeed(run.pk, outcome, lease=lease)


def _carry_out(run: Run, *, lease: str, checkpoint: Callable[[], None]) -> Outcome:
    run = lifecycle.start(run.pk, lease=lease)
    if run.status == Status.CANCELLING:
        raise CancelledByPersonError
    if not run.source.is_read:
        lowered = providers.read(
            lifecycle.request_of(run),
            limits=allowances.limits_of(run.workspace_id),
            checkpoint=checkpoint,
        )
        run = lifecycle.note_read(run.pk, lowered, lease=lease)
    return providers.get(run.provider_id).run(job_of(run), checkpoint=checkpoint)


def _checkpoint(
    run: Run, lease: str, is_giving_up: Callable[[], bool], *, kept_at: float
) -> Callable[[], None]:
    """Return what the provider calls while it waits: it keeps the lease and looks for a cancel.

    Where the database is away the work goes on until the lease, which was last kept after
    ``kept_at`` on the monotonic clock, may be about to run out.
    """
    last = time.monotonic()

    def checkpoint() -> None:
        nonlocal last, kept_at
        if time.monotonic() - last < _HEARTBEAT_SECONDS:
            return
        last = time.monotonic()
        if is_giving_up():
            raise AttemptLostError("worker_stopped")
        try:
            is_cancelled = lifecycle.heartbeat(run.pk, lease=lease)
        except _AWAY as away:
            if time.monotonic() + _HEARTBEAT_SECONDS >= kept_at + settings.LEASE_SECONDS:
                raise
            logger.warning("%s goes on without the database: %s", run.public_id, away)
            close_old_connections()
            return
        kept_at = last
        if is_cancelled:
            raise CancelledByPersonError

    return checkpoint


def job_of(run: Run) -> Job:
    """Return what the provider executes, from the checked form that was stored at submit.

    :raises RunError: if the run is over the limits as they are now, or its device does not carry
        its noise or give its result types. A source that was read for another route is held to
        this one.
    """
    limits = allowances.limits_of(run.workspace_id)
    result_types = _held(run, limits)
    program = replace(_program_of(run.source, limits), result_types=result_types)
    return programs.job(
        program, shots=run.shots, seed=run.seed, device_id=run.device_id, limits=limits
    )


def _held(run: Run, limits: Limits) -> tuple[ResultType, ...]:
    """Hold the source to the route and return the result types, in canonical form."""
    source, findings = run.source, Findings()
    device = routes.find(run.provider_id, run.device_id, run.mode)
    _find_excess(findings, run, device, limits)
    sent = source.operations if source.kind == SourceKind.CIRCUIT_OPERATIONS else None
    programs.find_noise(findings, device, operations=sent, openqasm=source.openqasm)
    result_types = settle(
        findings,
        run.result_types,
        shots=run.shots,
        device=device,
        lowered=source.lowered,
        limits=limits,
    )
    findings.raise_if_any()
    return result_types


def _find_excess(findings: Findings, run: Run, device: Device, limits: Limits) -> None:
    """Find more qubits, operations or shots than the device takes now."""
    source = run.source
    sizes = [
        (source.qubits or 0, device.most_qubits(limits), "atoms" if device.is_analog else "qubits"),
        (source.operation_count or 0, limits.operations, "operations"),
        (run.shots, device.most_shots(limits), "shots"),
    ]
    for size, most, noun in sizes:
        if size > most:
            message = f"The run has {size:,} {noun}; {device.name} takes {most:,}"
            findings.add("runner_limit_exceeded", message)


def _program_of(source: Source, limits: Limits) -> Program:
    circuit = program = None
    if source.operations is not None:
        circuit = circuits.parse(source.operations, limits=limits)
    if source.kind == SourceKind.ANALOG_PROGRAM:
        program = analog.parse(json.loads(source.text), limits=limits)
    return Program(
        source_kind=SourceKind(source.kind),
        content=bytes(source.content),
        sha256=source.sha256,
        circuit=circuit,
        openqasm=source.openqasm,
        measured_qubits=tuple(source.measured_qubits or ()),
        qubit_count=source.qubits or 0,
        operation_count=source.operation_count,
        depth=source.depth,
        is_measured=source.is_measured,
        analog=program,
    )
