"""Workflows: create, change, archive, restore. The numbers that their list shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone

from accounts import audit, permissions
from accounts.models import User, Workspace
from runs.contract import Status
from runs.models import Run, Workflow

WINDOW = timedelta(days=30)


@transaction.atomic
def create(workspace: Workspace, *, name: str, by: User, **fields: Any) -> Workflow:
    """Save and return a workflow. ``fields`` are purpose, tags and the defaults of new runs.

    :raises PermissionDenied: if ``by`` may not operate the workspace.
    """
    permissions.check_can_operate(by, workspace)
    workflow = Workflow.objects.create(workspace=workspace, name=name, created_by=by, **fields)
    _note(workflow, "created", by)
    return workflow


@transaction.atomic
def change(workflow: Workflow, *, by: User, **fields: Any) -> Workflow:
    """Change the name, purpose, tags or defaults. Sealed evidence keeps what it was sealed with.

    :raises PermissionDenied: if ``by`` may not operate the workspace.
    """
    permissions.check_can_operate(by, workflow.workspace)
    Workflow.objects.filter(pk=workflow.pk).update(**fields)
    _note(workflow, "changed", by)
    workflow.refresh_from_db()
    return workflow


@transaction.atomic
def archive(workflow: Workflow, *, by: User) -> Workflow:
    """Take no more runs; what was run stays readable. Archiving twice changes nothing.

    :raises PermissionDenied: if ``by`` may not operate the workspace.
    """
    permissions.check_can_operate(by, workflow.workspace)
    live = Workflow.objects.filter(pk=workflow.pk, archived_at=None)
    if live.update(archived_at=timezone.now()):
        _note(workflow, "archived", by)
    workflow.refresh_from_db()
    return workflow


@transaction.atomic
def restore(workflow: Workflow, *, by: User) -> Workflow:
    """Take runs again.

    :raises PermissionDenied: if ``by`` may not operate the workspace.
    """
    permissions.check_can_operate(by, workflow.workspace)
    archived = Workflow.objects.filter(pk=workflow.pk, archived_at__isnull=False)
    if archived.update(archived_at=None):
        _note(workflow, "restored", by)
    workflow.refresh_from_db()
    return workflow


def _note(workflow: Workflow, act: str, by: User) -> None:
    audit.record(
        f"workflow.{act}", by=by, workspace=workflow.workspace, object_id=workflow.public_id
    )


@dataclass(frozen=True)
class Activity:
    """What happened in a workflow lately: its newest run, and its runs of 30 days by status."""

    last_run: Run | None
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    open: int = 0

    @property
    def total(self) -> int:
        return self.completed + self.failed + self.cancelled + self.open

    @property
    def success(self) -> float | None:
        """The share of completed runs among those that completed or failed, None without any."""
        ended = self.completed + self.failed
        return self.completed / ended if ended else None


def activity(workflows: Sequence[Workflow]) -> dict[UUID, Activity]:
    """Return the activity of each workflow, in three queries however many there are."""
    ids = [workflow.pk for workflow in workflows]
    newest = _newest(ids)
    counts: dict[UUID, dict[str, int]] = {pk: {} for pk in ids}
    since = timezone.now() - WINDOW
    recent = Run.objects.filter(workflow__in=ids, created_at__gte=since).order_by()
    for pk, status, runs in recent.values_list("workflow", "status").annotate(runs=Count("pk")):
        name = status if status in _ENDS else "open"
        counts[pk][name] = counts[pk].get(name, 0) + runs
    return {pk: Activity(newest.get(pk), **counts[pk]) for pk in ids}


_ENDS = {Status.COMPLETED.value, Status.FAILED.value, Status.CANCELLED.value}


def _newest(ids: Iterable[UUID]) -> dict[UUID, Run]:
    own = Run.objects.filter(workflow=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    newest = Workflow.objects.filter(pk__in=ids).order_by().annotate(newest=Subquery(own))
    runs = Run.objects.filter(pk__in=[pk for pk in newest.values_list("newest", flat=True) if pk])
    listed = runs.only("workflow_id", "name", "status", "created_at").order_by()
    return {run.workflow_id: run for run in listed}
