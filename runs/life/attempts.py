"""The attempts of a run, read from its trace. Core: it reads what is stored and sealed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Ending(StrEnum):
    LOST = "lost"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


HANDED_BACK = "worker_stopped"  # the reason that is no failure of anything
# Why an attempt ended without the program having had its say.
REASONS: Mapping[str, str] = {
    "lease_expired": "its worker went away",
    "runner_lost": "its runner went away",
    HANDED_BACK: "its worker was stopped",
}
_ENDINGS: Mapping[str, Ending] = {
    "run.attempt_lost": Ending.LOST,
    "run.completed": Ending.COMPLETED,
    "run.failed": Ending.FAILED,
    "run.cancelled": Ending.CANCELLED,
}


class Traced(Protocol):
    """What of a line of the trace is read."""

    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Attempt:
    """One automatic attempt, 1 being the first. Without ``ending`` it is underway.

    ``reason`` is a key of :data:`REASONS` where the attempt was lost, else empty: an attempt that
    failed has its reason in the error of the run.
    """

    number: int
    claimed_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ending: Ending | None = None
    reason: str = ""

    @property
    def why(self) -> str:
        """The reason in words, empty where there is none."""
        return REASONS.get(self.reason, self.reason)

    @property
    def seconds(self) -> float | None:
        """How long a worker had it, None where it is underway."""
        return (self.ended_at - self.claimed_at).total_seconds() if self.ended_at else None


def attempts_of(trace: Iterable[Traced]) -> tuple[Attempt, ...]:
    """Return the attempts that the lines of a trace, in their order, tell of.

    Where the last of the attempts that a run may have is lost, the run fails: so a failure that
    gives such a reason is told as a lost attempt.
    """
    attempts: list[Attempt] = []
    for line in trace:
        if line.kind == "run.claimed":
            attempts.append(Attempt(line.data.get("attempt", len(attempts) + 1), line.at))
        elif attempts and attempts[-1].ending is None:
            attempts[-1] = _after(attempts[-1], line)
    return tuple(attempts)


def _after(attempt: Attempt, line: Traced) -> Attempt:
    if line.kind == "run.started":
        return replace(attempt, started_at=line.at)
    ending = _ENDINGS.get(line.kind)
    if ending is None:
        return attempt
    reason = line.data.get("reason", "")
    if reason and ending is Ending.FAILED:
        ending = Ending.LOST
    return replace(attempt, ended_at=line.at, ending=ending, reason=reason)
