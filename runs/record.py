"""Turns the row of a finished run into the frozen record that the evidence is made from."""

from runs.contract import Outcome, RouteRecord, RunRecord, Sampling, SourceRecord
from runs.models import Run, Source


def of(run: Run) -> RunRecord:
    """Return the record of a run that has ended.

    :raises ValueError: if the run has not ended.
    """
    if run.finished_at is None:
        raise ValueError(f"{run.public_id} has not ended")
    return RunRecord(
        run_id=run.public_id,
        workflow_id=run.workflow.public_id,
        title=run.title,
        status=run.status,
        attempt=run.attempt,
        retry_of=run.retry_of.public_id if run.retry_of else None,
        created_at=run.created_at,
        submitted_at=run.submitted_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        source=_source(run.source),
        route=RouteRecord(
            provider_id=run.provider_id,
            device_id=run.device_id,
            mode=run.mode,
            rationale=run.route_rationale,
            context=run.route_context,
        ),
        shots=run.shots,
        seed=run.seed,
        parameters=run.parameters,
        result_types=tuple(run.result_types),
        submission=run.submission,
        billing=run.billing,
        outcome=_outcome(run),
        error=run.error,
        events=tuple(bytes(event.line) for event in run.events.order_by("seq")),
        private=_private(run),
    )


def _source(source: Source) -> SourceRecord:
    return SourceRecord(
        kind=source.kind,
        sha256=source.sha256,
        content=bytes(source.content),
        openqasm=source.openqasm,
        operations=tuple(source.operations) if source.operations is not None else None,
        qubits=source.qubits,
        operation_count=source.operation_count,
        depth=source.depth,
    )


def _outcome(run: Run) -> Outcome | None:
    if run.counts is None and run.values is None:
        return None
    return Outcome(
        counts=run.counts,
        measured_qubits=tuple(run.measured_qubits or ()),
        sampling=Sampling(run.sampling),
        versions=run.versions,
        solver=run.solver,
        seconds=run.execution_seconds or 0.0,
        values=tuple(run.values or ()),
    )


def _private(run: Run) -> dict[str, str]:
    """The values that evidence names but never shows, by the key of the exclusions' registry."""
    return {
        "user.name": run.created_by.name,
        "user.email": run.created_by.email,
        "workspace.name": run.workspace.name,
        "workflow.name": run.workflow.name,
        "workflow.purpose": run.workflow.purpose,
        "workflow.tags": ", ".join(run.workflow.tags),
        "run.tags": ", ".join(run.tags),
        "run.notes": run.notes,
    }
