"""The public halves of the keys that sign evidence."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class KeyStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    RETIRED = "retired", "Retired"
    REVOKED = "revoked", "Revoked"


class SigningKey(models.Model):
    """The public half of a signing key; the private half never comes near the database.

    ``kid`` is the SHA-256 of the key's SPKI DER, in hexadecimal.
    """

    kid = models.CharField(max_length=64, primary_key=True)
    public_pem = models.TextField()
    is_development = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=KeyStatus.choices, default=KeyStatus.ACTIVE)
    not_before = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-not_before"]
        constraints = [
            models.CheckConstraint(
                name="revoked_key_says_when",
                condition=Q(status="revoked", revoked_at__isnull=False)
                | (~Q(status="revoked") & Q(revoked_at__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kid[:16]} ({self.status})"
