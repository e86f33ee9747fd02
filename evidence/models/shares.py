"""Links to packets for people without an account, and that they were opened."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts import identifiers
from evidence.models.packets import Packet


class Profile(models.TextChoices):
    SUMMARY = "summary", "Summary"
    RESULTS = "results", "Results"
    FULL = "full", "Full record"


class ShareStatus(models.TextChoices):
    REQUESTED = "requested", "Waiting for approval"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    REVOKED = "revoked", "Revoked"


class ShareQuerySet(models.QuerySet["Share"]):
    def visible_to(self, user: Any) -> "ShareQuerySet":
        """Return the shares of the workspaces that ``user`` is a member of."""
        return self.filter(workspace__memberships__user=user)

    def live(self) -> "ShareQuerySet":
        """Return the shares whose links work by the database's clock."""
        return self.filter(status=ShareStatus.APPROVED, expires_at__gt=Now())


class Share(models.Model):
    """A link to one packet for people without an account: asked for, approved, ended.

    It pins the bytes that the approver saw: ``archive_sha256`` names them in the store. The
    link's token is stored as a digest only.
    """

    id = models.UUIDField(primary_key=True, default=identifiers.new_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.PROTECT, related_name="shares")
    packet = models.ForeignKey(Packet, models.PROTECT, related_name="shares")
    profile = models.CharField(max_length=8, choices=Profile.choices, default=Profile.FULL)
    openings = models.JSONField(default=list, blank=True)
    label = models.CharField(max_length=120)
    purpose = models.TextField(blank=True)
    status = models.CharField(
        max_length=10, choices=ShareStatus.choices, default=ShareStatus.REQUESTED
    )
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decline_reason = models.CharField(max_length=400, blank=True)
    self_approved = models.BooleanField(default=False)
    expires_at = models.DateTimeField()
    token_sha256 = models.CharField(max_length=64, null=True, unique=True)
    archive_sha256 = models.CharField(max_length=64, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["workspace", "-id"], name="share_by_workspace")]
        constraints = [
            models.CheckConstraint(
                name="decided_share_says_who_and_when",
                condition=Q(status="requested", decided_by=None, decided_at=None)
                | (~Q(status="requested") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="approved_share_has_a_link",
                condition=~Q(status="approved")
                | (Q(token_sha256__isnull=False) & ~Q(archive_sha256="")),
            ),
            models.CheckConstraint(
                name="revoked_share_says_who_and_when",
                condition=Q(status="revoked", revoked_by__isnull=False, revoked_at__isnull=False)
                | (~Q(status="revoked") & Q(revoked_by=None, revoked_at=None)),
            ),
            models.CheckConstraint(
                name="approved_by_another_or_said_so",
                condition=~Q(status__in=["approved", "revoked"])
                | ~Q(decided_by=F("requested_by"))
                | Q(self_approved=True),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def public_id(self) -> str:
        return identifiers.encode("shr", self.id)

    @property
    def is_expired(self) -> bool:
        return self.status == ShareStatus.APPROVED and self.expires_at <= timezone.now()

    @property
    def is_live(self) -> bool:
        return self.status == ShareStatus.APPROVED and not self.is_expired


class ShareVisit(models.Model):
    """That a link was opened, when, and for what. Nothing about who."""

    share = models.ForeignKey(Share, models.CASCADE, related_name="visits")
    at = models.DateTimeField(default=timezone.now, editable=False)
    what = models.CharField(max_length=40)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["share", "-id"], name="visits_by_share")]

    def __str__(self) -> str:
        return f"{self.what} at {self.at:%Y-%m-%d %H:%M:%S}"
