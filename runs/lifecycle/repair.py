"""Repairs what crashes left behind: runs whose worker was lost, entries missing in the queue."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from accounts import clock
from runs import life
from runs.contract import Status
from runs.life.happenings import LeaseExpired
from runs.lifecycle import queue, writing
from runs.lifecycle.claiming import underway
from runs.models import Run, RunQuerySet

_HINTS = 200


def release_expired() -> list[UUID]:
    """Take back the runs whose worker was lost: queue them again, or end them at the limit."""
    expired = underway().filter(lease_until__lt=clock.now()).order_by("id")
    return [run_id for run_id in expired.values_list("pk", flat=True) if _release(run_id)]


@transaction.atomic
def _release(run_id: UUID) -> bool:
    decision = writing.carry_out(writing.held(run_id), LeaseExpired())
    return isinstance(decision, life.Change)


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
