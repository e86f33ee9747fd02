"""Asks the core what becomes of a run, and writes exactly that: the row, the trace, the queue.

Call it inside a transaction. A change is one conditional UPDATE: it hits the row only as it was
when the decision was made.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts import clock
from runs import attempts, life
from runs.contract import EvidenceState, Status, Submission
from runs.errors import RunError
from runs.life.happenings import Event
from runs.lifecycle import events, queue
from runs.models import Run

_OUR_OWN = "local"  # the provider whose devices are our runners
_DECIDED_ON = (
    "status",
    "attempt",
    "hand_backs",
    "lease_token",
    "lease_until",
    "submission",
    "cancel_requested_at",
    "event_count",
)


def rules() -> life.Rules:
    """Return the rules in force."""
    lease = timedelta(seconds=settings.LEASE_SECONDS)
    return life.Rules.of(settings.RUN_LIMITS, lease=lease)


def life_of(run: Run) -> life.Life:
    """Return where ``run`` stands."""
    return life.Life(
        status=Status(run.status),
        created_at=run.created_at,
        is_local=run.provider_id == _OUR_OWN,
        evidence_is_due=run.evidence_state == EvidenceState.PENDING,
        attempt=run.attempt,
        hand_backs=run.hand_backs,
        lease_token=run.lease_token,
        lease_until=run.lease_until,
        submission=Submission(run.submission),
        cancel_requested_at=run.cancel_requested_at,
        submitted_at=run.submitted_at,
        started_at=run.started_at,
    )


def held(run_id: UUID, *related: str) -> Run:
    """Return the run and hold its row, so that nobody comes between reading and writing it."""
    rows = Run.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related(*related).get(pk=run_id) if related else rows.get(pk=run_id)


def carry_out(run: Run, event: Event) -> life.Change | life.Refusal:
    """Let ``event`` happen to ``run``; return what came of it, with ``run`` as its row is then.

    A row that is not held may have changed since it was read; then nothing came of it *now*.
    """
    decision = life.decide(life_of(run), event, clock.now(), rules())
    if isinstance(decision, life.Change) and not _write(run, decision):
        return life.Refusal(life.Why.NOT_NOW)
    return decision


def _write(run: Run, change: life.Change) -> bool:
    """Write ``change`` and return whether the row was still what it was decided on."""
    as_decided = Run.objects.filter(pk=run.pk, **{name: getattr(run, name) for name in _DECIDED_ON})
    lines = events.chained(run, change)
    columns = _columns(run, change) | events.head_after(run, lines)
    if not as_decided.update(**columns):
        return False
    _set(run, columns)
    events.keep(lines)
    if change.tells_workers:
        queue.hint(run.pk)
    return True


def insert(run: Run, change: life.Change) -> None:
    """Write the row of a run that begins, with its first lines."""
    _set(run, _columns(run, change))
    lines = events.chained(run, change)
    _set(run, events.head_after(run, lines))
    run.save(force_insert=True)
    events.keep(lines)
    if change.tells_workers:
        queue.hint(run.pk)


def _columns(run: Run, change: life.Change) -> dict[str, Any]:
    columns = dict(change.columns)
    if change.error is not None:
        columns |= {"error": payload(run, change.error), "error_code": change.error.code}
    return columns


def _set(run: Run, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(run, name, value)


def payload(run: Run, error: RunError) -> dict[str, Any]:
    """Return the error payload of ``run``, which is stored, answered and sealed as it is."""
    return error.as_json(
        docs_url=f"{settings.SITE_URL}/docs/errors/",
        provider_id=run.provider_id,
        attempt=run.attempt,
        max_attempts=attempts.most(run),
        submission=run.submission,
        billing=run.billing,
    )
