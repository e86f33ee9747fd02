"""A named line of work, to which every run belongs."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts import identifiers


class WorkflowQuerySet(models.QuerySet["Workflow"]):
    def visible_to(self, user: Any) -> "WorkflowQuerySet":
        """Return the workflows of the workspaces that ``user`` is a member of."""
        return self.filter(workspace__memberships__user=user)

    def open(self) -> "WorkflowQuerySet":
        """Return the workflows that are not archived."""
        return self.filter(archived_at=None)


class Workflow(models.Model):
    """A named line of work; every run belongs to exactly one."""

    id = models.UUIDField(primary_key=True, default=identifiers.new_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.PROTECT, related_name="workflows")
    name = models.CharField(max_length=120)
    purpose = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    default_provider_id = models.CharField(max_length=40, default="local")
    default_device_id = models.CharField(max_length=40, default="braket_sv")
    default_shots = models.PositiveIntegerField(default=1000)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = WorkflowQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["workspace", "-id"], name="workflow_by_workspace")]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return identifiers.encode("wf", self.id)
