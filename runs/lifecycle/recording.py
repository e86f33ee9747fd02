"""Makes the row, the source and the first lines of the trace of a run that is asked for."""

import secrets
from dataclasses import asdict
from typing import Any

from django.conf import settings

from accounts import clock, identifiers
from accounts.models import User
from runs import life, offers, results, routes
from runs.contract import EvidenceState, Status, SweepPlace
from runs.errors import Problem, RunError
from runs.errors.findings import Findings
from runs.life.happenings import Requested
from runs.lifecycle import events, writing
from runs.lifecycle.checking import Checked
from runs.limits import Limits
from runs.models import Run, Source, Workflow

_DRAWN_SEED_BITS = 53  # exact in every JSON reader


def check_room(user: User, *, runs: int = 1) -> None:
    """Hold the person's row, so that parallel requests are counted one after the other.

    What waits of a sweep counts as one for the person, and each of its ``runs`` for the server.
    Nothing is held for that: people who ask at the same moment may go above its limit together.

    :raises RunError: ``concurrency_limit`` if as much waits as one person, or the server, may have.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    _check_room_of_server(runs)
    rules = writing.rules()
    queued = Run.objects.filter(created_by=user, status=Status.QUEUED)
    sweeps = queued.exclude(sweep=None).order_by().values("sweep").distinct()
    if not rules.may_wait(queued.filter(sweep=None).count() + sweeps.count()):
        most = rules.queued_runs
        message = f"You have {most} runs waiting, which is the most one person may have."
        raise RunError("concurrency_limit", [Problem(message)], retry_after_seconds=10)


def _check_room_of_server(runs: int) -> None:
    most = settings.RUN_LIMITS.queued_runs
    if Run.objects.filter(status=Status.QUEUED).count() + runs > most:
        message = f"This server is full: about {most:,} runs of all its people may wait."
        hint = "Try again in a while; that yours are few changes nothing."
        raise RunError("concurrency_limit", [Problem(message, hint=hint)], retry_after_seconds=60)


def record(checked: Checked, source: Source, *, workflow: Workflow, by: User) -> Run:
    """Make the run of a request that was checked; ``source`` is the row of its program."""
    run = _draft(checked, workflow=workflow, by=by)
    run.source = source
    error = checked.error or settle(run, checked.limits)
    _save(run, error, checked.request.sweep)
    return run


def _draft(checked: Checked, *, workflow: Workflow, by: User) -> Run:
    request, limits, now = checked.request, checked.limits, clock.now()
    return Run(
        workspace=workflow.workspace,
        workflow=workflow,
        created_by=by,
        retry_of_id=request.retry_of,
        sweep_id=request.sweep.sweep_id if request.sweep else None,
        sweep_index=request.sweep.index if request.sweep else None,
        name=request.name[: limits.name_characters],
        tags=list(request.tags),
        mode=request.mode[:40],
        provider_id=request.provider_id[:40],
        device_id=request.device_id[:40],
        shots=request.shots,
        seed=secrets.randbits(_DRAWN_SEED_BITS) if request.seed is None else request.seed,
        parameters=dict(request.parameters),
        result_types=[one.as_json() for one in results.readable(request.result_types, limits)],
        route_rationale=request.route_rationale,
        route_context=offers.context_of(request, limits, at=now),
        created_at=now,
        evidence_state=(
            EvidenceState.PENDING if request.evidence_requested else EvidenceState.NOT_REQUESTED
        ),
    )


def settle(run: Run, limits: Limits) -> RunError | None:
    """Give the run its result types, as far as its source is read; return what is wrong there.

    A source that was read for an earlier run is met here for the first time.
    """
    findings = Findings()
    settled = results.settle(
        findings,
        run.result_types,
        shots=run.shots,
        device=routes.find(run.provider_id, run.device_id, run.mode),
        lowered=run.source.lowered,
        limits=limits,
    )
    try:
        findings.raise_if_any()
    except RunError as error:
        return error
    run.result_types = [result.as_json() for result in settled]
    return None


def keep_source(checked: Checked, *, workflow: Workflow) -> Source:
    """Return the row of this exact program; equal programs of a workspace share one."""
    lowered = checked.lowered
    source, _ = Source.objects.get_or_create(
        workspace=workflow.workspace,
        sha256=checked.content.sha256,
        kind=checked.request.source_kind[:20],
        parameters_sha256=checked.parameters_sha256,
        is_valid=checked.error is None,
        defaults={"content": checked.content.data, **(asdict(lowered) if lowered else {})},
    )
    return source


def _save(run: Run, error: RunError | None, place: SweepPlace | None) -> None:
    """Save the run with its first status, the lines that led to it, and its entry in the queue."""
    asked: dict[str, Any] = {
        "mode": run.mode,
        "providerId": run.provider_id,
        "deviceId": run.device_id,
        "shots": run.shots,
        "sourceSha256": run.source.sha256,
    }
    if run.result_types:
        asked["resultTypes"] = len(run.result_types)
    if place is not None:
        asked["sweep"] = {
            "sweepId": identifiers.encode("swp", place.sweep_id),
            "point": place.index + 1,
            "points": place.points,
        }
    requested = Requested(
        asked,
        checked=events.checked(run.source) if run.source.is_read else None,
        error=error,
        evidence_is_due=run.evidence_state == EvidenceState.PENDING,
    )
    writing.insert(run, life.begin(requested, run.created_at))
