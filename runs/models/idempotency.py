"""What a write was answered, so that its repeat gets the same."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from runs.models.runs import Run


class IdempotencyKey(models.Model):
    """What the first request with a key got, so that a repeat gets the same."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    run = models.ForeignKey(Run, models.CASCADE, null=True, related_name="+")
    status_code = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="one_use_of_a_key_each")
        ]

    def __str__(self) -> str:
        return self.key
