"""The JSON of result types: what may be asked for, and what was found."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from runs.results import Kind

_MEMBERS: dict[str, Any] = {
    "type": {"type": "string", "enum": [kind.value for kind in Kind]},
    "targets": {
        "type": "array",
        "items": {"type": "integer", "minimum": 0},
        "description": "Qubits. A probability without targets is that of all of them.",
    },
    "observable": {
        "type": "array",
        "items": {"type": "string", "enum": ["x", "y", "z", "i"]},
        "description": "Of an expectation or a variance: one Pauli factor for each target.",
    },
    "states": {
        "type": "array",
        "items": {"type": "string", "pattern": "^[01]+$"},
        "description": "Of an amplitude: bit strings over all qubits, the lowest leftmost.",
    },
}
_FOUND: dict[str, Any] = {
    "value": {"type": "number", "description": "Of an expectation or a variance."},
    "standardError": {
        "type": "number",
        "description": "Of an expectation that was estimated from shots.",
    },
    "probabilities": {
        "type": "object",
        "additionalProperties": {"type": "number"},
        "description": "By outcome of the targets, the first leftmost; those of 0 are left out.",
    },
    "amplitudes": {
        "type": "object",
        "additionalProperties": {
            "type": "array",
            "items": {"type": "number"},
            "minItems": 2,
            "maxItems": 2,
        },
        "description": "Real and imaginary part by basis state; a state vector leaves zeros out.",
    },
}


def _list_of(properties: dict[str, Any]) -> dict[str, Any]:
    item = {"type": "object", "required": ["type"], "properties": properties}
    return {"type": "array", "items": item}


RESULT_TYPES = _list_of(_MEMBERS)
VALUES = _list_of(_MEMBERS | _FOUND)


@extend_schema_field(RESULT_TYPES)
class ResultTypes(serializers.Field[Any, Any, Any, Any]):
    """The list of a run's result types; what each of them says is judged by the domain."""

    default_error_messages = {"invalid": "This is not a list."}

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("invalid")
        return data
