"""Files of a run: counts as CSV, the source as it was sent and as OpenQASM, the trace."""

import csv
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from accounts.views.door import SignedInRequest
from runs.views.run import load


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


@login_required
@require_GET
def run_source(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give the program as OpenQASM 3, or as it was sent where it cannot be read so."""
    run = load(request, pk)
    text = run.source.openqasm or run.source.text
    return _file(f"{run.public_id}.qasm", "text/plain; charset=utf-8", text)


@login_required
@require_GET
def run_trace(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give the lines of the trace as they are hashed and sealed."""
    run = load(request, pk)
    events = run.events.order_by("seq").only("line")
    lines = [bytes(event.line) + b"\n" for event in events]
    return _file(f"{run.public_id}-trace.jsonl", "application/jsonl", b"".join(lines))
