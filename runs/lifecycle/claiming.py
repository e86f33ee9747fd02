"""How a worker comes by a run: the next that is due, in fair order, under a new lease."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from runs import life
from runs.contract import Status
from runs.life.happenings import Claimed
from runs.lifecycle import writing
from runs.models import Run, RunQuerySet

_CANDIDATES = 8


def claim(*, lease: str) -> Run | None:
    """Take the next due run, fairly between workspaces, or return None if there is none."""
    for run_id, person_id in due():
        with transaction.atomic():
            underway = _count_underway(person_id)
            run = Run.objects.select_related("source").get(pk=run_id)
            decision = writing.carry_out(run, Claimed(lease, underway=underway))
            if isinstance(decision, life.Change):
                return run
    return None


def due() -> Iterator[tuple[UUID, int]]:
    """Yield the first runs whose turn it is, and their persons, as :mod:`runs.life.turns` says."""
    queued = Run.objects.filter(status=Status.QUEUED).annotate(
        by_workspace=_counted("workspace"),
        by_person=_counted("created_by"),
        served_at=last_served(),
    )
    allowed = queued.filter(by_person__lt=settings.RUN_LIMITS.active_runs_per_user)
    in_turn = allowed.order_by("by_workspace", F("served_at").asc(nulls_first=True), "id")
    yield from in_turn.values_list("pk", "created_by_id")[:_CANDIDATES]


def underway() -> RunQuerySet:
    """Return the runs that workers hold."""
    return Run.objects.filter(status__in=life.UNDER_LEASE).exclude(lease_token="")


def last_served() -> Subquery:
    """Return, for a row of runs, when a run of its workspace was last taken."""
    taken = Run.objects.filter(workspace=OuterRef("workspace"), submitted_at__isnull=False)
    return Subquery(taken.order_by("-submitted_at").values("submitted_at")[:1])


def _count_underway(person_id: int) -> int:
    """Hold the person's row, so that workers who claim at once are counted one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=person_id)
    return underway().filter(created_by=person_id).count()


def _counted(field: str) -> Coalesce:
    same: dict[str, Any] = {field: OuterRef(field)}
    grouped = underway().filter(**same).order_by().values(field)
    return Coalesce(Subquery(grouped.annotate(number=Count("pk")).values("number")), 0)
