"""What a person may do with workflows and runs: their role in the workspace decides."""

from typing import Any
from uuid import UUID

from accounts import permissions
from runs.models import Run, Sweep, Workflow


def can_view(user: Any, subject: Workflow | Run | Sweep) -> bool:
    """Tell whether ``user`` may read the workflow or run."""
    return permissions.can_view(user, subject.workspace)


def can_operate(user: Any, subject: Workflow | Run | Sweep) -> bool:
    """Tell whether ``user`` may change the workflow or run, or create runs in it."""
    return permissions.can_operate(user, subject.workspace)


def operated_by(user: Any) -> frozenset[UUID]:
    """Return the workspaces in which ``user`` may create workflows and runs."""
    return permissions.operated_by(user)


def check_can_view(user: Any, subject: Workflow | Run | Sweep) -> None:
    """:raises PermissionDenied: if ``user`` is not a member of the workspace."""
    permissions.check_can_view(user, subject.workspace)


def check_can_operate(user: Any, subject: Workflow | Run | Sweep) -> None:
    """:raises PermissionDenied: if ``user`` is neither owner nor operator of the workspace."""
    permissions.check_can_operate(user, subject.workspace)
