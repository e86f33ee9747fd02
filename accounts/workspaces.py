"""Workspaces: create, rename, and who is a member with which role.

A workspace has an active owner at all times: the last one can neither leave nor step down.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import audit, permissions
from accounts.models import Membership, Role, User, Workspace
from accounts.text import one_line


@transaction.atomic
def create_personal(user: User) -> Workspace:
    """Make the workspace that a person starts with, and make them its owner."""
    first = user.name.strip() or user.email.partition("@")[0]
    name = f"{first[:100]}’s workspace"
    return _create(name, by=user, is_personal=True)


@transaction.atomic
def create(name: str, *, by: User) -> Workspace:
    """Make another workspace, owned by ``by``.

    :raises ValidationError: if the name is empty or longer than 120 characters.
    """
    return _create(one_line(name), by=by, is_personal=False)


def _create(name: str, *, by: User, is_personal: bool) -> Workspace:
    workspace = Workspace(name=name, is_personal=is_personal)
    workspace.full_clean()
    workspace.save(force_insert=True)
    Membership.objects.create(workspace=workspace, user=by, role=Role.OWNER)
    audit.record(
        "workspace.created",
        by=by,
        workspace=workspace,
        object_id=workspace.public_id,
        name=name,
        personal=is_personal,
    )
    return workspace


@transaction.atomic
def rename(workspace: Workspace, *, name: str, by: User) -> Workspace:
    """Give the workspace another name.

    :raises PermissionDenied: if ``by`` is not an owner.
    :raises ValidationError: if the name is empty or longer than 120 characters.
    """
    permissions.check_can_own(by, workspace)
    before, workspace.name = workspace.name, one_line(name)
    workspace.full_clean()
    workspace.save(update_fields=["name"])
    audit.record(
        "workspace.renamed",
        by=by,
        workspace=workspace,
        object_id=workspace.public_id,
        before=before,
        after=workspace.name,
    )
    return workspace


@transaction.atomic
def change_role(membership: Membership, *, role: str, by: User) -> Membership:
    """Give a member another role.

    :raises PermissionDenied: if ``by`` is not an owner.
    :raises ValidationError: if the role is unknown, or the workspace would have no owner left.
    """
    workspace = locked(membership.workspace)
    permissions.check_can_own(by, workspace)
    membership.refresh_from_db(fields=["role"])
    before = membership.role
    if role not in Role.values:
        raise ValidationError({"role": "Choose owner, operator or viewer."})
    if role == before:
        return membership
    if role != Role.OWNER:
        _check_another_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    audit.record(
        "member.role_changed",
        by=by,
        workspace=workspace,
        object_id=workspace.public_id,
        member=membership.user_id,
        before=before,
        after=role,
    )
    return membership


@transaction.atomic
def remove(membership: Membership, *, by: User) -> None:
    """Take a member out of the workspace; members take themselves out to leave it.

    :raises PermissionDenied: if ``by`` is neither an owner nor the member.
    :raises ValidationError: if the workspace would have no owner left.
    """
    workspace = locked(membership.workspace)
    leaves = by.pk == membership.user_id
    if not leaves and not permissions.can_own(by, workspace):
        raise PermissionDenied("Only an owner of the workspace may remove other members.")
    membership.refresh_from_db(fields=["role"])
    _check_another_owner(membership)
    member = membership.user_id
    membership.delete()
    audit.record(
        "member.left" if leaves else "member.removed",
        by=by,
        workspace=workspace,
        object_id=workspace.public_id,
        member=member,
        role=membership.role,
    )


def is_last_owner(membership: Membership) -> bool:
    """Tell whether the workspace would have no active owner without this member."""
    if membership.role != Role.OWNER:
        return False
    others = Membership.objects.filter(
        workspace_id=membership.workspace_id, role=Role.OWNER, user__is_active=True
    ).exclude(pk=membership.pk)
    return not others.exists()


def _check_another_owner(membership: Membership) -> None:
    if is_last_owner(membership):
        raise ValidationError(
            "A workspace needs an owner, and this is its last one. "
            "Make another member an owner first.",
            code="last_owner",
        )


def locked(workspace: Workspace) -> Workspace:
    """Return the workspace, held to the end of the transaction: its members change in turn.

    Else two owners who step down at the same moment would each see the other stay.
    """
    return Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
