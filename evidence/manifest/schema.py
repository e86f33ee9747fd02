"""The JSON Schema (2020-12) of manifests, for readers who are not us. Core.

Later versions add members and take none away, so unknown members are allowed; but nothing may hold
a floating-point number, which two readers could print differently.
"""

from collections.abc import Mapping
from typing import Any

from evidence.manifest.building import (
    MANIFEST_PREDICATE,
)
from evidence.statements import STATEMENT_TYPE
from runs.contract import BIT_ORDER, TERMINAL, Mode, Sampling, Status

_Schema = Mapping[str, Any]
_TEXT: _Schema = {"type": "string"}
_WHOLE: _Schema = {"type": "integer", "minimum": 0}
_TIME: _Schema = {"type": "string", "format": "date-time"}
_DIGEST: _Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_PLAIN: _Schema = {"$ref": "#/$defs/plain"}


def _list(items: _Schema) -> _Schema:
    return {"type": "array", "items": items}


def _object(required: _Schema, optional: _Schema | None = None) -> _Schema:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": sorted(required),
        "additionalProperties": _PLAIN,
    }


def _when(status: Status, what: _Schema) -> _Schema:
    is_so = {"properties": {"run": {"properties": {"status": {"const": status.value}}}}}
    return {"if": is_so, "then": what}


_SIGNED_FILE = {"path": _TEXT, "sha256": _DIGEST}
_RESULT = {
    **_SIGNED_FILE,
    "shots": _WHOLE,
    "sampling": {"enum": [sampling.value for sampling in Sampling]},
    "bitOrder": {"const": BIT_ORDER},
}
_RUN = _object(
    {
        "runId": _TEXT,
        "title": _TEXT,
        "mode": {"enum": [mode.value for mode in Mode]},
        "status": {"enum": sorted(status.value for status in TERMINAL)},
        "attempt": _WHOLE,
        "shots": {"type": "integer"},
        "seed": {"type": "string", "pattern": "^[0-9]+$"},
        "submission": _TEXT,
        "billing": _TEXT,
        "createdAt": _TIME,
        "finishedAt": _TIME,
    },
    {"retryOf": _TEXT, "submittedAt": _TIME, "startedAt": _TIME, "resultTypes": _list(_TEXT)},
)
_PREDICATE = {
    **_object(
        {
            "schemaVersion": {"type": "string", "pattern": r"^1\.[0-9]+$"},
            "issuer": _TEXT,
            "issuedAt": _TIME,
            "revision": {"type": "integer", "minimum": 1},
            "workflow": _object({"workflowId": _TEXT}),
            "run": _RUN,
            "source": _object(
                {**_SIGNED_FILE, "sourceKind": _TEXT, "format": _TEXT},
                {"qubits": _WHOLE, "operations": _WHOLE, "depth": _WHOLE},
            ),
            "route": _object({"providerId": _TEXT, "deviceId": _TEXT, "software": _list(_TEXT)}),
            "trace": _object({"path": _TEXT, "events": _WHOLE, "head": _DIGEST}),
            "exports": _list(_object({"path": _TEXT})),
            "exclusions": _list(_object({"field": _TEXT, "reason": _TEXT}, {"commitment": _TEXT})),
        },
        {
            "supersedes": _object({"sha256": _DIGEST}),
            "counts": _object({**_RESULT, "outcomes": _WHOLE}),
            "values": _object({**_RESULT, "results": _WHOLE}),
            "error": _object(
                {**_SIGNED_FILE, "code": _TEXT, "stage": _TEXT, "retryable": {"type": "boolean"}}
            ),
        },
    ),
    "allOf": [
        _when(
            Status.COMPLETED,
            {"anyOf": [{"required": ["counts"]}, {"required": ["values"]}]},
        ),
        _when(Status.FAILED, {"required": ["error"]}),
    ],
}
_PLAIN_VALUES = {
    "type": ["string", "integer", "boolean", "array", "object"],
    "items": _PLAIN,
    "additionalProperties": _PLAIN,
}


def schema(*, issuer: str) -> dict[str, Any]:
    """Return the schema of the manifests of ``issuer``, its address without a slash at the end."""
    predicate_type = issuer + MANIFEST_PREDICATE
    digests = _object({"sha256": _DIGEST})
    statement = _object(
        {
            "_type": {"const": STATEMENT_TYPE},
            "predicateType": {"const": predicate_type},
            "subject": _list(_object({"name": _TEXT, "digest": digests})),
            "predicate": _PREDICATE,
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{predicate_type}/schema.json",
        "title": "Manifest of an evidence packet of QuantumRuns",
        "$defs": {"plain": _PLAIN_VALUES},
        **statement,
    }
