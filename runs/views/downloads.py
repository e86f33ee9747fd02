"""Files of a run: counts and values, the source as it was sent and as OpenQASM, the trace."""

import csv
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from accounts.identifiers import encode
from accounts.views.door import SignedInRequest
from runs import canonical
from runs.contract import SourceKind
from runs.models import Run
from runs.results import files
from runs.views.run import load

_JSON = frozenset({SourceKind.CIRCUIT_OPERATIONS, SourceKind.ANALOG_PROGRAM})


def _file(name: str, content_type: str, content: bytes | str = b"") -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": disposition}
    )


@login_required
@require_GET
def run_counts(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give every outcome that was seen, the most frequent first."""
    run = load(request, pk)
    counts: dict[str, int] | None = run.counts
    if counts is None:
        raise Http404("This run has no counts.")
    answer = _file(f"{run.public_id}-counts.csv", "text/csv; charset=utf-8")
    writer = csv.writer(answer, lineterminator="\n")
    writer.writerow(["outcome", "count"])
    ranked = sorted((-count, outcome) for outcome, count in counts.items())
    writer.writerows((outcome, -count) for count, outcome in ranked)
    return answer


def _with_values(request: SignedInRequest, pk: UUID) -> tuple[Run, list[dict[str, Any]]]:
    run = load(request, pk)
    if run.values is None:
        raise Http404("This run has no result values.")
    return run, run.values


@login_required
@require_GET
def run_values(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give the result values in full, with what they need to be read."""
    run, values = _with_values(request, pk)
    document = files.document(
        values,
        shots=run.shots,
        measured_qubits=run.measured_qubits or (),
        sampling=run.sampling,
    )
    content = canonical.encode({"runId": run.public_id, **document})
    return _file(f"{run.public_id}-values.json", "application/json", content)


@login_required
@require_GET
def run_values_table(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give the result values as a table, a line for every number."""
    run, values = _with_values(request, pk)
    return _file(f"{run.public_id}-values.csv", "text/csv; charset=utf-8", files.table(values))


@login_required
@require_GET
def run_source(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give the program as OpenQASM 3, or as it was sent where it cannot be written so."""
    source = load(request, pk).source
    if not source.openqasm and source.kind in _JSON:
        return _file(f"{encode('run', pk)}.json", "application/json", bytes(source.content))
    text = source.openqasm or source.text
    return _file(f"{encode('run', pk)}.qasm", "text/plain; charset=utf-8", text)


@login_required
@require_GET
def run_trace(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give the lines of the trace as they are hashed and sealed."""
    run = load(request, pk)
    events = run.events.order_by("seq").only("line")
    lines = [bytes(event.line) + b"\n" for event in events]
    return _file(f"{run.public_id}-trace.jsonl", "application/jsonl", b"".join(lines))
