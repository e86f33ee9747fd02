"""What becomes of a run when something happens to it. Core: :func:`decide` and nothing around it.

Leases are by the database's clock as it stands, and the moments of a row are never the wrong way
round. So a clock that is set forward costs attempts, one that is set back delays the repair of what
was lost by as much, and neither costs a run or lets two attempts end it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from runs.contract import TERMINAL, Status, Submission
from runs.errors import RunError
from runs.life.attempts import HANDED_BACK
from runs.life.happenings import (
    Acknowledged,
    AnswerLost,
    AttemptLost,
    CancelAsked,
    Claimed,
    Completed,
    Event,
    Failed,
    Fenced,
    Heartbeat,
    LeaseExpired,
    Requested,
    Sending,
    SourceRead,
    Started,
    Stopped,
)
from runs.life.shapes import Change, Life, Line, Refusal, Rules, Why
from runs.life.statuses import TRANSITIONS

_NO_LEASE: Mapping[str, Any] = {"lease_token": "", "lease_until": None}
_TOO_LATE = "completed before the cancellation took effect"


def begin(event: Requested, now: datetime) -> Change:
    """Return how the life of a run begins: waiting, or failed where the request is wrong."""
    requested = Line("run.requested", event.asked)
    error = event.error
    if error is not None:
        why = {"code": error.code, "stage": error.stage.value, "problems": len(error.problems)}
        return Change(
            now,
            {"status": Status.FAILED, "created_at": now, "finished_at": now},
            (requested, Line("run.rejected", why)),
            tells_workers=event.evidence_is_due,
            error=error,
        )
    checked = () if event.checked is None else (Line("run.validated", event.checked),)
    return Change(
        now,
        {"status": Status.QUEUED, "created_at": now},
        (requested, *checked, Line("run.queued")),
        tells_workers=True,
    )


def decide(life: Life, event: Event, now: datetime, rules: Rules) -> Change | Refusal:
    """Return what becomes of the run, or why nothing does.

    A run that has ended never changes. What an attempt brings is fenced: after the run was taken
    from it, nothing of it counts. Whatever happens, no status follows that may not.
    """
    if life.status in TERMINAL:
        return Refusal(Why.ENDED)
    if isinstance(event, Fenced) and not _counts(life, event):
        return Refusal(Why.LEASE_LOST)
    decision = _DECISIONS[type(event)](life, event, now, rules)
    if isinstance(decision, Change) and not _is_legal(life, decision):
        return Refusal(Why.NOT_NOW)
    return decision


def _counts(life: Life, event: Fenced) -> bool:
    """Whether what an attempt or a provider brings is of this run as it stands."""
    if not event.lease and _left_nothing(life):
        return False  # outside of an attempt there is news only of what a provider may have
    return event.lease == life.lease_token


def _is_legal(life: Life, change: Change) -> bool:
    status = change.columns.get("status", life.status)
    return status is life.status or status in TRANSITIONS[life.status]


def _claimed(life: Life, event: Claimed, now: datetime, rules: Rules) -> Change | Refusal:
    if life.status is not Status.QUEUED:
        return Refusal(Why.NOT_NOW)
    if not rules.may_run(event.underway):
        return Refusal(Why.NO_ROOM)
    at, attempt = life.earliest(now), life.attempt + 1
    columns = {
        "status": Status.SUBMITTING,
        "attempt": attempt,
        "lease_token": event.new_lease,
        "lease_until": now + rules.lease,
        "submitted_at": at,
    }
    return Change(at, columns, (Line("run.claimed", {"attempt": attempt}),))


def _heartbeat(life: Life, _: Heartbeat, now: datetime, rules: Rules) -> Change | Refusal:
    if not life.lease_token:
        return Refusal(Why.NOT_NOW)
    return Change(life.earliest(now), {"lease_until": now + rules.lease})


def _sending(life: Life, _: Sending, now: datetime, __: Rules) -> Change | Refusal:
    """Once a request may have left, it is never sent again, so this is written before it leaves."""
    ready = life.status is Status.SUBMITTING and life.submission is Submission.NOT_SENT
    if life.is_local or not ready:
        return Refusal(Why.NOT_NOW)
    return Change(life.earliest(now), {"submission": Submission.SENT_UNCONFIRMED})


def _acknowledged(life: Life, _: Acknowledged, now: datetime, __: Rules) -> Change | Refusal:
    if life.submission is not Submission.SENT_UNCONFIRMED:
        return Refusal(Why.NOT_NOW)
    columns = {"submission": Submission.ACKNOWLEDGED, **_NO_LEASE}
    if life.status is not Status.CANCELLING:
        columns["status"] = Status.SUBMITTED
    return Change(life.earliest(now), columns, (Line("run.submitted"),))


def _answer_lost(life: Life, _: AnswerLost, now: datetime, __: Rules) -> Change | Refusal:
    if not life.lease_token or life.submission is not Submission.SENT_UNCONFIRMED:
        return Refusal(Why.NOT_NOW)
    return _unconfirmed(life, now, {})


def _unconfirmed(life: Life, now: datetime, data: Mapping[str, Any]) -> Change:
    columns = dict(_NO_LEASE)
    if life.status is not Status.CANCELLING:
        columns["status"] = Status.UNCONFIRMED
    return Change(life.earliest(now), columns, (Line("run.unconfirmed", data),))


def _started(life: Life, event: Started, now: datetime, _: Rules) -> Change | Refusal:
    if life.status is not (Status.SUBMITTING if life.is_local else Status.SUBMITTED):
        return Refusal(Why.NOT_NOW)
    at = life.earliest(now)
    columns = {
        "status": Status.RUNNING,
        "started_at": at,
        "submission": Submission.ACKNOWLEDGED,
    }
    return Change(at, columns, (Line("run.started", event.data),))


def _source_read(life: Life, event: SourceRead, now: datetime, _: Rules) -> Change | Refusal:
    if life.status not in {Status.RUNNING, Status.CANCELLING}:
        return Refusal(Why.NOT_NOW)
    return Change(life.earliest(now), {}, (Line("run.validated", event.checked),))


def _completed(life: Life, event: Completed, now: datetime, _: Rules) -> Change:
    data = dict(event.data)
    if life.cancel_requested_at is not None:
        data["note"] = _TOO_LATE
    return _end(life, Status.COMPLETED, now, Line("run.completed", data), event.columns)


def _failed(life: Life, event: Failed, now: datetime, _: Rules) -> Change:
    detail = {"detail": event.detail} if event.detail else {}
    line = Line("run.failed", _cause(event.error), detail)
    return _end(life, Status.FAILED, now, line, error=event.error)


def _stopped(life: Life, _: Stopped, now: datetime, __: Rules) -> Change | Refusal:
    if life.status is not Status.CANCELLING:
        return Refusal(Why.NOT_NOW)
    return _end(life, Status.CANCELLED, now, Line("run.cancelled"))


def _attempt_lost(life: Life, event: AttemptLost, now: datetime, rules: Rules) -> Change | Refusal:
    if not life.lease_token:
        return Refusal(Why.NOT_NOW)
    left_nothing = event.not_taken or _left_nothing(life)
    if not left_nothing:
        return _unconfirmed(life, now, {"reason": event.reason})
    return _give_back(life, event.reason, event.error, now, rules)


def _lease_expired(life: Life, _: LeaseExpired, now: datetime, rules: Rules) -> Change | Refusal:
    if life.lease_until is None or life.lease_until >= now:
        return Refusal(Why.NOT_NOW)
    if not _left_nothing(life):
        return _unconfirmed(life, now, {"reason": "lease_expired"})
    return _give_back(life, "lease_expired", None, now, rules)


def _left_nothing(life: Life) -> bool:
    """Whether an attempt that ends here has certainly started nothing that goes on without it."""
    return life.is_local or life.submission is Submission.NOT_SENT


def _give_back(
    life: Life, reason: str, error: RunError | None, now: datetime, rules: Rules
) -> Change:
    """Queue the run for its next attempt, or end it: it was cancelled, or this was the last.

    An attempt that is handed back counts for nothing, but for a run that is handed back forever.
    """
    told = {"reason": reason}
    hand_backs = life.hand_backs
    if reason == HANDED_BACK and hand_backs < rules.hand_backs:
        hand_backs += 1
    if life.status is Status.CANCELLING:
        return _end(life, Status.CANCELLED, now, Line("run.cancelled", told), due=True)
    if life.attempt - hand_backs >= rules.attempts:
        error = error or RunError("worker_lost")
        line = Line("run.failed", _cause(error) | told)
        return _end(life, Status.FAILED, now, line, error=error, due=True)
    columns = {
        "status": Status.QUEUED,
        "hand_backs": hand_backs,
        "submission": Submission.NOT_SENT,
        "submitted_at": None,
        "started_at": None,
        **_NO_LEASE,
    }
    line = Line("run.attempt_lost", {"attempt": life.attempt, **told})
    return Change(life.earliest(now), columns, (line,), tells_workers=True)


def _cancel_asked(life: Life, event: CancelAsked, now: datetime, _: Rules) -> Change | Refusal:
    if life.cancel_requested_at is not None:
        return Refusal(Why.NOT_NOW)
    at, requested = life.earliest(now), Line("run.cancel_requested")
    columns = {"cancel_requested_at": at, "cancel_requested_by_id": event.by}
    if life.status is not Status.QUEUED:
        return Change(at, {"status": Status.CANCELLING, **columns}, (requested,))
    return Change(
        at,
        {"status": Status.CANCELLED, "finished_at": at, **columns},
        (requested, Line("run.cancelled")),
        tells_workers=life.evidence_is_due,
    )


def _end(
    life: Life,
    status: Status,
    now: datetime,
    line: Line,
    columns: Mapping[str, Any] | None = None,
    *,
    error: RunError | None = None,
    due: bool = False,
) -> Change:
    """End the run; where ``due``, nobody is at hand who would seal it."""
    at = life.earliest(now)
    ended = {"status": status, "finished_at": at, **_NO_LEASE, **(columns or {})}
    return Change(at, ended, (line,), tells_workers=due and life.evidence_is_due, error=error)


def _cause(error: RunError) -> dict[str, Any]:
    return {"code": error.code, "stage": error.stage.value}


_DECISIONS: Mapping[type, Callable[[Life, Any, datetime, Rules], Change | Refusal]] = {
    Acknowledged: _acknowledged,
    AnswerLost: _answer_lost,
    AttemptLost: _attempt_lost,
    CancelAsked: _cancel_asked,
    Claimed: _claimed,
    Completed: _completed,
    Failed: _failed,
    Heartbeat: _heartbeat,
    LeaseExpired: _lease_expired,
    Sending: _sending,
    SourceRead: _source_read,
    Started: _started,
    Stopped: _stopped,
}
