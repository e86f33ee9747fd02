"""The JSON of packets, shares and reports."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts import identifiers
from evidence.models import Packet, Profile, Share, ShareStatus
from evidence.packet import CheckVerdict
from evidence.signing import Verdict
from runs.fields import Query, StrictSerializer, Text
from runs.serializers.answers import Answer, address
from runs.serializers.requests import Identifier

_STATES = [*ShareStatus.values, "expired"]
_MOST_OPENINGS = 50


class CertificateAnswer(Answer):
    sha256 = serializers.CharField(source="pdf_sha256")
    bytes = serializers.IntegerField(source="pdf_bytes")
    pages = serializers.IntegerField()
    issuedAt = serializers.DateTimeField(source="issued_at")


class PacketAnswer(Answer):
    """A sealed packet. Its evidence id is the SHA-256 of its manifest."""

    packetId = serializers.CharField(source="public_id")
    runId = serializers.SerializerMethodField()
    evidenceId = serializers.CharField(source="manifest_sha256")
    revision = serializers.IntegerField()
    keyId = serializers.CharField(source="key_id")
    sealedAt = serializers.DateTimeField(source="sealed_at")
    files = serializers.IntegerField(source="file_count")
    archiveSha256 = serializers.CharField(source="archive_sha256")
    archiveBytes = serializers.IntegerField(source="archive_bytes")
    certificate = serializers.SerializerMethodField()
    manifestUrl = serializers.SerializerMethodField()
    bundleUrl = serializers.SerializerMethodField()
    archiveUrl = serializers.SerializerMethodField()
    certificateUrl = serializers.SerializerMethodField()
    verifyUrl = serializers.SerializerMethodField()

    def get_runId(self, packet: Packet) -> str:
        return identifiers.encode("run", packet.run_id)

    @extend_schema_field(CertificateAnswer(allow_null=True))
    def get_certificate(self, packet: Packet) -> Any:
        certificate = getattr(packet, "certificate", None)
        return None if certificate is None else CertificateAnswer(certificate).data

    def get_manifestUrl(self, packet: Packet) -> str:
        return address("packet-manifest", packet.pk)

    def get_bundleUrl(self, packet: Packet) -> str:
        return address("packet-bundle", packet.pk)

    def get_archiveUrl(self, packet: Packet) -> str:
        return address("packet-archive", packet.pk)

    def get_certificateUrl(self, packet: Packet) -> str:
        return address("packet-certificate", packet.pk)

    def get_verifyUrl(self, packet: Packet) -> str:
        return f"{settings.SITE_URL}/verify/{packet.manifest_sha256}"


class ShareBody(StrictSerializer):
    """A request for a link, which an owner answers."""

    packetId = Identifier("pkt", source="packet_id")
    label = Text(max_length=120)  # type: ignore[assignment]
    purpose = Text(max_length=2_000, required=False, allow_blank=True, default="")
    profile = serializers.ChoiceField(Profile.values, required=False, default=Profile.FULL.value)
    openings = serializers.ListField(
        child=Text(max_length=64),
        max_length=_MOST_OPENINGS,
        required=False,
        help_text="Private fields that the link discloses, such as workflow.name.",
    )
    expiresAt = serializers.DateTimeField(source="expires_at", required=False)


class ApproveBody(StrictSerializer):
    """What the approver may change before the link works."""

    label = Text(max_length=120, required=False)  # type: ignore[assignment]
    expiresAt = serializers.DateTimeField(source="expires_at", required=False)


class DeclineBody(StrictSerializer):
    reason = Text(max_length=400)


class ShareQuery(Query):
    """The filters of the list of shares."""

    packet = Identifier("pkt", required=False)
    status = serializers.ChoiceField(ShareStatus.values, required=False)


class ShareAnswer(Answer):
    """A share. The link itself is told once, in the answer to its approval."""

    shareId = serializers.CharField(source="public_id")
    packetId = serializers.SerializerMethodField()
    status = serializers.SerializerMethodField()
    label = serializers.CharField()  # type: ignore[assignment]
    purpose = serializers.CharField()
    profile = serializers.ChoiceField(Profile.values)
    openings = serializers.ListField(child=serializers.CharField())
    requestedAt = serializers.DateTimeField(source="requested_at")
    decidedAt = serializers.DateTimeField(source="decided_at", allow_null=True)
    declineReason = serializers.CharField(source="decline_reason")
    selfApproved = serializers.BooleanField(source="self_approved")
    expiresAt = serializers.DateTimeField(source="expires_at")
    revokedAt = serializers.DateTimeField(source="revoked_at", allow_null=True)

    def get_packetId(self, share: Share) -> str:
        return identifiers.encode("pkt", share.packet_id)

    @extend_schema_field({"type": "string", "enum": _STATES})
    def get_status(self, share: Share) -> str:
        return "expired" if share.is_expired else share.status


class ApprovedAnswer(ShareAnswer):
    link = serializers.URLField(source="shown_link", help_text="Shown this once. Keep it safe.")


class DigestBody(StrictSerializer):
    """A digest to look up: of a manifest, as the certificate's QR code names it."""

    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")


class KnownAnswer(Answer):
    """That we issued a manifest or a certificate, and nothing of the run it is about."""

    digestOf = serializers.ChoiceField(["manifest", "certificate"], source="digest_of")
    evidenceId = serializers.CharField(source="sha256")
    status = serializers.ChoiceField(["current", "superseded", "withdrawn"])
    keyId = serializers.CharField(source="key_id")
    keyStatus = serializers.CharField(source="key_status")
    developmentKey = serializers.BooleanField(source="is_development")
    issuedAt = serializers.DateTimeField(source="issued_at")


class CheckAnswer(Answer):
    name = serializers.CharField()
    verdict = serializers.ChoiceField([verdict.value for verdict in CheckVerdict])
    sentence = serializers.CharField()
    path = serializers.CharField()


class ReportAnswer(Answer):
    verdict = serializers.ChoiceField([verdict.value for verdict in Verdict])
    good = serializers.BooleanField(source="is_good")
    headline = serializers.CharField()
    evidenceId = serializers.CharField(source="evidence_id")
    keyId = serializers.CharField(source="key_id")
    checks = CheckAnswer(many=True)


class ProofAnswer(Answer):
    """What a proof of a packet's place in the log comes to. Places count from 1."""

    verdict = serializers.ChoiceField([verdict.value for verdict in Verdict])
    good = serializers.BooleanField(source="is_good")
    sentence = serializers.CharField()
    evidenceId = serializers.CharField(source="evidence_id")
    keyId = serializers.CharField(source="key_id")
    place = serializers.IntegerField()
    size = serializers.IntegerField(source="checkpoint.size", default=0)


class VerifyAnswer(Answer):
    """What can be said of a digest or a file: that we know it, and how its checks ended."""

    sha256 = serializers.CharField()
    known = KnownAnswer(allow_null=True, default=None)
    report = ReportAnswer(allow_null=True, default=None)
    proof = ProofAnswer(allow_null=True, default=None)
