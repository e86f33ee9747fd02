"""Appends to the trace of a run. Call it inside the transaction that changed the run's row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from runs import canonical, trace
from runs.models import Event, Run


def append_validated(run: Run, *, at: datetime) -> Event:
    """Append that the source was read to the end and found to fit the route."""
    checked = {
        "qubits": run.source.qubits,
        "operations": run.source.operation_count,
        "depth": run.source.depth,
    }
    return append(run, "run.validated", at=at, data=checked)


def append(
    run: Run,
    kind: str,
    *,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Event:
    """Append one line and move the head that the run's row holds.

    The row must be locked by the caller (an UPDATE of it in the same transaction does that), so
    that lines are numbered one after the other. ``data`` is public and ends in the evidence;
    ``detail`` is private to the workspace.
    """
    line = trace.line(run.event_count, at, kind, data or {}, run.trace_head)
    event = Event.objects.create(
        run=run,
        seq=run.event_count,
        at=at,
        kind=kind,
        data=dict(data or {}),
        line=line,
        sha256=canonical.sha256(line),
        detail=dict(detail or {}),
    )
    run.event_count += 1
    run.trace_head = event.sha256
    Run.objects.filter(pk=run.pk).update(event_count=run.event_count, trace_head=run.trace_head)
    return event
