"""The wire of a run: the stages it passes, and where on it the run stands. Core.

The stages follow the status: validated, queued with us, submitted to the provider, ran, measured,
evidence sealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from runs.contract import EvidenceState, Status


class State(StrEnum):
    """How a stage is drawn: solid, in work, failed, stopped, not reached, or sealed in gold."""

    DONE = "done"
    NOW = "now"
    FAIL = "fail"
    STOP = "stop"
    NEXT = "next"
    SEAL = "seal"


@dataclass(frozen=True)
class Stage:
    """One gate on the wire, with a moment, a number of seconds or a note, whichever is known."""

    label: str
    icon: str
    state: State
    at: datetime | None = None
    seconds: float | None = None
    note: str = ""


class Progress(Protocol):
    """What of a run the wire is drawn from."""

    status: str
    shots: int
    created_at: Any
    submitted_at: Any
    started_at: Any
    finished_at: Any
    attempt: int
    error: Any
    evidence_state: str
    sealed_at: Any


_PLACES = ("validated", "queued", "submitted", "ran", "measured")
_ICONS = {
    "validated": "list-checks",
    "queued": "clock",
    "submitted": "send",
    "ran": "cpu",
    "measured": "gauge",
}
_DONE = {
    "validated": "Validated",
    "queued": "Queued",
    "submitted": "Submitted",
    "ran": "Ran",
    "measured": "Measured",
}
_FAILED = {
    "validated": "Validation failed",
    "queued": "Lost in the queue",
    "submitted": "Submission failed",
    "ran": "Execution failed",
    "measured": "No result came back",
}
_NEVER = {
    "queued": "Not queued",
    "submitted": "Not submitted",
    "ran": "Not run",
    "measured": "Not measured",
}
# What becomes of a measurement where no shots are taken.
_WITHOUT_SHOTS = {"Measured": "Computed", "Not measured": "Not computed"}
_BY_STATUS: Mapping[str, tuple[str, str]] = {
    Status.QUEUED: ("queued", "waits for a worker"),
    Status.SUBMITTING: ("submitted", "being sent"),
    Status.SUBMITTED: ("submitted", "in the provider’s queue"),
    Status.UNCONFIRMED: ("submitted", "looking for the answer"),
    Status.RUNNING: ("ran", "running"),
}
_BY_STAGE = {
    "request": "validated",
    "permission": "validated",
    "validation": "validated",
    "preflight": "validated",
    "submit": "submitted",
    "queue": "queued",
    "execute": "ran",
    "fetch": "measured",
}


def stages(run: Progress, *, attempts: int | None = None) -> list[Stage]:
    """Return the stages of ``run`` in order, the evidence last.

    ``attempts`` is how many the run may have, where that is known.
    """
    place, state, note = _where(run)
    reached = len(_PLACES) if place is None else _PLACES.index(place)
    line = []
    for index, name in enumerate(_PLACES):
        if index < reached:
            line.append(_done(run, name, attempts))
        elif index == reached:
            line.append(_here(run, name, state, note))
        else:
            label = _DONE[name] if state is State.NOW else _NEVER[name]
            line.append(Stage(label, _ICONS[name], State.NEXT))
    if not run.shots:
        line = [
            replace(stage, label=_WITHOUT_SHOTS.get(stage.label, stage.label)) for stage in line
        ]
    return [*line, _evidence(run)]


def _where(run: Progress) -> tuple[str | None, State, str]:
    """Return the stage where the run stands, None where it passed them all."""
    if run.status == Status.COMPLETED:
        return None, State.DONE, ""
    if run.status == Status.FAILED:
        stage = (run.error or {}).get("stage", "")
        return _BY_STAGE.get(stage) or _furthest(run), State.FAIL, ""
    if run.status == Status.CANCELLED:
        return _furthest(run), State.STOP, ""
    if run.status == Status.CANCELLING:
        return _furthest(run), State.NOW, "cancelling"
    place, note = _BY_STATUS[run.status]
    return place, State.NOW, note


def _furthest(run: Progress) -> str:
    if run.started_at is not None:
        return "ran"
    return "submitted" if run.submitted_at is not None else "queued"


def ran_seconds(run: Any) -> float | None:
    """Return how long ``run`` took from its start to its end, None where it has not both."""
    return _between(run.started_at, run.finished_at)


def _done(run: Progress, name: str, attempts: int | None) -> Stage:
    stage = Stage(_DONE[name], _ICONS[name], State.DONE)
    if name == "validated":
        return replace(stage, at=run.created_at)
    if name == "queued" and run.attempt > 1:
        # From here to the last submission lie the attempts that were lost, not only queues.
        return replace(stage, note=f"attempt {run.attempt}" + (f" of {attempts}" * bool(attempts)))
    if name == "queued":
        return replace(stage, seconds=_between(run.created_at, run.submitted_at))
    if name == "submitted":
        return replace(stage, at=run.submitted_at)
    if name == "ran":
        return replace(stage, seconds=ran_seconds(run))
    return replace(stage, note=f"{run.shots:,} shots" if run.shots else "exact values")


def _here(run: Progress, name: str, state: State, note: str) -> Stage:
    if state is State.FAIL:
        return Stage(_FAILED[name], "x", state, at=run.finished_at)
    if state is State.STOP:
        return Stage("Cancelled", "ban", state, at=run.finished_at)
    return Stage(_DONE[name], _ICONS[name], state, note=note)


def _evidence(run: Progress) -> Stage:
    icon = "shield-check"
    if run.evidence_state == EvidenceState.READY:
        return Stage("Evidence sealed", icon, State.SEAL, at=run.sealed_at)
    if run.evidence_state == EvidenceState.NOT_REQUESTED:
        return Stage("No evidence", icon, State.NEXT, note="not requested")
    if run.evidence_state == EvidenceState.BUILD_FAILED:
        return Stage("Sealing failed", "triangle-alert", State.FAIL)
    ended = run.finished_at is not None
    return Stage("Evidence", icon, State.NOW if ended else State.NEXT, note="being sealed" * ended)


def _between(start: datetime | None, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if start and end else None
