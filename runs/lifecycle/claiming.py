"""How a worker comes by a run: the next that is due, in fair order, under a new lease."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery, Window
from django.db.models.functions import RowNumber

from accounts.models import User, Workspace
from runs import life
from runs.contract import Status
from runs.life.happenings import Claimed
from runs.life.turns import Holder, Queue, Waiter
from runs.lifecycle import writing
from runs.models import Run, RunQuerySet

_CANDIDATES = 8
_IS_HELD = Q(status__in=sorted(life.UNDER_LEASE)) & ~Q(lease_token="")


def claim(*, lease: str) -> Run | None:
    """Take the next due run, fairly between workspaces, or return None if there is none.

    Where another worker was quicker, the one after it is tried.
    """
    for waiter in islice(queue(first=_CANDIDATES).ready(), _CANDIDATES):
        with transaction.atomic():
            held = _count_underway(waiter.person)
            run = Run.objects.select_related("source").get(pk=waiter.run)
            decision = writing.carry_out(run, Claimed(lease, underway=held))
            if isinstance(decision, life.Change):
                return run
    return None


def queue(*, first: int) -> Queue:
    """Return the runs that wait, and what decides whose turn it is.

    Of the runs of a person in a workspace only the ``first`` are read: a sweep may have many.
    """
    place = Window(RowNumber(), partition_by=["workspace", "created_by", "status"], order_by="id")
    ours = Run.objects.filter(Q(status=Status.QUEUED) | _IS_HELD).annotate(place=place)
    read = ours.filter(Q(place__lte=first) | ~Q(status=Status.QUEUED))
    in_order = read.order_by(F("submitted_at").asc(nulls_last=True), "id")
    rows = list(in_order.values_list("status", "pk", "workspace_id", "created_by_id"))
    waiting = [Waiter(*whose) for status, *whose in rows if status == Status.QUEUED]
    return Queue(
        waiting,
        [Holder(*whose) for status, _, *whose in rows if status != Status.QUEUED],
        _served(waiter.workspace for waiter in waiting),
        active=settings.RUN_LIMITS.active_runs_per_user,
    )


def _served(workspaces: Iterable[Any]) -> dict[Any, datetime]:
    """Return when each of the workspaces was last served, if it ever was."""
    taken = Run.objects.filter(workspace=OuterRef("pk"), submitted_at__isnull=False)
    last = Subquery(taken.order_by("-submitted_at").values("submitted_at")[:1])
    served = Workspace.objects.filter(pk__in=set(workspaces)).order_by().annotate(served_at=last)
    return {pk: at for pk, at in served.values_list("pk", "served_at") if at is not None}


def underway() -> RunQuerySet:
    """Return the runs that workers hold."""
    return Run.objects.filter(_IS_HELD)


def _count_underway(person_id: int) -> int:
    """Hold the person's row, so that workers who claim at once are counted one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=person_id)
    return underway().filter(created_by=person_id).count()
