"""Packets: the list, the page, and what can be downloaded of one."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.views.door import SignedInRequest
from evidence import copies, layout, lists, outline, permissions, reading, store, trust
from evidence.models import Certificate, LogEntry, Packet, PacketQuerySet, Share

# What a row of a list shows; the bytes of manifests and signatures stay where they are.
_COLUMNS = ("manifest_sha256", "revision", "archive_bytes", "file_count", "sealed_at")
_RUN_COLUMNS = ("name", "status", "mode")


@login_required
@require_safe
def packet_list(request: SignedInRequest) -> HttpResponse:
    """Show the packets of one's workspaces, newest first."""
    page = lists.page(
        _visible(request)
        .select_related("run", "workspace")
        .only(*_COLUMNS, "workspace__name", *(f"run__{name}" for name in _RUN_COLUMNS)),
        "pkt",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    links = _working_links(page.rows)
    context = {
        "rows": [(packet, links.get(packet.pk, 0)) for packet in page.rows],
        **lists.links(page, {}),
    }
    return render(request, "evidence/packet_list.html", context)


@login_required
@require_safe
def packet_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show a packet, checked again, with what was left out and who it is shared with."""
    related = _visible(request).select_related("run__workflow", "workspace", "certificate", "key")
    packet = get_object_or_404(related, pk=pk)
    taken = _reading(packet)
    context = {
        "packet": packet,
        "run": packet.run,
        "reading": taken,
        "manifest": taken and taken.manifest,
        "report": taken and taken.report,
        "connections": taken and outline.connections(taken),
        "is_development": packet.key.is_development,
        "entry": LogEntry.objects.select_related("checkpoint").filter(packet=packet).first(),
        "shares": packet.shares.select_related("requested_by").order_by("-pk"),
        "may_request": permissions.can_request(request.user, packet),
    }
    return render(request, "evidence/packet_detail.html", context)


@login_required
@require_safe
def packet_archive(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Hand out the workspace's own copy, with the openings of every private value."""
    packet = get_object_or_404(_visible(request).select_related("run"), pk=pk)
    try:
        return _download(packet, layout.ARCHIVE, copies.own(packet))
    except store.StoreError as error:
        return unreadable(request, packet, error, sha256=packet.archive_sha256)


@login_required
@require_safe
def packet_file(request: SignedInRequest, pk: UUID, name: str) -> HttpResponse:
    """Hand out the manifest, its signature or the certificate."""
    packet = get_object_or_404(_visible(request).select_related("run", "certificate"), pk=pk)
    contents: Mapping[str, Callable[[], bytes]] = {
        layout.MANIFEST: lambda: bytes(packet.manifest),
        layout.BUNDLE: lambda: bytes(packet.bundle),
        layout.CERTIFICATE: lambda: copies.certificate(packet),
    }
    try:
        return _download(packet, name, contents[name]())
    except Certificate.DoesNotExist as error:
        raise Http404("This packet has no certificate.") from error
    except store.StoreError as error:
        return unreadable(request, packet, error, sha256=packet.certificate.pdf_sha256)


def unreadable(
    request: SignedInRequest, packet: Packet, error: Exception, *, sha256: str
) -> HttpResponse:
    """Say that bytes are not what was sealed, and what to do; ``sha256`` says which they are."""
    context = {"packet": packet, "sha256": sha256, "refusal": copies.refusal(packet, error)}
    return render(request, "evidence/unreadable.html", context, status=HTTPStatus.CONFLICT)


def _visible(request: SignedInRequest) -> PacketQuerySet:
    return Packet.objects.visible_to(request.user)


def _working_links(packets: Iterable[Packet]) -> dict[UUID, int]:
    """Return how many links to each packet work now; packets without any are left out."""
    shares = Share.objects.live().filter(packet__in=[packet.pk for packet in packets])
    counted = shares.order_by().values_list("packet").annotate(links=Count("pk"))
    return dict(counted)


def _reading(packet: Packet) -> reading.Reading | None:
    """Return the packet read again, None where its bytes are not what was sealed."""
    try:
        return reading.take(store.get(packet.archive_sha256), trust.keys())
    except (store.StoreError, reading.UnreadableError):
        return None


def _download(packet: Packet, path: str, content: bytes) -> HttpResponse:
    download = layout.DOWNLOADS[path]
    response = HttpResponse(content, content_type=download.media_type)
    name = download.name(packet.run.public_id)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response
