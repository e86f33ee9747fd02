"""Shares: a link to one packet for people without an account. Asked for, approved, ended.

A share pins bytes: at approval the files that its profile grants are packed, kept in the store
under their digest, and the link shows those bytes and nothing else. The link's token is returned
exactly once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts import audit, bearer, clock
from accounts.models import User
from evidence import copies, permissions, store, trust
from evidence.models import Packet, Profile, Share, ShareStatus
from evidence.packet import verify_packet
from runs.errors import Problem, RunError

KIND = "qrs"
LINKS_PER_PACKET = 20


@transaction.atomic
def request(
    packet: Packet,
    *,
    label: str,
    purpose: str,
    profile: str,
    expires_at: datetime,
    openings: Iterable[str] = (),
    by: User,
) -> Share:
    """Ask for a link to ``packet``; nothing is shared until somebody approves.

    ``openings`` names the excluded fields (``workflow.name``) whose values the link discloses.

    :raises PermissionDenied: if ``by`` may not operate the workspace.
    :raises ValidationError: if a value is missing, unknown or out of range.
    :raises RunError: ``state_conflict`` if the packet has :data:`LINKS_PER_PACKET` links already.
    """
    permissions.check_can_request(by, packet)
    chosen = _checked_openings(packet, openings)
    if profile not in Profile.values:
        raise ValidationError({"profile": f"There is no profile called {profile}."})
    _check_room(packet)
    share = Share.objects.create(
        workspace=packet.workspace,
        packet=packet,
        profile=profile,
        openings=chosen,
        label=_checked_label(label),
        purpose=purpose.strip(),
        requested_by=by,
        requested_at=clock.now(),
        expires_at=_checked_expiry(expires_at),
    )
    _record("share.requested", share, by=by, profile=profile, openings=chosen)
    return share


def archive(share: Share) -> bytes:
    """Return the archive that the share grants: the same bytes whenever it is asked for.

    :raises StoreError: if the packet's bytes are missing or damaged.
    """
    if share.archive_sha256:
        return store.get(share.archive_sha256)
    return copies.granted(share.packet, profile=share.profile, fields=share.openings)


def approve(share: Share, *, expires_at: datetime, label: str, by: User) -> tuple[Share, str]:
    """Make the link work, and return its token, which is not kept.

    :raises PermissionDenied: if ``by`` is no owner, or asked for it where others may decide.
    :raises ValidationError: if the name is missing or the time is out of range.
    :raises RunError: ``state_conflict`` if somebody has decided before, or the packet is
        missing, damaged or does not verify any more.
    """
    permissions.check_can_approve(by, share)
    token = bearer.mint(KIND)
    decision: dict[str, Any] = {
        "label": _checked_label(label),
        "expires_at": _checked_expiry(expires_at),
        "self_approved": by.pk == share.requested_by_id,
        "token_sha256": bearer.digest(token),
        "archive_sha256": store.put(_verified_archive(share)),
    }
    with transaction.atomic():
        decided = _decide(share, ShareStatus.APPROVED, by=by, **decision)
        _record(
            "share.approved",
            decided,
            by=by,
            archive=decided.archive_sha256,
            expires_at=decided.expires_at.isoformat(),
            self_approved=decided.self_approved,
        )
    return decided, token


@transaction.atomic
def decline(share: Share, *, reason: str, by: User) -> Share:
    """Answer that there will be no link, and why; the person who asked may withdraw it so.

    :raises PermissionDenied: if ``by`` neither owns the workspace nor asked for it.
    :raises ValidationError: if no reason is given.
    :raises RunError: ``state_conflict`` if somebody has decided before.
    """
    permissions.check_can_decline(by, share)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Say why, so that the person who asked can act on it."})
    decided = _decide(share, ShareStatus.DECLINED, by=by, decline_reason=reason[:400])
    _record("share.declined", decided, by=by, reason=decided.decline_reason)
    return decided


@transaction.atomic
def revoke(share: Share, *, by: User) -> Share:
    """End the link at once and for good. What was downloaded before cannot be recalled.

    :raises PermissionDenied: if ``by`` neither owns the workspace nor asked for it.
    :raises RunError: ``state_conflict`` if there is no link to end.
    """
    permissions.check_can_revoke(by, share)
    changed = Share.objects.filter(pk=share.pk, status=ShareStatus.APPROVED).update(
        status=ShareStatus.REVOKED, revoked_by=by, revoked_at=clock.now()
    )
    share = Share.objects.get(pk=share.pk)
    if not changed:
        raise _conflict(f"This share is {share.get_status_display().lower()}; it has no link.")
    _record("share.revoked", share, by=by)
    return share


@transaction.atomic
def extend(share: Share, *, expires_at: datetime, by: User) -> Share:
    """Change until when a working link works. A link that has ended stays ended.

    :raises PermissionDenied: if ``by`` is not an owner.
    :raises ValidationError: if the time is out of range.
    :raises RunError: ``state_conflict`` if the link does not work any more, or yet.
    """
    permissions.check_can_extend(by, share)
    until = _checked_expiry(expires_at)
    changed = Share.objects.live().filter(pk=share.pk).update(expires_at=until)
    if not changed:
        raise _conflict("Only a link that still works can be extended. Ask for a new one.")
    before, share = share.expires_at, Share.objects.get(pk=share.pk)
    _record("share.extended", share, by=by, before=before.isoformat(), until=until.isoformat())
    return share


def _decide(share: Share, status: ShareStatus, *, by: User, **changes: Any) -> Share:
    """Write a decision where none is: of two people who decide at once, one is told so."""
    changed = Share.objects.filter(pk=share.pk, status=ShareStatus.REQUESTED).update(
        status=status, decided_by=by, decided_at=clock.now(), **changes
    )
    decided = Share.objects.get(pk=share.pk)
    if not changed:
        state = decided.get_status_display().lower()
        raise _conflict(f"This share was decided in the meantime: it is {state}.")
    return decided


def _verified_archive(share: Share) -> bytes:
    try:
        content = archive(share)
    except store.StoreError as error:
        raise copies.refusal(share.packet, error) from error
    report = verify_packet(content, trust.keys())
    if not report.is_good:
        raise _conflict(f"The packet cannot be shared. {report.headline}")
    return content


def _check_room(packet: Packet) -> None:
    """Hold the packet's row, so that parallel requests are counted one after the other."""
    Packet.objects.select_for_update(no_key=True).get(pk=packet.pk)
    open_or_live = Q(status=ShareStatus.REQUESTED) | Q(
        status=ShareStatus.APPROVED, expires_at__gt=Now()
    )
    if packet.shares.filter(open_or_live).count() >= LINKS_PER_PACKET:
        raise _conflict(f"This packet has {LINKS_PER_PACKET} links and requests already.")


def _checked_label(label: str) -> str:
    label = label.strip()
    if not label:
        raise ValidationError({"label": "Give the link a name, so that it can be told apart."})
    return label[:120]


def _checked_expiry(expires_at: datetime) -> datetime:
    now = clock.now()
    if expires_at <= now:
        raise ValidationError({"expires_at": "Choose a day in the future."})
    if expires_at.date() > now.date() + timedelta(days=settings.SHARE_DAYS_MAX):
        message = f"A link works for at most {settings.SHARE_DAYS_MAX} days."
        raise ValidationError({"expires_at": message})
    return expires_at


def _checked_openings(packet: Packet, fields: Iterable[str]) -> list[str]:
    chosen, known = set(fields), copies.disclosable(packet)
    unknown = sorted(chosen - set(known))
    if unknown:
        raise ValidationError({"openings": f"The packet cannot disclose {', '.join(unknown)}."})
    return [field for field in known if field in chosen]


def _conflict(message: str) -> RunError:
    return RunError("state_conflict", [Problem(message)])


def _record(action: str, share: Share, *, by: User, **data: Any) -> None:
    packet = share.packet.public_id
    audit.record(
        action, by=by, workspace=share.workspace, object_id=share.public_id, packet=packet, **data
    )
