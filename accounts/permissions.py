"""What a role may do in a workspace. ``check_can_...`` raises, ``can_...`` answers.

404 hides, 403 explains: querysets hide what one may not see; these explain what one may not do.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied

from accounts.models import Membership, Role, User, Workspace

_OPERATORS = {Role.OWNER, Role.OPERATOR}


def role_of(user: Any, workspace: Workspace) -> Role | None:
    """Return the role of an active person in a workspace, or None for everyone else."""
    if not isinstance(user, User) or not user.is_active:
        return None
    role = (
        Membership.objects.filter(user=user, workspace=workspace)
        .values_list("role", flat=True)
        .first()
    )
    return Role(role) if role else None


def can_view(user: Any, workspace: Workspace) -> bool:
    """Tell whether ``user`` may read what the workspace holds."""
    return role_of(user, workspace) is not None


def can_operate(user: Any, workspace: Workspace) -> bool:
    """Tell whether ``user`` may create workflows and runs and ask for shares."""
    return role_of(user, workspace) in _OPERATORS


def operated_by(user: Any) -> frozenset[UUID]:
    """Return the workspaces in which an active person may create workflows and runs."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    mine = Membership.objects.filter(user=user, role__in=_OPERATORS)
    return frozenset(mine.values_list("workspace", flat=True))


def can_own(user: Any, workspace: Workspace) -> bool:
    """Tell whether ``user`` may approve shares and manage members."""
    return role_of(user, workspace) == Role.OWNER


def check_can_view(user: Any, workspace: Workspace) -> None:
    """:raises PermissionDenied: if ``user`` is not a member."""
    if not can_view(user, workspace):
        raise PermissionDenied("You are not a member of this workspace.")


def check_can_operate(user: Any, workspace: Workspace) -> None:
    """:raises PermissionDenied: if ``user`` is neither owner nor operator."""
    if not can_operate(user, workspace):
        raise PermissionDenied(
            "You can view this workspace, but only owners and operators may change it. "
            "Ask an owner to make you an operator."
        )


def check_can_own(user: Any, workspace: Workspace) -> None:
    """:raises PermissionDenied: if ``user`` is not an owner."""
    if not can_own(user, workspace):
        raise PermissionDenied("Only an owner of the workspace may do this. Ask one of them.")
