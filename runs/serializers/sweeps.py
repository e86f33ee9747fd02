"""Sweeps in the API: what a request says, and what an answer shows."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts import identifiers
from runs import sweeps
from runs.contract import Status
from runs.fields import Number, Query, StrictSerializer, Whole
from runs.models import Run, Sweep
from runs.serializers.answers import Answer, address
from runs.serializers.requests import Identifier, RunBody


class PointBody(StrictSerializer):
    """What is particular to one point: it is added to, or goes before, what all share."""

    parameters = serializers.DictField(child=Number(), required=False)
    shots = Whole(min_value=-(2**53) + 1, required=False)
    seed = Whole(min_value=0, required=False, allow_null=True)


class SweepBody(RunBody):
    """A request for one run, and the points at which it is made."""

    points = PointBody(
        many=True, help_text=f"1 to {settings.RUN_LIMITS.sweep_points} of them, in order."
    )


class SweepQuery(Query):
    """The filters of the list of sweeps."""

    workflow = Identifier("wf", required=False)


class ProgressAnswer(Answer):
    """How many points are in which state; ``underway`` counts those that a worker has."""

    total = serializers.IntegerField()
    waiting = serializers.IntegerField()
    underway = serializers.IntegerField()
    completed = serializers.IntegerField()
    failed = serializers.IntegerField()
    cancelled = serializers.IntegerField()


class PointAnswer(Answer):
    """One point: what was asked, and the run that answers it. Results are read from the run."""

    index = serializers.IntegerField(source="sweep_index", help_text="Counts from 0.")
    runId = serializers.CharField(source="public_id")
    url = serializers.SerializerMethodField()
    status = serializers.ChoiceField([status.value for status in Status])
    parameters = serializers.DictField(child=serializers.FloatField())
    shots = serializers.IntegerField()
    seed = serializers.IntegerField()

    def get_url(self, run: Run) -> str:
        return address("run", run.pk)


class SweepSummary(Answer):
    """A sweep as the list shows it."""

    sweepId = serializers.CharField(source="public_id")
    workflowId = serializers.SerializerMethodField()
    name = serializers.CharField()
    createdAt = serializers.DateTimeField(source="created_at")
    cancelRequestedAt = serializers.DateTimeField(source="cancel_requested_at", allow_null=True)

    def get_workflowId(self, sweep: Sweep) -> str:
        return identifiers.encode("wf", sweep.workflow_id)


class SweepAnswer(SweepSummary):
    """A sweep with its points."""

    progress = serializers.SerializerMethodField()
    points = serializers.SerializerMethodField()

    def to_representation(self, instance: Any) -> Any:
        """Read the runs once for both members that need them."""
        self._runs = sweeps.runs_of(instance)
        return super().to_representation(instance)

    @extend_schema_field(ProgressAnswer())
    def get_progress(self, sweep: Sweep) -> Any:  # noqa: ARG002
        return ProgressAnswer(sweeps.progress_of(self._runs)).data

    @extend_schema_field(PointAnswer(many=True))
    def get_points(self, sweep: Sweep) -> Any:  # noqa: ARG002
        return PointAnswer(self._runs, many=True).data
