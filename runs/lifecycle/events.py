"""The trace as rows: lines chained one to the other, to be written with the change they tell of."""

from collections.abc import Sequence
from typing import Any

from runs import canonical, trace
from runs.contract import Lowered
from runs.life import Change
from runs.models import Event, Run, Source


def chained(run: Run, change: Change) -> list[Event]:
    """Return the lines of ``change``, each naming the one before, as rows that are not kept yet.

    ``data`` is public and ends in the evidence; ``detail`` is private to the workspace.
    """
    rows: list[Event] = []
    head = run.trace_head
    for seq, told in enumerate(change.lines, start=run.event_count):
        line = trace.line(seq, change.at, told.kind, told.data, head)
        head = canonical.sha256(line)
        rows.append(
            Event(
                run=run,
                seq=seq,
                at=change.at,
                kind=told.kind,
                data=dict(told.data),
                line=line,
                sha256=head,
                detail=dict(told.detail),
            )
        )
    return rows


def checked(source: Source | Lowered) -> dict[str, Any]:
    """Return what the trace says of a source that was read to the end and fits the route."""
    if source.operation_count is None:
        return {"atoms": source.qubits}
    return {
        "qubits": source.qubits,
        "operations": source.operation_count,
        "depth": source.depth,
    }


def head_after(run: Run, rows: Sequence[Event]) -> dict[str, Any]:
    """Return the columns of ``run`` that say where its trace ends, once ``rows`` are kept."""
    if not rows:
        return {}
    return {"event_count": run.event_count + len(rows), "trace_head": rows[-1].sha256}


def keep(rows: Sequence[Event]) -> None:
    """Write the lines of a change that is being written in the same transaction."""
    if rows:
        Event.objects.bulk_create(rows)
