"""One request and its one outcome. Status is written by the lifecycle alone."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts import identifiers
from runs import trace
from runs.contract import TERMINAL, Billing, EvidenceState, Mode, Status, Submission
from runs.models import choices
from runs.models.sources import Source
from runs.models.sweeps import Sweep
from runs.models.workflows import Workflow


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: Any) -> "RunQuerySet":
        """Return the runs of the workspaces that ``user`` is a member of."""
        return self.filter(workspace__memberships__user=user)

    def open(self) -> "RunQuerySet":
        """Return the runs that have not ended."""
        return self.exclude(status__in=list(TERMINAL))

    def closed(self) -> "RunQuerySet":
        """Return the runs that have ended."""
        return self.filter(status__in=list(TERMINAL))

    def unsealed(self, now: datetime) -> "RunQuerySet":
        """Return the ended runs whose evidence is due; a pending lease says not before when."""
        free = Q(evidence_lease_until=None) | Q(evidence_lease_until__lt=now)
        return self.closed().filter(free, evidence_state__in=["pending", "building"])


def _when(*statuses: Status) -> Q:
    return Q(status__in=sorted(status.value for status in statuses))


_HAS_RESULT = Q(counts__isnull=False) | Q(values__isnull=False)


class Run(models.Model):
    """One request and its one outcome; immutable once it has ended, but for name, tags, notes."""

    id = models.UUIDField(primary_key=True, default=identifiers.new_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.PROTECT, related_name="runs")
    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="runs")
    source = models.ForeignKey(Source, models.PROTECT, related_name="runs")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="runs")
    retry_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="retries")

    sweep = models.ForeignKey(Sweep, models.PROTECT, null=True, related_name="runs")
    sweep_index = models.PositiveSmallIntegerField(null=True)

    name = models.CharField(max_length=120, blank=True)
    tags = models.JSONField(default=list, blank=True)
    notes = models.TextField(blank=True)

    # What was asked.
    mode = models.CharField(max_length=40, choices=choices.of(Mode))
    provider_id = models.CharField(max_length=40)
    device_id = models.CharField(max_length=40)
    shots = models.BigIntegerField()
    seed = models.BigIntegerField()
    parameters = models.JSONField(default=dict)
    result_types = models.JSONField(default=list)
    route_rationale = models.TextField(blank=True)
    route_context = models.JSONField(default=dict)

    # Where it stands.
    status = models.CharField(max_length=12, choices=choices.of(Status))
    submission = models.CharField(
        max_length=20, choices=choices.of(Submission), default=Submission.NOT_SENT
    )
    billing = models.CharField(max_length=12, choices=choices.of(Billing), default=Billing.NONE)
    attempt = models.PositiveSmallIntegerField(default=0)
    hand_backs = models.PositiveSmallIntegerField(default=0)  # of these, not counted as lost
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)
    cancel_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    # What came back.
    counts = models.JSONField(null=True)
    values = models.JSONField(null=True)
    measured_qubits = models.JSONField(null=True)
    sampling = models.CharField(max_length=40, blank=True)
    versions = models.JSONField(default=dict)
    solver = models.JSONField(default=dict)
    execution_seconds = models.FloatField(null=True)
    error = models.JSONField(null=True)
    error_code = models.CharField(max_length=40, blank=True)

    # The trace's head, and the evidence that was made of it.
    event_count = models.PositiveIntegerField(default=0)
    trace_head = models.CharField(max_length=64, default=trace.GENESIS)
    evidence_state = models.CharField(max_length=14, choices=choices.of(EvidenceState))
    evidence_lease_until = models.DateTimeField(null=True)
    evidence_attempts = models.PositiveSmallIntegerField(default=0)
    packet_id = models.UUIDField(null=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["workspace", "-id"], name="run_by_workspace"),
            models.Index(fields=["workflow", "-id"], name="run_by_workflow"),
            models.Index(fields=["workspace", "status", "-id"], name="run_by_status"),
            models.Index(fields=["source"], name="run_by_source"),
            models.Index(fields=["workspace", "submitted_at"], name="run_by_turn"),
            models.Index(
                fields=["status", "id"],
                name="run_due",
                condition=Q(status__in=["queued", "submitting", "running", "cancelling"]),
            ),
            models.Index(
                fields=["evidence_state", "id"],
                name="run_to_seal",
                condition=Q(evidence_state__in=["pending", "building"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="completed_has_a_result_only",
                condition=~_when(Status.COMPLETED)
                | (_HAS_RESULT & Q(error__isnull=True, error_code="")),
            ),
            models.CheckConstraint(
                name="failed_has_an_error_only",
                condition=~_when(Status.FAILED)
                | (~_HAS_RESULT & Q(error__isnull=False) & ~Q(error_code="")),
            ),
            models.CheckConstraint(
                name="others_have_neither",
                condition=_when(Status.COMPLETED, Status.FAILED)
                | (~_HAS_RESULT & Q(error__isnull=True, error_code="")),
            ),
            models.CheckConstraint(
                name="ended_exactly_when_finished",
                condition=(_when(*TERMINAL) & Q(finished_at__isnull=False, lease_token=""))
                | (~_when(*TERMINAL) & Q(finished_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="place_exactly_in_a_sweep",
                condition=Q(sweep__isnull=True, sweep_index__isnull=True)
                | Q(sweep__isnull=False, sweep_index__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["sweep", "sweep_index"], name="one_run_per_point_of_a_sweep"
            ),
            models.CheckConstraint(
                name="sealed_exactly_when_ready",
                condition=(
                    Q(evidence_state="ready", packet_id__isnull=False, sealed_at__isnull=False)
                    & ~Q(manifest_sha256="")
                )
                | (
                    ~Q(evidence_state="ready")
                    & Q(packet_id__isnull=True, sealed_at__isnull=True, manifest_sha256="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def public_id(self) -> str:
        return identifiers.encode("run", self.id)

    @property
    def title(self) -> str:
        """The name, or what stands for it where none was given."""
        return self.name or f"Run {self.public_id[-6:]}"

    @property
    def has_result(self) -> bool:
        """Whether there are counts or values."""
        return self.counts is not None or self.values is not None

    @property
    def is_terminal(self) -> bool:
        return self.status in TERMINAL
