"""The log of sealed packets: the place of each, and the signed heads. Rows never change."""

import base64

from django.db import models

from evidence.models.keys import SigningKey
from evidence.models.packets import Packet


class Checkpoint(models.Model):
    """A signed head of the log over its first ``size`` packets.

    ``root`` is in hexadecimal, and so are the hashes of ``growth``, the proof that the log of the
    checkpoint before it is the beginning of this one.
    """

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    note = models.TextField()
    growth = models.JSONField(default=list)
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="checkpoints")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-size"]

    def __str__(self) -> str:
        return f"Checkpoint of {self.size}"

    @property
    def root_text(self) -> str:
        """The root as notes have it, in base64."""
        return base64.b64encode(bytes.fromhex(self.root)).decode()


class LogEntry(models.Model):
    """The place of a packet in the log, from 0, and its path to the root of ``checkpoint``.

    ``checkpoint`` is the first that covers it, and what is proved by it stays proved. The digest
    stands here too, so that the log does not follow a packet's row that somebody rewrites.
    """

    index = models.PositiveBigIntegerField(primary_key=True)
    packet = models.OneToOneField(Packet, models.PROTECT, related_name="log_entry")
    manifest_sha256 = models.CharField(max_length=64)
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="entries")
    path = models.JSONField(default=list)

    class Meta:
        ordering = ["index"]
        verbose_name_plural = "log entries"

    def __str__(self) -> str:
        return f"{self.place}: {self.manifest_sha256[:12]}"

    @property
    def place(self) -> int:
        """The place as people count, from 1."""
        return self.index + 1
