"""What workers do with a run: claim it under a lease, keep it alive, and end it once.

A lease is a random token on the run's row. Everything after the claim is fenced on it, so a
worker that was thought lost can change nothing any more. The automatic attempts of a run are
counted here, never by the queue.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts import clock
from accounts.models import User
from runs.contract import Outcome, Status, Submission
from runs.errors import RunError
from runs.lifecycle import events, queue
from runs.lifecycle.recording import payload
from runs.models import Run, RunQuerySet

_UNDER_LEASE = [Status.SUBMITTING, Status.RUNNING, Status.CANCELLING]
_CANDIDATES = 8
_HINTS = 200


class LeaseLostError(Exception):
    """The run belongs to somebody else now; whatever this worker has is thrown away."""


def claim(*, lease: str) -> Run | None:
    """Take the next due run, fairly between workspaces, or return None if there is none."""
    for run_id, person_id in _due():
        with transaction.atomic():
            if not _has_room(person_id):
                continue
            now = clock.now()
            taken = Run.objects.filter(pk=run_id, status=Status.QUEUED).update(
                status=Status.SUBMITTING,
                attempt=F("attempt") + 1,
                lease_token=lease,
                lease_until=_lease_end(now),
                submitted_at=now,
            )
            if taken:
                run = Run.objects.select_related("source").get(pk=run_id)
                events.append(run, "run.claimed", at=now, data={"attempt": run.attempt})
                return run
    return None


def _due() -> Iterator[tuple[UUID, int]]:
    """Oldest first, but a workspace or person with fewer runs underway goes before others."""
    underway = Run.objects.filter(status__in=_UNDER_LEASE)
    queued = Run.objects.filter(status=Status.QUEUED).annotate(
        by_workspace=_count(underway, "workspace"),
        by_person=_count(underway, "created_by"),
    )
    allowed = queued.filter(by_person__lt=settings.RUN_LIMITS.active_runs_per_user)
    due = allowed.order_by("by_workspace", "id")
    yield from due.values_list("pk", "created_by_id")[:_CANDIDATES]


def _has_room(person_id: int) -> bool:
    """Hold the person's row, so that workers who claim at once are counted one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=person_id)
    underway = Run.objects.filter(created_by=person_id, status__in=_UNDER_LEASE)
    return underway.count() < settings.RUN_LIMITS.active_runs_per_user


def _count(runs: Any, field: str) -> Coalesce:
    grouped = runs.filter(**{field: OuterRef(field)}).order_by().values(field)
    return Coalesce(Subquery(grouped.annotate(number=Count("pk")).values("number")), 0)


def _lease_end(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.LEASE_SECONDS)


@transaction.atomic
def start(run_id: UUID, *, lease: str) -> Run:
    """Note that the provider has the run and executes it.

    :raises LeaseLostError: if the lease is not in force, or a cancellation came first.
    """
    now = clock.now()
    started = Run.objects.filter(pk=run_id, lease_token=lease, status=Status.SUBMITTING).update(
        status=Status.RUNNING, started_at=now, submission=Submission.ACKNOWLEDGED
    )
    run = Run.objects.select_related("source").get(pk=run_id)
    if started:
        events.append(run, "run.started", at=now, data={"deviceId": run.device_id})
    elif run.lease_token != lease:
        raise LeaseLostError(run.public_id)
    return run


def heartbeat(run_id: UUID, *, lease: str) -> bool:
    """Keep the lease and tell whether a cancellation was asked for.

    :raises LeaseLostError: if the lease is not in force.
    """
    mine = Run.objects.filter(pk=run_id, lease_token=lease, status__in=_UNDER_LEASE)
    if not mine.update(lease_until=_lease_end(clock.now())):
        raise LeaseLostError(str(run_id))
    return mine.filter(cancel_requested_at__isnull=False).exists()


@transaction.atomic
def succeed(run_id: UUID, outcome: Outcome, *, lease: str) -> Run:
    """Store the result. A cancellation that came too late is noted, and the result stands.

    :raises LeaseLostError: if the lease is not in force; the result is then thrown away.
    """
    now = clock.now()
    run = _end(
        run_id,
        lease,
        now,
        status=Status.COMPLETED,
        counts=None if outcome.counts is None else dict(outcome.counts),
        values=list(outcome.values) or None,
        measured_qubits=list(outcome.measured_qubits),
        sampling=outcome.sampling,
        versions=dict(outcome.versions),
        execution_seconds=outcome.seconds,
    )
    data: dict[str, Any] = {
        "outcomes": len(outcome.counts or ()),
        "sampling": outcome.sampling.value,
    }
    if run.cancel_requested_at is not None:
        data["note"] = "completed before the cancellation took effect"
    events.append(run, "run.completed", at=now, data=data)
    return run


@transaction.atomic
def fail(run_id: UUID, error: RunError, *, lease: str, detail: str = "") -> Run:
    """Store the error payload; ``detail`` stays private.

    :raises LeaseLostError: if the lease is not in force.
    """
    now = clock.now()
    current = Run.objects.get(pk=run_id)
    run = _end(
        run_id,
        lease,
        now,
        status=Status.FAILED,
        error=payload(current, error),
        error_code=error.code,
    )
    _trace_failure(run, error, now, detail)
    return run


@transaction.atomic
def end_cancelled(run_id: UUID, *, lease: str) -> Run:
    """Note that the provider has stopped the run without a result.

    :raises LeaseLostError: if the lease is not in force.
    """
    now = clock.now()
    run = _end(run_id, lease, now, status=Status.CANCELLED)
    events.append(run, "run.cancelled", at=now)
    return run


def _trace_failure(run: Run, error: RunError, now: datetime, detail: str) -> None:
    data = {"code": error.code, "stage": error.stage.value}
    private = {"detail": detail} if detail else {}
    events.append(run, "run.failed", at=now, data=data, detail=private)


def _end(run_id: UUID, lease: str, now: datetime, **columns: Any) -> Run:
    ended = Run.objects.filter(pk=run_id, lease_token=lease, status__in=_UNDER_LEASE).update(
        finished_at=now, lease_token="", lease_until=None, **columns
    )
    if not ended:
        raise LeaseLostError(str(run_id))
    return Run.objects.get(pk=run_id)


def release_expired() -> list[UUID]:
    """Take back the runs whose worker was lost: queue them again, or end them at the limit."""
    expired = Run.objects.filter(status__in=_UNDER_LEASE, lease_until__lt=clock.now())
    return [run_id for run_id in expired.values_list("pk", flat=True) if _release(run_id)]


@transaction.atomic
def _release(run_id: UUID) -> bool:
    run = Run.objects.select_for_update(no_key=True).get(pk=run_id)
    now = clock.now()
    if run.lease_until is None or run.lease_until >= now:
        return False
    if run.status == Status.CANCELLING:
        events.append(
            _end(run.pk, run.lease_token, now, status=Status.CANCELLED), "run.cancelled", at=now
        )
    elif run.attempt >= settings.RUN_LIMITS.attempts:
        fail(run.pk, RunError("worker_lost"), lease=run.lease_token)
    else:
        Run.objects.filter(pk=run.pk).update(
            status=Status.QUEUED,
            lease_token="",
            lease_until=None,
            submission=Submission.NOT_SENT,
            submitted_at=None,
            started_at=None,
        )
        events.append(run, "run.attempt_lost", at=now, data={"attempt": run.attempt})
    queue.hint(run.pk)
    return True


def hint_due(*, older_than: timedelta) -> int:
    """Tell the workers again of runs that wait longer than they should; return of how many.

    Any entry leads to the next run that waits, so there are never made more than are missing: a
    queue that workers are slow to empty does not grow by this.
    """
    limit = clock.now() - older_than
    unsealed = Run.objects.unsealed(clock.now()).filter(finished_at__lt=limit)
    waiting = _waiting()
    missing = unsealed.count() + waiting.count() - queue.length()
    due = [
        *unsealed.order_by("id").values_list("pk", flat=True)[:_HINTS],
        *waiting.filter(created_at__lt=limit).values_list("pk", flat=True)[:_HINTS],
    ]
    told = due[: max(0, min(missing, _HINTS))]
    for run_id in told:
        queue.hint(run_id)
    return len(told)


def hint_next() -> None:
    """Tell the workers of a run that waits, where fewer entries lead to one than runs wait.

    An entry that came while its person had no room for another run led nowhere.
    """
    run_id = _waiting().values_list("pk", flat=True).first()
    if run_id is not None and _waiting().count() > queue.length():
        queue.hint(run_id)


def _waiting() -> RunQuerySet:
    return Run.objects.filter(status=Status.QUEUED).order_by("id")
