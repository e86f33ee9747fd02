"""Runs of one source over many points, asked for at once."""

from typing import Any

from django.conf import settings
from django.db import models

from accounts import identifiers
from runs.models.workflows import Workflow


class SweepQuerySet(models.QuerySet["Sweep"]):
    def visible_to(self, user: Any) -> "SweepQuerySet":
        """Return the sweeps of the workspaces that ``user`` is a member of."""
        return self.filter(workspace__memberships__user=user)


class Sweep(models.Model):
    """One request that made a run for each of its points; the runs know their place in it.

    ``points`` are the JSON objects of the request, in order, each with what differs from run to
    run: ``parameters``, ``shots`` or ``seed``.
    """

    id = models.UUIDField(primary_key=True, default=identifiers.new_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.PROTECT, related_name="sweeps")
    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="sweeps")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    points = models.JSONField()
    created_at = models.DateTimeField()
    cancel_requested_at = models.DateTimeField(null=True)

    objects = SweepQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["workspace", "-id"], name="sweep_by_workspace"),
            models.Index(fields=["workflow", "-id"], name="sweep_by_workflow"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def public_id(self) -> str:
        return identifiers.encode("swp", self.id)

    @property
    def title(self) -> str:
        """The name, or what stands for it where none was given."""
        return self.name or f"Sweep {self.public_id[-6:]}"
