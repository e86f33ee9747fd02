"""From a record and its payload files to the canonical bytes that are signed. Core.

An allow-list: what is not named here does not go out. Only texts, whole numbers, truth values,
lists and objects; a seed has 63 bits and is therefore decimal text.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from evidence import disclosures, layout, statements
from evidence.exclusions import DISCLOSABLE, NAMED
from runs import canonical, trace
from runs.contract import BIT_ORDER, Outcome, RunRecord, SourceKind

MANIFEST_PREDICATE = "/evidence/manifest/v1"
# A manifest names the first version that has all of its members.
SCHEMA_VERSION, SCHEMA_VERSION_WITH_VALUES = "1.0", "1.1"

_FORMATS: Mapping[str, str] = {
    SourceKind.CIRCUIT_OPERATIONS: "application/json",
    SourceKind.OPENQASM3: "OpenQASM 3.0",
    SourceKind.OPENQASM2: "OpenQASM 2.0",
    SourceKind.ANALOG_PROGRAM: "braket.ir.ahs.program 1",
}
_LONGEST_KIND = 20  # whatever a refused request asked for
_NOT_RETRYABLE = frozenset({"none", "fix_input"})


def build(
    record: RunRecord,
    *,
    files: Mapping[str, bytes],
    issuer: str,
    issued_at: datetime,
    predicate_type: str,
    openings: Sequence[str],
    revision: int = 1,
    supersedes: str | None = None,
) -> bytes:
    """Return the manifest of ``record``: an in-toto Statement v1 in RFC 8785 form.

    ``files`` is the payload of :func:`evidence.payload.build`, by path; ``openings`` are the
    disclosures of :func:`evidence.disclosures.make`; ``supersedes`` is the evidence id of the
    revision before. The same arguments give the same bytes.

    :raises KeyError: if a file that every packet has is missing.
    :raises ValueError: if the trace is broken or an opening is not a disclosure.
    """
    digests = {path: canonical.sha256(content) for path, content in files.items()}
    predicate: dict[str, Any] = {
        "schemaVersion": SCHEMA_VERSION_WITH_VALUES if record.result_types else SCHEMA_VERSION,
        "issuer": issuer,
        "issuedAt": trace.timestamp(issued_at),
        "revision": revision,
        **_present({"supersedes": {"sha256": supersedes} if supersedes else None}),
        **_facts(record, digests),
        "trace": _trace(files[layout.TRACE]),
        "exclusions": _exclusions(openings),
    }
    return statements.build(digests, predicate_type=predicate_type, predicate=predicate)


def _facts(record: RunRecord, digests: Mapping[str, str]) -> dict[str, Any]:
    exports = [path for path in sorted(digests) if path.startswith(layout.EXPORTS_FOLDER)]
    facts: dict[str, Any] = {
        "workflow": {"workflowId": record.workflow_id},
        "run": _run(record),
        "source": _source(record, digests),
        "route": _route(record),
        "exports": [{"path": path} for path in exports],
    }
    if record.outcome is not None and record.outcome.counts is not None:
        facts["counts"] = _counts(record.outcome, digests[layout.COUNTS])
    if record.outcome is not None and record.outcome.values:
        facts["values"] = _values(record.outcome, record.shots, digests[layout.VALUES])
    if record.error is not None:
        facts["error"] = _error(record.error, digests[layout.ERROR])
    return facts


def _present(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _run(record: RunRecord) -> dict[str, Any]:
    times = {
        "createdAt": record.created_at,
        "submittedAt": record.submitted_at,
        "startedAt": record.started_at,
        "finishedAt": record.finished_at,
    }
    return {
        "runId": record.run_id,
        "title": record.title,
        "mode": record.route.mode,
        "status": record.status,
        "attempt": record.attempt,
        "shots": record.shots,
        "seed": str(record.seed),
        **_present({"resultTypes": [_kind(result) for result in record.result_types] or None}),
        "submission": record.submission,
        "billing": record.billing,
        **_present({"retryOf": record.retry_of}),
        **{name: trace.timestamp(at) for name, at in times.items() if at is not None},
    }


def _kind(result: Any) -> str:
    """Return the type of a result; the whole of it stands in the request, as it may be long."""
    kind = result.get("type") if isinstance(result, Mapping) else None
    return kind[:_LONGEST_KIND] if isinstance(kind, str) else "unknown"


def _source(record: RunRecord, digests: Mapping[str, str]) -> dict[str, Any]:
    path = next(path for path in sorted(digests) if path.startswith(layout.SOURCE_FOLDER))
    return {
        "sourceKind": record.source.kind,
        "path": path,
        "sha256": digests[path],
        "format": _FORMATS.get(record.source.kind, "text/plain"),
        **_present(
            {
                "qubits": record.source.qubits,
                "operations": record.source.operation_count,
                "depth": record.source.depth,
            }
        ),
    }


def _route(record: RunRecord) -> dict[str, Any]:
    versions = record.outcome.versions if record.outcome else {}
    return {
        "providerId": record.route.provider_id,
        "deviceId": record.route.device_id,
        "software": sorted(package_url(name, version) for name, version in versions.items()),
    }


def package_url(name: str, version: str) -> str:
    """Return the package URL of a Python package (or of Python itself) at a version.

    Source: https://github.com/package-url/purl-spec.
    """
    kind = "generic" if name == "python" else "pypi"
    return f"pkg:{kind}/{name.lower().replace('_', '-')}@{version}"


def _counts(outcome: Outcome, digest: str) -> dict[str, Any]:
    counts = outcome.counts or {}
    return {
        "path": layout.COUNTS,
        "sha256": digest,
        "shots": sum(counts.values()),
        "outcomes": len(counts),
        "sampling": str(outcome.sampling),
        "bitOrder": BIT_ORDER,
    }


def _values(outcome: Outcome, shots: int, digest: str) -> dict[str, Any]:
    """Return what there is of values. Numbers stay in their file: most are no whole ones."""
    return {
        "path": layout.VALUES,
        "sha256": digest,
        "results": len(outcome.values),
        "shots": shots,
        "sampling": str(outcome.sampling),
        "bitOrder": BIT_ORDER,
    }


def _error(error: Mapping[str, Any], digest: str) -> dict[str, Any]:
    return {
        "path": layout.ERROR,
        "sha256": digest,
        "code": error["code"],
        "stage": error["stage"],
        "retryable": error.get("retry", {}).get("mode", "none") not in _NOT_RETRYABLE,
    }


def _trace(content: bytes) -> dict[str, Any]:
    lines = layout.trace_lines(content)
    return {"path": layout.TRACE, "events": len(lines), "head": trace.verify(lines)}


def _exclusions(openings: Sequence[str]) -> list[dict[str, str]]:
    commitments = {
        disclosures.parse(opening).field: disclosures.commitment(opening) for opening in openings
    }
    committed = [
        {
            "field": exclusion.field,
            "reason": exclusion.reason.value,
            "commitment": commitments[exclusion.field],
        }
        for exclusion in DISCLOSABLE
    ]
    named = [{"field": exclusion.field, "reason": exclusion.reason.value} for exclusion in NAMED]
    return committed + named
