"""The log of sealed packets: heads for everybody, and a packet's proof for its workspace."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.views.door import SignedInRequest
from evidence import heads, log, signing
from evidence.models import Checkpoint, LogEntry, Packet, SigningKey

_ROWS = 50
_MOST_DIGITS = 18
_NOTES = "text/plain; charset=utf-8"


@require_safe
def checkpoints(request: HttpRequest) -> HttpResponse:
    """Show the heads of the log, newest first, and the keys that tools check them with."""
    below = request.GET.get("below", "")
    rows = Checkpoint.objects.order_by("-size")
    if below.isascii() and below.isdigit() and len(below) <= _MOST_DIGITS:
        rows = rows.filter(size__lt=int(below))
    found = list(rows.only("size", "root", "made_at")[: _ROWS + 1])
    context = {
        "origin": log.origin(),
        "keys": [_verifier_key(row) for row in SigningKey.objects.all()],
        "rows": found[:_ROWS],
        "older": f"?below={found[_ROWS - 1].size}" if len(found) > _ROWS else "",
        "newer": "?" if below else "",
    }
    return render(request, "verify/log.html", context)


@require_safe
def latest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Publish the newest head of the log as a signed note."""
    head = log.latest()
    if head is None:
        raise Http404("Nothing is sealed yet.")
    return HttpResponse(head.note, content_type=_NOTES)


@require_safe
def checkpoint(request: HttpRequest, size: int) -> HttpResponse:  # noqa: ARG001
    """Publish the head of the log over its first ``size`` packets."""
    head = get_object_or_404(Checkpoint, size=size)
    return HttpResponse(head.note, content_type=_NOTES)


@require_safe
def growth(request: HttpRequest, size: int) -> HttpResponse:  # noqa: ARG001
    """Publish the proof that the log only grew up to this head from the one before it."""
    head = get_object_or_404(Checkpoint, size=size)
    return HttpResponse(log.growth(head), content_type=_NOTES)


@login_required
@require_safe
def packet_proof(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Hand out the proof of a packet's place in the log, once it has one."""
    packet = get_object_or_404(Packet.objects.visible_to(request.user).select_related("run"), pk=pk)
    entry = get_object_or_404(LogEntry.objects.select_related("checkpoint"), packet=packet)
    response = HttpResponse(log.proof(entry), content_type=_NOTES)
    name = f"evidence-{packet.run.public_id}.tlog-proof"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _verifier_key(row: SigningKey) -> str:
    return heads.verifier_key(log.origin(), signing.load_public_key(row.public_pem))
