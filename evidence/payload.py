"""From a record to the files of its packet: public values only, each file with a salt of its own.

Without a salt, the digest of a file that a share withholds could be guessed when the file is small
(a circuit of two gates, counts of two outcomes). Core: the same salts give the same bytes.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from evidence import layout
from evidence.instructions import readme
from runs import canonical, circuits, drawing, trace
from runs.contract import BIT_ORDER, Outcome, RunRecord, SourceKind
from runs.limits import Limits

_SALT_BYTES = 16
_CONTEXT = ("readAt", "readiness", "device", "limits", "price")
_ERROR = (
    *("code", "category", "stage", "message", "hint", "field", "operationIndex", "problems"),
    *("provider", "retry", "submission", "billing", "docsUrl"),
)
# The operations were checked when they came in; limits that have changed since do not matter.
_ANY_SIZE = Limits(operations=1_000_000, control_qubits=circuits.QUBIT_CEILING, largest_angle=1e308)
Salt = Callable[[], str]


def build(
    record: RunRecord,
    *,
    issuer: str,
    issued_at: datetime,
    token_bytes: Callable[[int], bytes],
    revision: int = 1,
) -> dict[str, bytes]:
    """Return the payload of a packet by path.

    ``issuer`` is the address of the site, without a slash at its end; ``token_bytes`` is
    ``secrets.token_bytes`` but in tests.
    """

    def salt() -> str:
        return token_bytes(_SALT_BYTES).hex()

    files = {
        layout.README: readme(issuer=issuer, run_id=record.run_id, salt=salt()),
        layout.REQUEST: _request(record, salt()),
        layout.TRACE: _trace(record, issued_at, revision, salt()),
    }
    files |= _source(record, salt)
    if record.outcome is not None:
        files |= _result(record.outcome, record.shots, salt)
    if record.error is not None:
        files[layout.ERROR] = _error(record.error, salt())
    return files


def _request(record: RunRecord, salt: str) -> bytes:
    route = record.route
    return canonical.encode(
        {
            "runId": record.run_id,
            "workflowId": record.workflow_id,
            "retryOf": record.retry_of,
            "mode": route.mode,
            "providerId": route.provider_id,
            "deviceId": route.device_id,
            "shots": record.shots,
            "seed": str(record.seed),
            "sourceKind": record.source.kind,
            "parameters": dict(record.parameters),
            "routeRationale": route.rationale,
            "routeContext": {
                name: route.context[name] for name in _CONTEXT if name in route.context
            },
            "salt": salt,
        }
    )


def _trace(record: RunRecord, issued_at: datetime, revision: int, salt: str) -> bytes:
    """Return the trace, ended by a line of the packet's own: it salts the head that is signed."""
    last = trace.line(
        len(record.events),
        issued_at,
        "evidence.sealed",
        {"revision": revision, "salt": salt},
        trace.verify(record.events),
    )
    return b"".join(line + b"\n" for line in (*record.events, last))


def _source(record: RunRecord, salt: Salt) -> dict[str, bytes]:
    """Return the snapshot, in which the exact bytes of the source stand unchanged."""
    source = record.source
    files: dict[str, bytes] = {}
    if source.kind == SourceKind.CIRCUIT_OPERATIONS:
        parts = (b'{"circuitOperations":', source.content, b',"salt":"', salt().encode(), b'"}')
        files[layout.SOURCE_OPERATIONS] = b"".join(parts)
    else:
        files[layout.SOURCE_OPENQASM] = source.content + _comment(salt())
    if source.openqasm:
        files[layout.EXPORT_OPENQASM] = source.openqasm.encode() + _comment(salt())
    if source.operations:
        files[layout.EXPORT_DRAWING] = _drawing(record, list(source.operations), salt())
    return files


def _drawing(record: RunRecord, operations: list[Any], salt: str) -> bytes:
    circuit = circuits.parse(operations, limits=_ANY_SIZE, most_qubits=circuits.QUBIT_CEILING)
    failing = record.error.get("operationIndex") if record.error else None
    title = f"Circuit of {record.run_id}"
    return _salted_svg(drawing.circuit_svg(circuit, title=title, failing=failing), salt)


def _comment(salt: str) -> bytes:
    return f"\n// salt: {salt}\n".encode()


def _salted_svg(picture: str, salt: str) -> bytes:
    head, end, _ = picture.rpartition("</svg>")
    return f"{head}<metadata>salt: {salt}</metadata>{end}\n".encode()


def _result(outcome: Outcome, shots: int, salt: Salt) -> dict[str, bytes]:
    measured = outcome.counts or {}
    counts = {
        "counts": dict(measured),
        "shots": shots,
        "measuredQubits": list(outcome.measured_qubits),
        "bitOrder": BIT_ORDER,
        "sampling": str(outcome.sampling),
        "salt": salt(),
    }
    rows = [f"{outcome},{count}" for outcome, count in sorted(measured.items())]
    table = "\n".join(["outcome,count", *rows, f"# salt: {salt()}", ""])
    return {
        layout.COUNTS: canonical.encode(counts),
        layout.EXPORT_COUNTS: table.encode(),
        layout.EXPORT_HISTOGRAM: _salted_svg(drawing.histogram_svg(measured, shots), salt()),
    }


def _error(error: Mapping[str, Any], salt: str) -> bytes:
    published = {name: error[name] for name in _ERROR if error.get(name) is not None}
    return canonical.encode({**published, "salt": salt})
