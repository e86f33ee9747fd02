"""What decisions are made of: where a run stands, the rules, and what becomes of it. Core.

Members that a run's row has a column for are called like it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Self

from runs.contract import Status, Submission
from runs.errors import RunError
from runs.limits import Limits


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for all runs: automatic attempts, runs of one person, and how long a lease is.

    So many ``hand_backs`` of a run are attempts that do not count among its ``attempts``.
    """

    attempts: int
    hand_backs: int
    active_runs: int
    queued_runs: int
    lease: timedelta

    @classmethod
    def of(cls, limits: Limits, *, lease: timedelta) -> Self:
        """Return the rules that follow from the limits in force."""
        return cls(
            limits.attempts,
            limits.hand_backs,
            limits.active_runs_per_user,
            limits.queued_runs_per_user,
            lease,
        )

    def may_wait(self, waiting: int) -> bool:
        """Tell whether a person of whom so many runs wait may ask for another."""
        return waiting < self.queued_runs

    def may_run(self, underway: int) -> bool:
        """Tell whether workers may take another run of a person of whom they hold so many."""
        return underway < self.active_runs


@dataclass(frozen=True, slots=True)
class Life:
    """Where one run stands, as far as it matters for what may happen next.

    ``lease_token`` is the fence: it is new with each attempt, and empty where no worker holds the
    run. Of ``attempt`` attempts, ``hand_backs`` were handed back by workers that were asked to
    stop, and do not count. ``is_local`` runs are executed by our own runners: an attempt that was
    lost has left nothing behind that could be billed or come back. ``evidence_is_due`` at its end.
    """

    status: Status
    created_at: datetime
    is_local: bool = True
    evidence_is_due: bool = True
    attempt: int = 0
    hand_backs: int = 0
    lease_token: str = ""
    lease_until: datetime | None = None
    submission: Submission = Submission.NOT_SENT
    cancel_requested_at: datetime | None = None
    submitted_at: datetime | None = None
    started_at: datetime | None = None

    def earliest(self, now: datetime) -> datetime:
        """Return the moment to record for something that happens at ``now``.

        That is ``now``, unless the clock was set back: no moment lies before one on record.
        """
        known = (self.submitted_at, self.started_at, self.cancel_requested_at)
        return max(now, self.created_at, *(moment for moment in known if moment is not None))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the trace to be. ``data`` is public; ``detail`` stays in the workspace."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written, all or nothing.

    ``columns`` take their new values and ``lines`` end the trace, at the moment ``at``. Where
    ``error`` is given, its payload is the run's. Where ``tells_workers``, the change leaves
    something due that nobody has in hand, and an entry of the queue belongs to it.
    """

    at: datetime
    columns: Mapping[str, Any]
    lines: tuple[Line, ...] = ()
    tells_workers: bool = False
    error: RunError | None = None


class Why(Enum):
    """Why nothing becomes of an event."""

    ENDED = auto()  # nothing about the run changes any more
    LEASE_LOST = auto()  # it belongs to another attempt, or to none
    NOT_NOW = auto()  # it does not follow from where the run stands
    NO_ROOM = auto()  # the person has as many runs there as one may have


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing is to be written."""

    why: Why
