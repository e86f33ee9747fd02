"""Repairs what crashes left behind: runs whose worker was lost, entries missing in the queue."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts import clock
from runs import life
from runs.contract import Status
from runs.life.happenings import LeaseExpired
from runs.lifecycle import claiming, queue, writing
from runs.models import Run, RunQuerySet

_HINTS = 200


def release_expired() -> list[UUID]:
    """Take back the runs whose worker was lost: queue them again, or end them at the limit."""
    expired = claiming.underway().filter(lease_until__lt=clock.now()).order_by("id")
    return [run_id for run_id in expired.values_list("pk", flat=True) if _release(run_id)]


@transaction.atomic
def _release(run_id: UUID) -> bool:
    decision = writing.carry_out(writing.held(run_id), LeaseExpired())
    return isinstance(decision, life.Change)


def hint_due(*, older_than: timedelta) -> int:
    """Tell the workers again of runs that wait longer than they should; return of how many.

    Any entry leads to the next run that waits, so there are never made more than are missing: a
    queue that workers are slow to empty does not grow by this. Entries of runs that wait for
    another of their person's to end would lead nowhere, again and again.
    """
    limit = clock.now() - older_than
    unsealed = Run.objects.unsealed(clock.now()).filter(finished_at__lt=limit)
    queued, length = _waiting(), queue.length()
    ready = claiming.queue(first=settings.RUN_LIMITS.active_runs_per_user).ready()
    waiting = queued.filter(pk__in=[waiter.run for waiter in ready])
    told = [
        *_first(unsealed.order_by("id"), unsealed.count() + queued.count() - length),
        *_first(waiting.filter(created_at__lt=limit), waiting.count() - length),
    ]
    for run_id in told:
        queue.hint(run_id)
    return len(told)


def _first(runs: RunQuerySet, number: int) -> list[UUID]:
    return list(runs.values_list("pk", flat=True)[: max(0, min(number, _HINTS))])


def hint_next() -> None:
    """Tell the workers of a run that waits, where fewer entries lead to one than runs wait.

    An entry that came while its person had no room for another run led nowhere.
    """
    run_id = _waiting().values_list("pk", flat=True).first()
    if run_id is not None and _waiting().count() > queue.length():
        queue.hint(run_id)


def _waiting() -> RunQuerySet:
    return Run.objects.filter(status=Status.QUEUED).order_by("id")
