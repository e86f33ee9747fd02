"""Packets and their certificates. Sealed rows have no update path."""

from typing import Any

from django.db import models

from accounts import identifiers
from evidence.models.keys import SigningKey


class PacketQuerySet(models.QuerySet["Packet"]):
    def visible_to(self, user: Any) -> "PacketQuerySet":
        """Return the packets of the workspaces that ``user`` is a member of."""
        return self.filter(workspace__memberships__user=user)


class Packet(models.Model):
    """One sealed revision of a run's evidence. The bytes are opaque and never change.

    ``openings`` are the salted disclosures of the private fields; they are the owner's alone.
    """

    id = models.UUIDField(primary_key=True, default=identifiers.new_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.PROTECT, related_name="packets")
    run = models.ForeignKey("runs.Run", models.PROTECT, related_name="packets")
    revision = models.PositiveSmallIntegerField(default=1)
    manifest = models.BinaryField()
    manifest_sha256 = models.CharField(max_length=64, unique=True)
    bundle = models.BinaryField()
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="packets")
    archive_sha256 = models.CharField(max_length=64)
    archive_bytes = models.PositiveIntegerField()
    file_count = models.PositiveSmallIntegerField()
    openings = models.JSONField(default=list)
    sealed_at = models.DateTimeField()

    objects = PacketQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["workspace", "-id"], name="packet_by_workspace")]
        constraints = [
            models.UniqueConstraint(fields=["run", "revision"], name="one_packet_per_revision"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return identifiers.encode("pkt", self.id)


class Certificate(models.Model):
    """The PDF of a packet and the small statement that signs it; bytes lie in the store."""

    packet = models.OneToOneField(Packet, models.PROTECT, related_name="certificate")
    pdf_sha256 = models.CharField(max_length=64, unique=True)
    pdf_bytes = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    bundle = models.BinaryField()
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return f"Certificate of {self.packet}"
