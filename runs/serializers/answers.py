"""What answers look like. Nothing private to the server is in reach of these."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts import identifiers
from runs import attempts, lifecycle, waiting
from runs.contract import BIT_ORDER, Billing, EvidenceState, Mode, Status, Submission
from runs.errors import ERRORS, Retry, Stage
from runs.models import Run
from runs.serializers.results import RESULT_TYPES, VALUES
from runs.serializers.standing import AttemptAnswer, QueueAnswer

# A declared field is taken out of its class, so it may be called like a member of its base.
Answer = serializers.Serializer[Any]
_COUNTS = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}
QUBITS = {"type": "array", "items": {"type": "integer", "minimum": 0}}


def address(name: str, *arguments: Any) -> str:
    """Return the full address of something in the API."""
    return settings.SITE_URL + reverse(f"api:{name}", args=arguments)


def nullable(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``schema``, or null."""
    return {**schema, "type": [schema["type"], "null"]}


class ProblemPlace(Answer):
    """One thing that is wrong, and where: lines and columns count from 1, operations from 0."""

    message = serializers.CharField()
    field = serializers.CharField(required=False)
    operationIndex = serializers.IntegerField(required=False)
    line = serializers.IntegerField(required=False)
    column = serializers.IntegerField(required=False)
    hint = serializers.CharField(required=False)


class ErrorProvider(Answer):
    id = serializers.CharField(allow_null=True)
    nativeCode = serializers.CharField(allow_null=True)


class ErrorRetry(Answer):
    mode = serializers.ChoiceField([mode.value for mode in Retry])
    safe = serializers.BooleanField()
    afterSeconds = serializers.IntegerField(allow_null=True)
    attempt = serializers.IntegerField()
    maxAttempts = serializers.IntegerField()


class ErrorAnswer(Answer):
    """An error: the same on the run, in the API and in the evidence."""

    code = serializers.ChoiceField(list(ERRORS))
    category = serializers.CharField()
    stage = serializers.ChoiceField([stage.value for stage in Stage])
    message = serializers.CharField()
    hint = serializers.CharField()
    field = serializers.CharField(allow_null=True)
    operationIndex = serializers.IntegerField(allow_null=True)
    problems = ProblemPlace(many=True)
    provider = ErrorProvider()
    retry = ErrorRetry()
    submission = serializers.ChoiceField([submission.value for submission in Submission])
    billing = serializers.ChoiceField([billing.value for billing in Billing])
    docsUrl = serializers.URLField()


class ProblemAnswer(ErrorAnswer):
    """Problem details (RFC 9457) with the error payload inside."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    runId = serializers.CharField(allow_null=True)
    requestId = serializers.CharField()


class WorkflowAnswer(Answer):
    workflowId = serializers.CharField(source="public_id")
    workspaceId = serializers.SerializerMethodField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    defaultProviderId = serializers.CharField(source="default_provider_id")
    defaultDeviceId = serializers.CharField(source="default_device_id")
    defaultShots = serializers.IntegerField(source="default_shots")
    createdAt = serializers.DateTimeField(source="created_at")
    archivedAt = serializers.DateTimeField(source="archived_at", allow_null=True)

    def get_workspaceId(self, workflow: Any) -> str:
        return identifiers.encode("ws", workflow.workspace_id)


class Timestamps(Answer):
    createdAt = serializers.DateTimeField(source="created_at")
    submittedAt = serializers.DateTimeField(source="submitted_at", allow_null=True)
    startedAt = serializers.DateTimeField(source="started_at", allow_null=True)
    finishedAt = serializers.DateTimeField(source="finished_at", allow_null=True)


class RouteAnswer(Answer):
    mode = serializers.CharField(help_text=" or ".join(Mode))
    providerId = serializers.CharField(source="provider_id")
    deviceId = serializers.CharField(source="device_id")
    routeRationale = serializers.CharField(source="route_rationale")
    context = serializers.DictField(  # type: ignore[assignment]
        source="route_context", help_text="What was known of the device when it was chosen."
    )


class SourceAnswer(Answer):
    kind = serializers.CharField()
    sha256 = serializers.CharField()
    qubits = serializers.IntegerField(allow_null=True)
    operations = serializers.IntegerField(source="operation_count", allow_null=True)
    depth = serializers.IntegerField(allow_null=True)


class EvidenceAnswer(Answer):
    state = serializers.ChoiceField(
        [state.value for state in EvidenceState], source="evidence_state"
    )
    packetId = serializers.SerializerMethodField()
    manifestSha256 = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    def get_packetId(self, run: Run) -> str | None:
        return identifiers.encode("pkt", run.packet_id) if run.packet_id else None

    def get_manifestSha256(self, run: Run) -> str | None:
        return run.manifest_sha256 or None

    def get_url(self, run: Run) -> str | None:
        return address("packet", run.packet_id) if run.packet_id else None


class RunRetry(Answer):
    """Whether the same source on the same route may be tried again as a new run."""

    allowed = serializers.SerializerMethodField()
    retryOf = serializers.SerializerMethodField()
    attempt = serializers.IntegerField()

    def get_allowed(self, run: Run) -> bool:
        return lifecycle.can_retry(run)

    def get_retryOf(self, run: Run) -> str | None:
        return identifiers.encode("run", run.retry_of_id) if run.retry_of_id else None


class SweepPlaceAnswer(Answer):
    """The sweep that a run is a point of; ``index`` counts from 0."""

    sweepId = serializers.SerializerMethodField()
    index = serializers.IntegerField(source="sweep_index")

    def get_sweepId(self, run: Run) -> str | None:
        return identifiers.encode("swp", run.sweep_id) if run.sweep_id else None


class RunSummary(Answer):
    """A run as the list shows it: counts are left to the run itself."""

    runId = serializers.CharField(source="public_id")
    workflowId = serializers.SerializerMethodField()
    name = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    status = serializers.ChoiceField([status.value for status in Status])
    phase = serializers.SerializerMethodField()
    timestamps = Timestamps(source="*")
    route = RouteAnswer(source="*")
    shots = serializers.IntegerField()
    seed = serializers.IntegerField()
    resultTypes = serializers.SerializerMethodField()
    parameters = serializers.DictField(child=serializers.FloatField())
    source = SourceAnswer()  # type: ignore[assignment]
    error = ErrorAnswer(allow_null=True)
    retry = RunRetry(source="*")
    sweep = serializers.SerializerMethodField()
    submission = serializers.ChoiceField([submission.value for submission in Submission])
    billing = serializers.ChoiceField([billing.value for billing in Billing])
    evidence = EvidenceAnswer(source="*")

    def get_workflowId(self, run: Run) -> str:
        return identifiers.encode("wf", run.workflow_id)

    @extend_schema_field(SweepPlaceAnswer(allow_null=True))
    def get_sweep(self, run: Run) -> Any:
        return None if run.sweep_id is None else SweepPlaceAnswer(run).data

    @extend_schema_field(RESULT_TYPES)
    def get_resultTypes(self, run: Run) -> Any:
        return run.result_types

    @extend_schema_field(
        {
            "type": "string",
            "enum": ["waiting", "underway", "ended"],
            "description": "Where the status belongs, for programs that only wait for the end.",
        }
    )
    def get_phase(self, run: Run) -> str:
        if run.is_terminal:
            return "ended"
        return "waiting" if run.status == Status.QUEUED else "underway"


class ResultAnswer(Answer):
    """What was measured or found. Character *i* of a key belongs to ``measuredQubits[i]``.

    Counts are null where there were no shots; values answer the result types, in order.
    """

    url = serializers.SerializerMethodField()
    counts = serializers.SerializerMethodField()
    values = serializers.SerializerMethodField()
    resultTypes = serializers.SerializerMethodField()
    measuredQubits = serializers.SerializerMethodField()
    bitOrder = serializers.SerializerMethodField()
    shots = serializers.IntegerField()
    sampling = serializers.CharField()
    versions = serializers.DictField(child=serializers.CharField())
    solver = serializers.DictField(
        help_text="How the evolution of an analog program was computed; empty for circuits."
    )

    def get_url(self, run: Run) -> str:
        return address("run-result", run.pk)

    @extend_schema_field(nullable(_COUNTS))
    def get_counts(self, run: Run) -> Any:
        return run.counts

    @extend_schema_field(VALUES)
    def get_values(self, run: Run) -> Any:
        return run.values or []

    @extend_schema_field(RESULT_TYPES)
    def get_resultTypes(self, run: Run) -> Any:
        return run.result_types

    @extend_schema_field(QUBITS)
    def get_measuredQubits(self, run: Run) -> Any:
        return run.measured_qubits

    @extend_schema_field({"type": "string", "const": BIT_ORDER})
    def get_bitOrder(self, run: Run) -> str:  # noqa: ARG002 - it is the same for all
        return BIT_ORDER


class RunAnswer(RunSummary):
    """A run, with its result or its error where it has one."""

    notes = serializers.CharField()
    result = serializers.SerializerMethodField()
    queue = serializers.SerializerMethodField()
    attempts = serializers.SerializerMethodField()

    @extend_schema_field(ResultAnswer(allow_null=True))
    def get_result(self, run: Run) -> Any:
        return ResultAnswer(run).data if run.has_result else None

    @extend_schema_field(QueueAnswer(allow_null=True))
    def get_queue(self, run: Run) -> Any:
        place = waiting.place_of(run)
        return None if place is None else QueueAnswer(place).data

    @extend_schema_field(AttemptAnswer(many=True))
    def get_attempts(self, run: Run) -> Any:
        return AttemptAnswer(attempts.of(run), many=True).data
