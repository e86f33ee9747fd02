"""What a run is made of, as the API answers it: its source and its trace."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from runs.contract import SourceKind
from runs.serializers.answers import QUBITS, Answer, SourceAnswer, nullable


class SourceText(SourceAnswer):
    """The exact program. Forms in which it cannot be written are null, or empty."""

    source = serializers.CharField(source="text")  # type: ignore[assignment]
    openqasm = serializers.CharField(help_text="The same in OpenQASM 3, empty where it is wrong.")
    circuitOperations = serializers.SerializerMethodField()
    analogProgram = serializers.SerializerMethodField()
    measuredQubits = serializers.SerializerMethodField(
        help_text="For analog programs the filled sites."
    )

    @extend_schema_field(nullable({"type": "array", "items": {"type": "object"}}))
    def get_circuitOperations(self, source: Any) -> Any:
        return source.operations

    @extend_schema_field(nullable({"type": "object"}))
    def get_analogProgram(self, source: Any) -> Any:
        is_analog = source.kind == SourceKind.ANALOG_PROGRAM
        return json.loads(source.text) if is_analog else None

    @extend_schema_field(nullable(QUBITS))
    def get_measuredQubits(self, source: Any) -> Any:
        return source.measured_qubits


class EventAnswer(Answer):
    """One line of the trace; ``sha256`` is of its canonical JSON without ``sha256`` itself."""

    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    type = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]
    prev = serializers.CharField()
    sha256 = serializers.CharField()


class EventsAnswer(Answer):
    """The whole trace, in order."""

    items = EventAnswer(many=True)
    head = serializers.CharField(help_text="The digest of the last line.")
