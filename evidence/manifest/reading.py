"""From manifest bytes to facts; nothing in the bytes is trusted to have the right shape. Core."""

from evidence import statements
from evidence.manifest.building import MANIFEST_PREDICATE
from evidence.manifest.facts import (
    CountsFacts,
    ErrorFacts,
    Manifest,
    NamedExclusion,
    RouteFacts,
    RunFacts,
    SourceFacts,
    TraceFacts,
    ValuesFacts,
)
from evidence.members import MalformedError, Members
from runs import canonical


def parse(content: bytes) -> Manifest:
    """Return what the manifest ``content`` says. Members unknown here are ignored.

    :raises MalformedError: if it is not an evidence manifest of version 1.
    """
    statement = statements.parse(content)
    if not statement.predicate_type.endswith(MANIFEST_PREDICATE):
        raise MalformedError("the statement is not an evidence manifest of version 1")
    predicate = statement.predicate
    counts, error = predicate.optional_object("counts"), predicate.optional_object("error")
    values = predicate.optional_object("values")
    supersedes = predicate.optional_object("supersedes")
    return Manifest(
        sha256=canonical.sha256(content),
        predicate_type=statement.predicate_type,
        subjects=statement.subjects,
        issuer=predicate.text("issuer"),
        issued_at=predicate.time("issuedAt"),
        revision=predicate.number("revision"),
        supersedes=supersedes.text("sha256") if supersedes else None,
        workflow_id=predicate.object("workflow").text("workflowId"),
        run=_run(predicate.object("run")),
        source=_source(predicate.object("source")),
        route=_route(predicate.object("route")),
        counts=_counts(counts) if counts else None,
        values=_values(values) if values else None,
        error=_error(error) if error else None,
        trace=_trace(predicate.object("trace")),
        exports=tuple(export.text("path") for export in predicate.objects("exports")),
        exclusions=tuple(_exclusion(item) for item in predicate.objects("exclusions")),
    )


def _run(run: Members) -> RunFacts:
    return RunFacts(
        run_id=run.text("runId"),
        title=run.text("title"),
        mode=run.text("mode"),
        status=run.text("status"),
        attempt=run.number("attempt"),
        retry_of=run.optional_text("retryOf"),
        shots=run.number("shots"),
        seed=run.text("seed"),
        submission=run.text("submission"),
        billing=run.text("billing"),
        created_at=run.time("createdAt"),
        submitted_at=run.optional_time("submittedAt"),
        started_at=run.optional_time("startedAt"),
        finished_at=run.time("finishedAt"),
        result_types=run.texts("resultTypes") if "resultTypes" in run else (),
    )


def _source(source: Members) -> SourceFacts:
    return SourceFacts(
        kind=source.text("sourceKind"),
        path=source.text("path"),
        sha256=source.text("sha256"),
        format=source.text("format"),
        qubits=source.optional_number("qubits"),
        operations=source.optional_number("operations"),
        depth=source.optional_number("depth"),
    )


def _route(route: Members) -> RouteFacts:
    return RouteFacts(
        provider_id=route.text("providerId"),
        device_id=route.text("deviceId"),
        software=route.texts("software"),
    )


def _counts(counts: Members) -> CountsFacts:
    return CountsFacts(
        path=counts.text("path"),
        sha256=counts.text("sha256"),
        shots=counts.number("shots"),
        outcomes=counts.number("outcomes"),
        sampling=counts.text("sampling"),
        bit_order=counts.text("bitOrder"),
    )


def _values(values: Members) -> ValuesFacts:
    return ValuesFacts(
        path=values.text("path"),
        sha256=values.text("sha256"),
        results=values.number("results"),
        shots=values.number("shots"),
        sampling=values.text("sampling"),
        bit_order=values.text("bitOrder"),
    )


def _error(error: Members) -> ErrorFacts:
    return ErrorFacts(
        path=error.text("path"),
        sha256=error.text("sha256"),
        code=error.text("code"),
        stage=error.text("stage"),
        retryable=error.flag("retryable"),
    )


def _trace(trace: Members) -> TraceFacts:
    return TraceFacts(
        path=trace.text("path"), events=trace.number("events"), head=trace.text("head")
    )


def _exclusion(item: Members) -> NamedExclusion:
    return NamedExclusion(
        field=item.text("field"),
        reason=item.text("reason"),
        commitment=item.optional_text("commitment"),
    )
