"""What a person may do with shares: their role decides, and whether they asked for it themselves.

The person who asks for a link and the person who answers for it are two, wherever a workspace
has two owners; where it has one, that one may do both, and everything says so.
"""

from typing import Any

from django.core.exceptions import PermissionDenied

from accounts import permissions
from accounts.models import Membership, Role, User
from evidence.models import Packet, Share


def can_request(user: Any, packet: Packet) -> bool:
    """Tell whether ``user`` may ask for a share of the packet."""
    return permissions.can_operate(user, packet.workspace)


def check_can_request(user: Any, packet: Packet) -> None:
    """:raises PermissionDenied: if ``user`` is neither owner nor operator of the workspace."""
    permissions.check_can_operate(user, packet.workspace)


def is_only_owner(user: Any, share: Share) -> bool:
    """Tell whether ``user`` owns the workspace of the share, and nobody else who is active does."""
    others = Membership.objects.filter(
        workspace=share.workspace_id, role=Role.OWNER, user__is_active=True
    ).exclude(user=user)
    return permissions.can_own(user, share.workspace) and not others.exists()


def can_approve(user: Any, share: Share) -> bool:
    """Tell whether ``user`` may approve the share."""
    return _refusal_to_approve(user, share) is None


def check_can_approve(user: Any, share: Share) -> None:
    """:raises PermissionDenied: if ``user`` is no owner, or asked and another may decide."""
    refusal = _refusal_to_approve(user, share)
    if refusal is not None:
        raise PermissionDenied(refusal)


def can_decline(user: Any, share: Share) -> bool:
    """Tell whether ``user`` may decline the share, or withdraw it as the one who asked."""
    return _owns_or_asked(user, share)


def check_can_decline(user: Any, share: Share) -> None:
    """:raises PermissionDenied: if ``user`` neither owns the workspace nor asked for the share."""
    if not _owns_or_asked(user, share):
        raise PermissionDenied("Only an owner, or the person who asked for it, may decline this.")


def can_revoke(user: Any, share: Share) -> bool:
    """Tell whether ``user`` may end the link."""
    return _owns_or_asked(user, share)


def check_can_revoke(user: Any, share: Share) -> None:
    """:raises PermissionDenied: if ``user`` neither owns the workspace nor asked for the share."""
    if not _owns_or_asked(user, share):
        raise PermissionDenied("Only an owner, or the person who asked for it, may revoke this.")


def can_extend(user: Any, share: Share) -> bool:
    """Tell whether ``user`` may change until when the link works."""
    return permissions.can_own(user, share.workspace)


def check_can_extend(user: Any, share: Share) -> None:
    """:raises PermissionDenied: if ``user`` is not an owner."""
    permissions.check_can_own(user, share.workspace)


def _owns_or_asked(user: Any, share: Share) -> bool:
    role = permissions.role_of(user, share.workspace)
    asked = isinstance(user, User) and user.pk == share.requested_by_id
    return role == Role.OWNER or (role == Role.OPERATOR and asked)


def _refusal_to_approve(user: Any, share: Share) -> str | None:
    if not permissions.can_own(user, share.workspace):
        return "Only an owner of the workspace may approve this. Ask one of them."
    if user.pk == share.requested_by_id and not is_only_owner(user, share):
        return "You asked for this share yourself, so another owner approves it."
    return None
