"""Packets: what is known of one, and its bytes."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import has_scope
from accounts.models import Scope, User
from evidence import copies, layout, store
from evidence.models import Certificate, Packet
from evidence.serializers import PacketAnswer
from runs import canonical
from runs.endpoints import Endpoint, immutable

_STATEMENT = "application/vnd.in-toto+json"
_BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
_ZIP = "application/zip"
_PDF = "application/pdf"


def find(pk: UUID, *, by: User) -> Packet:
    """Return a packet that ``by`` may see.

    :raises Http404: if there is none.
    """
    visible = Packet.objects.visible_to(by).select_related("run", "workspace", "certificate")
    return get_object_or_404(visible, pk=pk)


class PacketEndpoint(Endpoint):
    permission_classes = [has_scope(Scope.EVIDENCE_READ)]
    is_immutable = True

    def stored(self, packet: Packet, read: Callable[[Packet], bytes]) -> bytes:
        """Return bytes of the evidence store.

        :raises RunError: ``state_conflict`` if they are missing or damaged.
        """
        try:
            return read(packet)
        except store.StoreError as error:
            raise copies.refusal(packet, error) from error

    def download(
        self, packet: Packet, path: str, content: bytes, *, media_type: str
    ) -> HttpResponseBase:
        """Answer bytes that are to be kept, never shown inside our site."""
        name = layout.DOWNLOADS[path].name(packet.run.public_id)
        answer = HttpResponse(content, content_type=media_type)
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return immutable(self.request, canonical.sha256(content), answer)


class PacketDetail(PacketEndpoint):
    @extend_schema(operation_id="readPacket", responses={200: PacketAnswer})
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """Read what is known of a packet."""
        answer = Response(PacketAnswer(find(pk, by=self.person)).data)
        return immutable(request, canonical.sha256(canonical.encode(answer.data)), answer)


class PacketManifest(PacketEndpoint):
    @extend_schema(
        operation_id="downloadManifest", responses={(200, _STATEMENT): OpenApiTypes.OBJECT}
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:  # noqa: ARG002
        """Read the manifest: the exact bytes that were signed."""
        packet = find(pk, by=self.person)
        content = bytes(packet.manifest)
        return self.download(packet, layout.MANIFEST, content, media_type=_STATEMENT)


class PacketBundle(PacketEndpoint):
    @extend_schema(operation_id="downloadBundle", responses={(200, _BUNDLE): OpenApiTypes.OBJECT})
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:  # noqa: ARG002
        """Read the signature over the manifest, in a Sigstore bundle."""
        packet = find(pk, by=self.person)
        return self.download(packet, layout.BUNDLE, bytes(packet.bundle), media_type=_BUNDLE)


class PacketArchive(PacketEndpoint):
    refusals = (409,)

    @extend_schema(operation_id="downloadArchive", responses={(200, _ZIP): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:  # noqa: ARG002
        """Read the whole packet. It opens every private value, so it is for the workspace alone."""
        packet = find(pk, by=self.person)
        content = self.stored(packet, copies.own)
        return self.download(packet, layout.ARCHIVE, content, media_type=_ZIP)


class PacketCertificate(PacketEndpoint):
    refusals = (409,)

    @extend_schema(operation_id="downloadCertificate", responses={(200, _PDF): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:  # noqa: ARG002
        """Read the certificate."""
        packet = find(pk, by=self.person)
        get_object_or_404(Certificate, packet=packet)
        content = self.stored(packet, copies.certificate)
        return self.download(packet, layout.CERTIFICATE, content, media_type=_PDF)
