"""The trace of a run, a line each."""

from django.db import models

from runs.models.runs import Run


class Event(models.Model):
    """One line of a run's trace, chained by hash. ``line`` is what is hashed and published.

    ``detail`` is private: it never leaves the workspace.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    line = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["run", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["run", "seq"], name="one_event_per_place"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"
