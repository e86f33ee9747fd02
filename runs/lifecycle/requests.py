"""What people ask for: submit, cancel, retry, annotate, seal."""

import json
import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts import audit, clock
from accounts.models import User
from runs import allowances, canonical, offers, permissions, programs
from runs.contract import EvidenceState, Lowered, RunRequest, SourceKind, Status
from runs.errors import Problem, Retry, RunError, Stage
from runs.lifecycle import events, queue
from runs.lifecycle.transitions import sources_of
from runs.limits import Limits
from runs.models import Run, Source, Workflow

_DRAWN_SEED_BITS = 53  # exact in every JSON reader


def submit(request: RunRequest, *, workflow: Workflow, by: User) -> Run:
    """Record a request and return its run: ``queued``, or ``failed`` where the content is wrong.

    A refused request is evidence too, so its run is saved with the error. Only where there is
    nothing to attach it to is nothing saved.

    :raises PermissionDenied: if ``by`` may not operate the workflow.
    :raises RunError: ``state_conflict`` if the workflow is archived, ``invalid_request`` if a
        field is out of its bounds, ``concurrency_limit`` if ``by`` has too many runs waiting.
    """
    if not permissions.can_operate(by, workflow):
        where = workflow.workspace
        audit.record("run.refused", by=by, workspace=where, object_id=workflow.public_id)
    permissions.check_can_operate(by, workflow)
    if workflow.archived_at is not None:
        problem = Problem("This workflow is archived; restore it before you run in it.")
        raise RunError("state_conflict", [problem])
    limits = allowances.limits_of(workflow.workspace_id)
    lowered, error = _check(request, limits)
    if error is not None and error.kind.stage is Stage.REQUEST:
        raise error
    with transaction.atomic():
        _check_room(by)
        run = _record(request, limits, workflow=workflow, by=by)
        run.source = _keep_source(request, lowered, workflow=workflow, is_valid=error is None)
        _trace_request(run, error)
        if error is None or run.evidence_state == EvidenceState.PENDING:
            queue.hint(run.pk)
    return run


def _check(request: RunRequest, limits: Limits) -> tuple[Lowered | None, RunError | None]:
    """Return what the source comes to, or nothing yet where a worker reads it, or the error."""
    try:
        if programs.is_long(request, limits=limits):
            programs.check_outline(request, limits)
            return None, None
        return programs.check(request, limits).lowered(), None
    except RunError as error:
        return None, error


def _check_room(user: User) -> None:
    """Hold the person's row, so that parallel requests are counted one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    limit = settings.RUN_LIMITS.queued_runs_per_user
    if Run.objects.filter(created_by=user, status=Status.QUEUED).count() >= limit:
        message = f"You have {limit} runs waiting, which is the most one person may have."
        raise RunError("concurrency_limit", [Problem(message)], retry_after_seconds=10)


def _record(request: RunRequest, limits: Limits, *, workflow: Workflow, by: User) -> Run:
    now = clock.now()
    return Run(
        workspace=workflow.workspace,
        workflow=workflow,
        created_by=by,
        retry_of_id=request.retry_of,
        name=request.name[: limits.name_characters],
        tags=list(request.tags),
        mode=request.mode[:40],
        provider_id=request.provider_id[:40],
        device_id=request.device_id[:40],
        shots=request.shots,
        seed=secrets.randbits(_DRAWN_SEED_BITS) if request.seed is None else request.seed,
        parameters=dict(request.parameters),
        route_rationale=request.route_rationale,
        route_context=offers.context_of(request, limits, at=now),
        created_at=now,
        evidence_state=(
            EvidenceState.PENDING if request.evidence_requested else EvidenceState.NOT_REQUESTED
        ),
    )


def _keep_source(
    request: RunRequest, lowered: Lowered | None, *, workflow: Workflow, is_valid: bool
) -> Source:
    """Return the row of this exact program; equal programs of a workspace share one."""
    content = programs.snapshot(request)
    bound = canonical.sha256(canonical.encode(dict(request.parameters)))
    source, _ = Source.objects.get_or_create(
        workspace=workflow.workspace,
        sha256=canonical.sha256(content),
        kind=request.source_kind[:20],
        parameters_sha256=bound if request.parameters else "",
        is_valid=is_valid,
        defaults={"content": content, **(asdict(lowered) if lowered else {})},
    )
    return source


def _trace_request(run: Run, error: RunError | None) -> None:
    """Save the run with its first status and the lines that led to it."""
    now = run.created_at
    run.status = Status.QUEUED
    if error is not None:
        run.status = Status.FAILED
        run.finished_at = now
        run.error = payload(run, error)
        run.error_code = error.code
    run.save(force_insert=True)
    asked = {
        "mode": run.mode,
        "providerId": run.provider_id,
        "deviceId": run.device_id,
        "shots": run.shots,
        "sourceSha256": run.source.sha256,
    }
    events.append(run, "run.requested", at=now, data=asked)
    if error is not None:
        refused = {"code": error.code, "stage": error.stage.value, "problems": len(error.problems)}
        events.append(run, "run.rejected", at=now, data=refused)
        return
    if run.source.openqasm:
        events.append_validated(run, at=now)
    events.append(run, "run.queued", at=now)


def payload(run: Run, error: RunError) -> dict[str, Any]:
    """Return the error payload of ``run``, which is stored, answered and sealed as it is."""
    return error.as_json(
        docs_url=f"{settings.SITE_URL}/docs/errors/",
        provider_id=run.provider_id,
        attempt=run.attempt,
        max_attempts=settings.RUN_LIMITS.attempts,
        submission=run.submission,
        billing=run.billing,
    )


def can_cancel(run: Run) -> bool:
    """Tell whether a cancellation can still be asked for."""
    return not run.is_terminal and run.cancel_requested_at is None


@transaction.atomic
def cancel(run: Run, *, by: User) -> Run:
    """Ask for a cancellation: at once where the run waits, else within a second or so.

    A run that ends first stays ``completed``. Asking twice changes nothing.

    :raises PermissionDenied: if ``by`` may not operate the run.
    :raises RunError: ``state_conflict`` if the run has ended.
    """
    permissions.check_can_operate(by, run)
    # Held: else a run that goes back to the queue between the two updates would meet neither.
    Run.objects.select_for_update(no_key=True).get(pk=run.pk)
    now = clock.now()
    asked = {"cancel_requested_at": now, "cancel_requested_by": by}
    waiting = Run.objects.filter(pk=run.pk, status=Status.QUEUED)
    if waiting.update(status=Status.CANCELLED, finished_at=now, **asked):
        run = Run.objects.get(pk=run.pk)
        events.append(run, "run.cancel_requested", at=now)
        events.append(run, "run.cancelled", at=now)
        if run.evidence_state == EvidenceState.PENDING:
            queue.hint(run.pk)
        return run
    underway = Run.objects.filter(pk=run.pk, status__in=sources_of(Status.CANCELLING))
    if underway.update(status=Status.CANCELLING, **asked):
        run = Run.objects.get(pk=run.pk)
        events.append(run, "run.cancel_requested", at=now)
        return run
    run = Run.objects.get(pk=run.pk)
    if run.is_terminal:
        message = f"The run has ended ({run.status}), so it cannot be cancelled."
        raise RunError("state_conflict", [Problem(message)])
    return run


def can_retry(run: Run) -> bool:
    """Tell whether the same source on the same route may be tried again, safely and usefully."""
    if run.status == Status.CANCELLED:
        return True
    if run.status != Status.FAILED or run.error is None:
        return False
    retry_of = run.error["retry"]
    return bool(retry_of["safe"]) and retry_of["mode"] in {Retry.NEW_RUN, Retry.LATER}


def retry(run: Run, *, by: User) -> Run:
    """Submit the same source, route and seed again as a new run that names this one.

    :raises PermissionDenied: if ``by`` may not operate the run.
    :raises RunError: ``state_conflict`` if a retry is not safe or would fail the same way.
    """
    permissions.check_can_operate(by, run)
    if not can_retry(run):
        message = "This run cannot be retried as it is; use “Run again” and change it."
        raise RunError("state_conflict", [Problem(message)])
    return submit(request_of(run), workflow=run.workflow, by=by)


def request_of(run: Run) -> RunRequest:
    """Return the request that would make ``run`` again, from the exact source snapshot."""
    is_operations = run.source.kind == SourceKind.CIRCUIT_OPERATIONS
    return RunRequest(
        mode=run.mode,
        provider_id=run.provider_id,
        device_id=run.device_id,
        shots=run.shots,
        source_kind=run.source.kind,
        circuit_operations=json.loads(run.source.text) if is_operations else None,
        source="" if is_operations else run.source.text,
        parameters=run.parameters,
        seed=run.seed,
        route_rationale=run.route_rationale,
        evidence_requested=run.evidence_state != EvidenceState.NOT_REQUESTED,
        name=run.name,
        tags=tuple(run.tags),
        retry_of=run.pk,
    )


def annotate(run: Run, *, name: str, tags: list[str], notes: str, by: User) -> Run:
    """Change what people call a run. Sealed evidence keeps the title it was sealed with.

    :raises PermissionDenied: if ``by`` may not operate the run.
    :raises RunError: ``invalid_request`` if the name has signs that cannot be seen.
    """
    permissions.check_can_operate(by, run)
    programs.check_title(name)
    Run.objects.filter(pk=run.pk).update(name=name, tags=tags, notes=notes)
    run.refresh_from_db()
    return run


@transaction.atomic
def request_evidence(run: Run, *, by: User) -> Run:
    """Ask for the packet of a run that was made without one, or whose building failed.

    :raises PermissionDenied: if ``by`` may not operate the run.
    :raises RunError: ``state_conflict`` if a packet exists or is on its way.
    """
    permissions.check_can_operate(by, run)
    idle = [EvidenceState.NOT_REQUESTED, EvidenceState.BUILD_FAILED]
    changed = Run.objects.filter(pk=run.pk, evidence_state__in=idle).update(
        evidence_state=EvidenceState.PENDING, evidence_attempts=0, evidence_lease_until=None
    )
    if not changed:
        raise RunError("state_conflict", [Problem("The evidence is sealed, or on its way.")])
    audit.record("evidence.requested", by=by, workspace=run.workspace, object_id=run.public_id)
    queue.hint(run.pk)
    run.refresh_from_db()
    return run


def record_seal(
    run_id: UUID, *, packet_id: UUID, manifest_sha256: str, sealed_at: datetime
) -> None:
    """Note on the run's row which packet it became. Called in the transaction that seals it."""
    Run.objects.filter(pk=run_id).update(
        evidence_state=EvidenceState.READY,
        evidence_lease_until=None,
        packet_id=packet_id,
        manifest_sha256=manifest_sha256,
        sealed_at=sealed_at,
    )
