"""Does what a key stands for once, and repeats the first answer to whoever asks again.

After the IETF draft "The Idempotency-Key HTTP Header Field". The key, what was saved and the
answer are one transaction: a crash leaves all of it or none, and of requests in parallel one acts
while the others wait for it. A key belongs to one person and one request for ever.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction

from accounts.models import User
from runs import canonical
from runs.errors import Problem, RunError
from runs.models import IdempotencyKey, Run

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_WAIT = "3s"
_LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True)
class Answer:
    """What a request got: a status, a JSON body, and the run where it saved one."""

    status: int
    body: Mapping[str, Any]
    run: Run | None = None
    is_replay: bool = False


def once(act: Callable[[], Answer], *, key: str | None, request: Any, by: User) -> Answer:
    """Return the answer of ``act``, or the one that ``by`` got for ``key`` before.

    ``request`` is a JSON value that tells requests apart. Without a key, ``act`` simply acts. An
    act that refuses by raising binds no key.

    :raises RunError: ``invalid_request`` if the key is malformed, ``idempotency_mismatch`` if it
        was used for another request, ``idempotency_in_progress`` if the first one takes long.
    """
    if key is None:
        return act()
    if not _KEY.fullmatch(key):
        message = "An idempotency key has 1 to 255 visible ASCII characters."
        raise RunError("invalid_request", [Problem(message, field="Idempotency-Key")])
    fingerprint = canonical.sha256(canonical.encode(request))
    with transaction.atomic():
        row = _bind(key, fingerprint, by=by)
        if row is None:
            return _first(key, fingerprint, by=by)
        refusal: Exception
        try:
            answer = act()
        except (RunError, PermissionDenied, ValidationError) as error:
            row.delete()
            refusal = error
        else:
            row.status_code, row.body, row.run = answer.status, dict(answer.body), answer.run
            row.save(update_fields=["status_code", "body", "run"])
            return answer
    raise refusal


def _bind(key: str, fingerprint: str, *, by: User) -> IdempotencyKey | None:
    """Save the key and return its row, or None where it is bound already."""
    try:
        with transaction.atomic():
            usual = _wait_at_most(_WAIT)
            row = IdempotencyKey.objects.create(user=by, key=key, fingerprint=fingerprint)
            _wait_at_most(usual)
            return row
    except IntegrityError:
        return None
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != _LOCK_NOT_AVAILABLE:
            raise
        raise RunError("idempotency_in_progress", retry_after_seconds=1) from error


def _wait_at_most(time: str) -> str:
    """Bound the wait for locks in this transaction, and return the bound there was.

    SQLite has one writer at a time, and a limit of its own for the wait.
    """
    if connection.vendor != "postgresql":
        return time
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        usual: str = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [time])
    return usual


def _first(key: str, fingerprint: str, *, by: User) -> Answer:
    row = IdempotencyKey.objects.select_related("run").get(user=by, key=key)
    if row.fingerprint != fingerprint:
        raise RunError("idempotency_mismatch")
    assert row.status_code is not None
    assert row.body is not None
    return replace(Answer(row.status_code, row.body, row.run), is_replay=True)
