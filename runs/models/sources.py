"""The exact programs of runs, by digest."""

from django.db import models
from django.utils import timezone

from runs.contract import Lowered, SourceKind
from runs.models import choices


class Source(models.Model):
    """The exact program of one or more runs of a workspace, by digest, never changed."""

    workspace = models.ForeignKey("accounts.Workspace", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    # The lowered form depends on the bound parameters; the digest of the text does not.
    parameters_sha256 = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=20, choices=choices.of(SourceKind))
    is_valid = models.BooleanField(default=True)
    content = models.BinaryField()
    openqasm = models.TextField(blank=True)
    operations = models.JSONField(null=True)
    measured_qubits = models.JSONField(null=True)
    qubits = models.PositiveSmallIntegerField(null=True)
    operation_count = models.PositiveIntegerField(null=True)
    depth = models.PositiveIntegerField(null=True)
    is_measured = models.BooleanField(default=False)
    result_types = models.JSONField(default=list)
    first_seen_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "sha256", "parameters_sha256", "is_valid"],
                name="one_row_per_source",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"

    @property
    def is_read(self) -> bool:
        """Whether the source was read to the end. Every program that was has qubits."""
        return self.qubits is not None

    @property
    def lowered(self) -> Lowered | None:
        """What the source was read to, None where that has not happened."""
        if self.qubits is None:
            return None
        return Lowered(
            openqasm=self.openqasm,
            operations=self.operations,
            measured_qubits=self.measured_qubits or [],
            qubits=self.qubits,
            operation_count=self.operation_count,
            depth=self.depth,
            is_measured=self.is_measured,
            result_types=self.result_types,
        )

    @property
    def text(self) -> str:
        """The source as it was sent."""
        return bytes(self.content).decode("utf-8", "replace")
