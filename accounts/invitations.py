"""Invitations into a workspace: by e-mail, with a role, open for 14 days, accepted once.

The link's text goes into the mail alone. Whoever accepts must have verified the address that was
invited, so a forwarded link opens nothing.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Now

from accounts import audit, bearer, clock, identifiers, permissions
from accounts.models import Invitation, InvitationQuerySet, Membership, Role, User, Workspace
from accounts.workspaces import locked

KIND = "qri"
DAYS = 14
PER_DAY = 50


@transaction.atomic
def invite(workspace: Workspace, *, email: str, role: str, by: User) -> tuple[Invitation, str]:
    """Invite an address, in place of an invitation it may have; return the link's text once.

    :raises PermissionDenied: if ``by`` is not an owner.
    :raises ValidationError: if address or role are wrong, the address is a member's,
        or ``by`` has sent :data:`PER_DAY` invitations within a day.
    """
    workspace = locked(workspace)
    permissions.check_can_own(by, workspace)
    email = email.strip().lower()
    _check(workspace, email=email, role=role, by=by)
    for earlier in _pending(workspace).filter(email=email):
        withdraw(earlier, by=by)
    text = bearer.mint(KIND)
    now = clock.now()
    invitation = Invitation.objects.create(
        workspace=workspace,
        email=email,
        role=role,
        token_sha256=bearer.digest(text),
        invited_by=by,
        invited_at=now,
        expires_at=now + timedelta(days=DAYS),
    )
    _record("invitation.sent", invitation, by=by)
    return invitation, text


def find(text: str) -> Invitation | None:
    """Return the open invitation with this link text; None for anything else."""
    if not bearer.is_well_formed(KIND, text):
        return None
    invitations = Invitation.objects.open().select_related("workspace", "invited_by")
    return invitations.filter(token_sha256=bearer.digest(text)).first()


def open_for(user: User) -> InvitationQuerySet:
    """Return the open invitations to addresses that ``user`` has verified, newest first."""
    invitations = Invitation.objects.open().select_related("workspace", "invited_by")
    return invitations.filter(email__in=_verified_addresses(user)).order_by("-invited_at")


@transaction.atomic
def accept(text: str, *, by: User) -> Membership:
    """Make ``by`` a member through the link of an invitation.

    :raises PermissionDenied: if the invitation was for another, or an unverified, address.
    :raises ValidationError: if it is unknown, expired, withdrawn or used.
    """
    invitation = find(text)
    if invitation is None:
        raise _over()
    return join(invitation, by=by)


@transaction.atomic
def join(invitation: Invitation, *, by: User) -> Membership:
    """Make ``by`` a member as invited; someone who is a member already keeps their role.

    :raises PermissionDenied: if the invitation was for another, or an unverified, address.
    :raises ValidationError: if it has expired, was withdrawn or used.
    """
    if not is_for(invitation, by):
        raise PermissionDenied(
            "This invitation was sent to another e-mail address. Sign in with that address, "
            "or add and verify it under Settings."
        )
    still_open = Invitation.objects.open().filter(pk=invitation.pk)
    if not still_open.update(accepted_at=Now(), accepted_by=by):
        raise _over()
    membership, _ = Membership.objects.get_or_create(
        workspace=invitation.workspace, user=by, defaults={"role": invitation.role}
    )
    _record("invitation.accepted", invitation, by=by)
    return membership


def is_for(invitation: Invitation, user: User) -> bool:
    """Tell whether ``user`` has verified the address that was invited."""
    return user.is_active and invitation.email in _verified_addresses(user)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> None:
    """Take an invitation back; one that was used or withdrawn stays as it is.

    :raises PermissionDenied: if ``by`` is not an owner.
    """
    permissions.check_can_own(by, invitation.workspace)
    pending = _pending(invitation.workspace).filter(pk=invitation.pk)
    if pending.update(withdrawn_at=Now()):
        _record("invitation.withdrawn", invitation, by=by)


@transaction.atomic
def decline(invitation: Invitation, *, by: User) -> None:
    """Turn down an invitation to an address of one's own.

    :raises PermissionDenied: if the invitation was for another, or an unverified, address.
    """
    if not is_for(invitation, by):
        raise PermissionDenied("This invitation was sent to another e-mail address.")
    pending = _pending(invitation.workspace).filter(pk=invitation.pk)
    if pending.update(withdrawn_at=Now()):
        _record("invitation.declined", invitation, by=by)


def _check(workspace: Workspace, *, email: str, role: str, by: User) -> None:
    validate_email(email)
    if role not in Role.values:
        raise ValidationError({"role": "Choose owner, operator or viewer."})
    members = User.objects.filter(memberships__workspace=workspace)
    verified = EmailAddress.objects.filter(user__in=members, verified=True, email=email)
    if members.filter(email=email).exists() or verified.exists():
        raise ValidationError({"email": "This person is a member of the workspace already."})
    a_day_ago = clock.now() - timedelta(days=1)
    if Invitation.objects.filter(invited_by=by, invited_at__gt=a_day_ago).count() >= PER_DAY:
        raise ValidationError(
            f"You have sent {PER_DAY} invitations within a day. Send more tomorrow."
        )


def _verified_addresses(user: User) -> list[str]:
    addresses = EmailAddress.objects.filter(user=user, verified=True)
    return [address.lower() for address in addresses.values_list("email", flat=True)]


def _pending(workspace: Workspace) -> InvitationQuerySet:
    # Without regard to time: an expired one still holds the place that a new one needs.
    return Invitation.objects.filter(workspace=workspace, accepted_at=None, withdrawn_at=None)


def _over() -> ValidationError:
    return ValidationError(
        "This invitation is no longer open. Ask for a new one.", code="invitation_over"
    )


def _record(action: str, invitation: Invitation, *, by: User) -> None:
    audit.record(
        action,
        by=by,
        workspace=invitation.workspace,
        object_id=identifiers.encode("inv", invitation.id),
        email=invitation.email,
        role=invitation.role,
    )
