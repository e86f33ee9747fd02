"""API tokens: issue, find, note their use, revoke. The text of a token is returned exactly once."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts import audit, bearer, clock, identifiers
from accounts.models import ApiToken, Scope, User
from accounts.text import one_line

KIND = "qrt"
DEFAULT_DAYS = 90
MAX_DAYS = 365
_USE_IS_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def issue(
    user: User,
    *,
    name: str,
    scopes: Iterable[str],
    days: int = DEFAULT_DAYS,
    by: User | None = None,
) -> tuple[ApiToken, str]:
    """Make a token for ``user`` and return it with its text, which is not kept.

    ``by`` is the person who asks; None stands for whoever runs commands on the server.

    :raises PermissionDenied: if one person asks for a token of another.
    :raises ValidationError: if name, scopes or days are missing, unknown or out of range.
    """
    if by is not None and by != user:
        raise PermissionDenied("People make API tokens for themselves only.")
    granted, name, lasts = _checked_scopes(scopes), _checked_name(name), _checked_days(days)
    text = bearer.mint(KIND)
    now = clock.now()
    token = ApiToken(
        user=user,
        name=name,
        prefix=bearer.shown_prefix(text),
        token_sha256=bearer.digest(text),
        scopes=granted,
        created_at=now,
        expires_at=now + lasts,
    )
    token.full_clean()
    token.save(force_insert=True)
    _record("token.issued", token, by=by, scopes=granted, days=days)
    return token, text


def find(text: str) -> ApiToken | None:
    """Return the token in force with this text, with its active user; None for anything else."""
    if not bearer.is_well_formed(KIND, text):
        return None
    live = ApiToken.objects.live().select_related("user")
    return live.filter(token_sha256=bearer.digest(text)).first()


def note_use(token: ApiToken) -> None:
    """Write when the token was last used, at most once a minute."""
    last = token.last_used_at
    if last is not None and timezone.now() - last < _USE_IS_NOTED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lt=Now() - _USE_IS_NOTED_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=Now())


@transaction.atomic
def revoke(token: ApiToken, *, by: User) -> ApiToken:
    """Put the token out of force at once; revoking it again changes nothing.

    :raises PermissionDenied: if ``by`` is neither its owner nor a superuser.
    """
    if by.pk != token.user_id and not by.is_superuser:
        raise PermissionDenied("Only its owner may revoke an API token.")
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=Now()):
        _record("token.revoked", token, by=by)
    token.refresh_from_db(fields=["revoked_at"])
    return token


def _checked_scopes(scopes: Iterable[str]) -> list[str]:
    asked = set(scopes)
    unknown = sorted(asked - set(Scope.values))
    if unknown:
        raise ValidationError({"scopes": f"There is no scope called {', '.join(unknown)}."})
    if not asked:
        raise ValidationError({"scopes": "Choose what the token may do."})
    return [scope for scope in Scope.values if scope in asked]


def _checked_name(name: str) -> str:
    name = one_line(name)
    if not name:
        raise ValidationError({"name": "Say what the token is for."})
    return name


def _checked_days(days: int) -> timedelta:
    if not 1 <= days <= MAX_DAYS:
        raise ValidationError({"days": f"A token lasts between 1 and {MAX_DAYS} days."})
    return timedelta(days=days)


def _record(action: str, token: ApiToken, *, by: User | None, **data: Any) -> None:
    name = identifiers.encode("tok", token.id)
    audit.record(action, by=by, object_id=name, user=token.user_id, name=token.name, **data)
