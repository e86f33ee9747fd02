"""What people ask for: submit, cancel, retry, annotate, seal."""

import json
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts import audit
from accounts.models import User
from runs import allowances, life, permissions, programs
from runs.contract import (
    LANGUAGES,
    EvidenceState,
    RunRequest,
    SourceKind,
    Status,
)
from runs.errors import Problem, Retry, RunError
from runs.life.happenings import CancelAsked
from runs.lifecycle import checking, queue, recording, writing
from runs.models import Run, Workflow


def submit(request: RunRequest, *, workflow: Workflow, by: User) -> Run:
    """Record a request and return its run: ``queued``, or ``failed`` where the content is wrong.

    A refused request is evidence too, so its run is saved with the error. Only where there is
    nothing to attach it to is nothing saved.

    :raises PermissionDenied: if ``by`` may not operate the workflow.
    :raises RunError: ``state_conflict`` if the workflow is archived, ``invalid_request`` if a
        field is out of its bounds, ``concurrency_limit`` if ``by`` has too many runs waiting.
    """
    check_may_submit(workflow, by=by)
    limits = allowances.limits_of(workflow.workspace_id)
    checked = checking.check(request, limits)
    with transaction.atomic():
        recording.check_room(by)
        source = recording.keep_source(checked, workflow=workflow)
        return recording.record(checked, source, workflow=workflow, by=by)


def check_may_submit(workflow: Workflow, *, by: User) -> None:
    """Check that ``by`` may run in ``workflow`` now; an attempt without permission is audited.

    :raises PermissionDenied: if ``by`` may not operate the workflow.
    :raises RunError: ``state_conflict`` if the workflow is archived.
    """
    if not permissions.can_operate(by, workflow):
        where = workflow.workspace
        audit.record("run.refused", by=by, workspace=where, object_id=workflow.public_id)
    permissions.check_can_operate(by, workflow)
    if workflow.archived_at is not None:
        problem = Problem("This workflow is archived; restore it before you run in it.")
        raise RunError("state_conflict", [problem])


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
    held = writing.held(run.pk)
    decision = writing.carry_out(held, CancelAsked(by.pk))
    if decision == life.Refusal(life.Why.ENDED):
        message = f"The run has ended ({held.status}), so it cannot be cancelled."
        raise RunError("state_conflict", [Problem(message)])
    return held


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
    kind, text = run.source.kind, run.source.text
    return RunRequest(
        mode=run.mode,
        provider_id=run.provider_id,
        device_id=run.device_id,
        shots=run.shots,
        source_kind=kind,
        circuit_operations=json.loads(text) if kind == SourceKind.CIRCUIT_OPERATIONS else None,
        analog_program=json.loads(text) if kind == SourceKind.ANALOG_PROGRAM else None,
        source=text if kind in LANGUAGES else "",
        parameters=run.parameters,
        result_types=run.result_types,
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
