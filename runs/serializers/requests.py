"""What requests may say. Content (circuit, route, limits) is judged by the domain, not here.

What is refused here never was a request that could be recorded: wrong types, unknown names,
texts that no record has room for.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts import identifiers
from runs.contract import LANGUAGES, Mode, RunRequest, SourceKind, Status
from runs.fields import Number, Query, StrictSerializer, Text, Truth, Whole
from runs.selection import Selection
from runs.serializers.results import ResultTypes

_LIMITS = settings.RUN_LIMITS
_ID_CHARACTERS = 40
# What holds the program, of which a request has one. Those that are no text are named as kinds.
_FORMS = {
    "circuitOperations": "circuit_operations",
    "source": "source",
    "analogProgram": "analog_program",
}


class Identifier(Text):
    """A public identifier, such as ``wf_01JD9...``; it becomes a UUID."""

    default_error_messages = {"malformed": "This is not an identifier that begins with {prefix}_."}

    def __init__(self, prefix: str, **options: Any) -> None:
        super().__init__(**options)
        self.prefix = prefix

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            return identifiers.decode(self.prefix, text)
        except ValueError:
            self.fail("malformed", prefix=self.prefix)


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["gate"],
            "properties": {
                "gate": {"type": "string", "description": "A gate, a noise channel, or measure."},
                "targets": {"type": "array", "items": {"type": "integer"}},
                "controls": {"type": "array", "items": {"type": "integer"}},
                "controlState": {
                    "type": "array",
                    "items": {"type": "integer", "enum": [0, 1]},
                    "description": "In which state of each control the gate acts; 1 by default.",
                },
                "angle": {"type": "number", "description": "In radians."},
                "angles": {"type": "array", "items": {"type": "number"}},
                "power": {"type": "number", "description": "Of the gate, 1 by default."},
                "probability": {"type": "number", "description": "Of a noise channel."},
                "probabilities": {
                    "type": "array",
                    "items": {"type": "number"},
                    "description": "Of a noise channel that has several, in its order.",
                },
            },
        },
    }
)
class Operations(serializers.Field[Any, Any, Any, Any]):
    """The list of a circuit's operations; what each of them says is judged by the domain."""

    default_error_messages = {"invalid": "This is not a list."}

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("invalid")
        return data


@extend_schema_field(
    {
        "type": "object",
        "required": ["braketSchemaHeader", "setup", "hamiltonian"],
        "properties": {
            "braketSchemaHeader": {"type": "object"},
            "setup": {"type": "object"},
            "hamiltonian": {"type": "object"},
        },
    }
)
class AnalogProgram(serializers.Field[Any, Any, Any, Any]):
    """Braket's JSON of an analog program; what it says is judged by the domain."""

    default_error_messages = {"invalid": "This is not an object."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("invalid")
        return data


class Tags(serializers.ListField):
    """A list of tags, each of them once."""

    def __init__(self, **options: Any) -> None:
        word = Text(max_length=_LIMITS.tag_characters)
        super().__init__(**{"child": word, "max_length": _LIMITS.tags, **options})

    def to_internal_value(self, data: Any) -> list[Any]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class ProgramFields(StrictSerializer):
    """What is run, and where. Common to runs and their previews."""

    mode = Text(max_length=_ID_CHARACTERS, help_text=" or ".join(Mode))
    providerId = Text(max_length=_ID_CHARACTERS, source="provider_id")
    deviceId = Text(max_length=_ID_CHARACTERS, source="device_id")
    shots = Whole(min_value=-(2**53) + 1, help_text="0 asks for exact values of result types.")
    sourceKind = serializers.ChoiceField([kind.value for kind in SourceKind], source="source_kind")
    circuitOperations = Operations(
        source="circuit_operations",
        required=False,
        help_text="The operations in order, where sourceKind is circuitOperations.",
    )
    source = Text(  # type: ignore[assignment]  # a declared field hides nothing
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="The program's text, where sourceKind is a language.",
    )
    analogProgram = AnalogProgram(
        source="analog_program",
        required=False,
        help_text="A braket.ir.ahs.program of version 1, where sourceKind is analogProgram.",
    )
    resultTypes = ResultTypes(
        source="result_types", required=False, help_text="What the run gives beside counts."
    )
    parameters = serializers.DictField(child=Number(), required=False)
    seed = Whole(min_value=0, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for the one form of program that ``sourceKind`` names."""
        kind = attrs["source_kind"]
        wanted = "source" if kind in LANGUAGES else kind
        wrong = {}
        for member, name in _FORMS.items():
            if member == wanted and name not in attrs:
                wrong[member] = f"This field is required where sourceKind is {kind}."
            elif member != wanted and name in attrs:
                wrong[member] = f"This field has no place where sourceKind is {kind}."
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class PreviewBody(ProgramFields):
    """A program and a route to look at, without recording anything.

    With a workflow it is held to the limits of that one's workspace, else to the server's.
    """

    workflowId = Text(max_length=_ID_CHARACTERS, source="workflow_id", required=False)


class RunBody(ProgramFields):
    """A request for a run."""

    workflowId = Text(max_length=_ID_CHARACTERS, source="workflow_id")
    routeRationale = Text(
        max_length=_LIMITS.rationale_characters,
        source="route_rationale",
        required=False,
        allow_blank=True,
        help_text="Why this route. It is part of the evidence.",
    )
    evidenceRequested = Truth(source="evidence_requested", required=False, default=True)
    name = Text(max_length=_LIMITS.name_characters, required=False, allow_blank=True)
    tags = Tags(required=False)


class NotesBody(StrictSerializer):
    """What people may change about a run at any time."""

    name = Text(max_length=_LIMITS.name_characters, required=False, allow_blank=True)
    tags = Tags(required=False)
    notes = Text(max_length=10_000, required=False, allow_blank=True, trim_whitespace=False)


class WorkflowFields(StrictSerializer):
    name = Text(max_length=120)
    purpose = Text(max_length=4_000, required=False, allow_blank=True)
    tags = Tags(required=False)
    defaultProviderId = Text(
        max_length=_ID_CHARACTERS, source="default_provider_id", required=False
    )
    defaultDeviceId = Text(max_length=_ID_CHARACTERS, source="default_device_id", required=False)
    defaultShots = Whole(
        min_value=1, max_value=_LIMITS.shots, source="default_shots", required=False
    )


class WorkflowBody(WorkflowFields):
    """A new workflow. Without a workspace it goes to the only one in which one may create it."""

    workspaceId = Identifier("ws", source="workspace_id", required=False)


class WorkflowChanges(WorkflowFields):
    """What may change about a workflow. ``archived`` archives and restores it."""

    name = Text(max_length=120, required=False)
    archived = Truth(required=False)


class RunQuery(Query):
    """The filters of the list of runs."""

    workflow = Identifier("wf", required=False)
    sweep = Identifier("swp", required=False)
    status = serializers.MultipleChoiceField(
        choices=[status.value for status in Status], required=False, help_text="One or several."
    )
    mode = Text(max_length=_ID_CHARACTERS, required=False)
    provider = Text(max_length=_ID_CHARACTERS, required=False)
    device = Text(max_length=_ID_CHARACTERS, required=False)
    tag = Text(max_length=_LIMITS.tag_characters, required=False)
    errorCode = Text(max_length=_ID_CHARACTERS, required=False)
    sourceSha256 = Text(max_length=64, required=False)
    text = Text(max_length=120, required=False)
    createdAfter = serializers.DateTimeField(required=False)
    createdBefore = serializers.DateTimeField(required=False, help_text="Not included.")


def run_request(body: Mapping[str, Any]) -> RunRequest:
    """Return the domain's request of a checked :class:`RunBody` or :class:`PreviewBody`."""
    members = {name: value for name, value in body.items() if name != "workflow_id"}
    if "tags" in members:
        members["tags"] = tuple(members["tags"])
    return RunRequest(**members)


def selection(query: Mapping[str, Any]) -> Selection:
    """Return the domain's selection of a checked :class:`RunQuery`."""
    return Selection(
        workflow_id=query.get("workflow"),
        sweep_id=query.get("sweep"),
        statuses=tuple(sorted(query.get("status", ()))),
        mode=query.get("mode", ""),
        provider_id=query.get("provider", ""),
        device_id=query.get("device", ""),
        tag=query.get("tag", ""),
        error_code=query.get("errorCode", ""),
        source_sha256=query.get("sourceSha256", "").lower(),
        text=query.get("text", ""),
        created_from=query.get("createdAfter"),
        created_to=query.get("createdBefore"),
    )
