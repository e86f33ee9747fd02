"""The trace of a run: canonical JSON lines, each naming the SHA-256 of the one before it. Core.

Line *n* is the RFC 8785 form of ``{"seq": n, "at": ..., "type": ..., "data": ..., "prev": ...}``;
``prev`` of line 0 is :data:`GENESIS`. Dropping, adding or changing a line breaks the chain.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from runs import canonical

GENESIS = "0" * 64

WORDS: Mapping[str, str] = {
    "run.requested": "Request recorded",
    "run.validated": "Circuit checked against the limits of the route",
    "run.rejected": "Request refused before it was sent anywhere",
    "run.queued": "Placed in the queue",
    "run.claimed": "Taken by a worker",
    "run.started": "Handed to the provider, which began to execute it",
    "run.attempt_lost": "The worker or its runner was lost; the run went back to the queue",
    "run.cancel_requested": "Cancellation asked for",
    "run.completed": "Result received, checked and stored",
    "run.failed": "Ended with an error",
    "run.cancelled": "Stopped before it had a result",
    "evidence.sealed": "Sealed: the last line, which the trace of a packet has and a run's has not",
}


def timestamp(at: datetime) -> str:
    """Return an aware time as RFC 3339 in UTC with milliseconds: ``2026-11-22T14:03:11.204Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def line(seq: int, at: datetime, kind: str, data: Mapping[str, Any], prev: str) -> bytes:
    """Return line ``seq`` of a trace, without a line end."""
    members = {"seq": seq, "at": timestamp(at), "type": kind, "data": dict(data), "prev": prev}
    return canonical.encode(members)


def digest(line: bytes) -> str:
    """Return what the next line of a trace names: the SHA-256 of this one."""
    return canonical.sha256(line)


def verify(lines: Iterable[bytes]) -> str:
    """Return the head of a trace: the SHA-256 of its last line.

    :raises ValueError: if a line is not canonical, out of place, or does not name the one before.
    """
    head = GENESIS
    for place, content in enumerate(lines):
        members = _members(place, content)
        if members.get("seq") != place or members.get("prev") != head:
            raise ValueError(f"line {place} of the trace does not follow the one before it")
        head = digest(content)
    return head


def _members(place: int, content: bytes) -> dict[str, Any]:
    try:
        members = json.loads(content)
        if isinstance(members, dict) and canonical.encode(members) == content:
            return members
    except (ValueError, RecursionError):
        pass
    raise ValueError(f"line {place} of the trace is not canonical JSON")
