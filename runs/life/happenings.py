"""What can happen to a run: events that people, workers and providers bring. Core.

Those that carry a ``lease`` are fenced: they count only while the run is under exactly that lease.
What is heard of a provider outside of any attempt, by asking it again later, carries an empty one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runs.errors import RunError


@dataclass(frozen=True, slots=True)
class Requested:
    """Somebody asked for a run: ``error`` is what is wrong with it, ``checked`` what was found."""

    asked: Mapping[str, Any]
    checked: Mapping[str, Any] | None = None
    error: RunError | None = None
    evidence_is_due: bool = True


@dataclass(frozen=True, slots=True)
class CancelAsked:
    """A person asked for a cancellation; ``by`` is their key."""

    by: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """A worker takes the run; ``underway`` is how many of its person's runs workers hold."""

    new_lease: str
    underway: int = 0


@dataclass(frozen=True, slots=True)
class LeaseExpired:
    """The time of the lease may have run out, for all that somebody who looks can tell."""


@dataclass(frozen=True, slots=True)
class Fenced:
    """Something that the attempt under ``lease`` brings."""

    lease: str


@dataclass(frozen=True, slots=True)
class Heartbeat(Fenced):
    """The worker lives and goes on."""


@dataclass(frozen=True, slots=True)
class Sending(Fenced):
    """The next thing is a request that a provider of others may take, whether we hear it or not."""


@dataclass(frozen=True, slots=True)
class Acknowledged(Fenced):
    """The provider has the task and queues it."""


@dataclass(frozen=True, slots=True)
class AnswerLost(Fenced):
    """The request was sent and what came of it is not known."""


@dataclass(frozen=True, slots=True)
class Started(Fenced):
    """The provider executes the run."""

    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceRead(Fenced):
    """A long source was read to the end and found to fit the route."""

    checked: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Completed(Fenced):
    """There is a result; ``columns`` hold it, ``data`` says in the trace what it is."""

    columns: Mapping[str, Any]
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed(Fenced):
    """The run ended with an error; ``detail`` is private."""

    error: RunError
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Stopped(Fenced):
    """The provider stopped the run as it was asked to, or never had it."""


@dataclass(frozen=True, slots=True)
class AttemptLost(Fenced):
    """The attempt is over without having come to anything, for a reason that is published.

    ``not_taken`` is for providers of others: they certainly do not have the task. ``error`` ends
    the run where this was the last attempt.
    """

    reason: str
    not_taken: bool = False
    error: RunError | None = None


Event = CancelAsked | Claimed | LeaseExpired | Fenced
