"""From a record to the files of its packet: public values only, each file with a salt of its own.

Without a salt, the digest of a file that a share withholds could be guessed when the file is small
(a circuit of two gates, counts of two outcomes). Core: the same salts give the same bytes.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from evidence import layout
from evidence.instructions import readme, verifier
from runs import canonical, drawing, pictures, trace
from runs.analog.words import BIT_MEANING
from runs.contract import BIT_ORDER, Outcome, RunRecord, SourceKind
from runs.results import tables
from runs.results.files import document, table

_SALT_BYTES = 16
_CONTEXT = ("readAt", "readiness", "device", "limits", "price")
_ERROR = (
    *("code", "category", "stage", "message", "hint", "field", "operationIndex", "problems"),
    *("provider", "retry", "submission", "billing", "docsUrl"),
)
# Sources that are JSON stand in an object of one more member, the salt.
_JSON_SOURCES: Mapping[str, tuple[str, str]] = {
    SourceKind.CIRCUIT_OPERATIONS: (layout.SOURCE_OPERATIONS, "circuitOperations"),
    SourceKind.ANALOG_PROGRAM: (layout.SOURCE_ANALOG, "analogProgram"),
}
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
        layout.VERIFIER: verifier(),
    }
    files |= _source(record, salt)
    if record.outcome is not None:
        files |= _counts(record, record.outcome, salt)
        files |= _values(record.outcome, record.shots, salt)
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
            "resultTypes": [dict(result) for result in record.result_types],
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
    if source.kind in _JSON_SOURCES:
        path, name = _JSON_SOURCES[source.kind]
        parts = (f'{{"{name}":'.encode(), source.content, b',"salt":"', salt().encode(), b'"}')
        files[path] = b"".join(parts)
    else:
        files[layout.SOURCE_OPENQASM] = source.content + _comment(salt())
    if source.openqasm:
        files[layout.EXPORT_OPENQASM] = source.openqasm.encode() + _comment(salt())
    return files | _drawing(record, salt)


def _drawing(record: RunRecord, salt: Salt) -> dict[str, bytes]:
    path, what = layout.EXPORT_DRAWING, "Circuit"
    if record.source.kind == SourceKind.ANALOG_PROGRAM:
        path, what = layout.EXPORT_ANALOG_DRAWING, "Analog program"
    drawn = pictures.source_svg(
        record.source,
        title=f"{what} of {record.run_id}",
        shots=record.shots,
        error=record.error,
    )
    return {} if drawn is None else {path: _salted_svg(drawn, salt())}


def _comment(salt: str) -> bytes:
    return f"\n// salt: {salt}\n".encode()


def _salted_svg(picture: str, salt: str) -> bytes:
    head, end, _ = picture.rpartition("</svg>")
    return f"{head}<metadata>salt: {salt}</metadata>{end}\n".encode()


def _counts(record: RunRecord, outcome: Outcome, salt: Salt) -> dict[str, bytes]:
    """Return the counts and their exports; without shots there is nothing that was counted."""
    if outcome.counts is None:
        return {}
    shots, is_analog = record.shots, record.source.kind == SourceKind.ANALOG_PROGRAM
    counts = {
        "counts": dict(outcome.counts),
        "shots": shots,
        "measuredQubits": list(outcome.measured_qubits),
        "bitOrder": BIT_ORDER,
        **({"bitMeaning": dict(BIT_MEANING)} if is_analog else {}),
        "sampling": str(outcome.sampling),
        **({"solver": dict(outcome.solver)} if outcome.solver else {}),
        "salt": salt(),
    }
    rows = [f"{outcome},{count}" for outcome, count in sorted(outcome.counts.items())]
    return {
        layout.COUNTS: canonical.encode(counts),
        layout.EXPORT_COUNTS: _salted_table("\n".join(["outcome,count", *rows, ""]), salt()),
        layout.EXPORT_HISTOGRAM: _salted_svg(drawing.histogram_svg(outcome.counts, shots), salt()),
    }


def _values(outcome: Outcome, shots: int, salt: Salt) -> dict[str, bytes]:
    """Return the result values and their exports, where result types were asked for."""
    if not outcome.values:
        return {}
    values = document(
        outcome.values,
        shots=shots,
        measured_qubits=outcome.measured_qubits,
        sampling=str(outcome.sampling),
    )
    picture = drawing.values_svg(tables.read(outcome.values, shots))
    return {
        layout.VALUES: canonical.encode({**values, "salt": salt()}),
        layout.EXPORT_VALUES: _salted_table(table(outcome.values), salt()),
        layout.EXPORT_VALUES_PICTURE: _salted_svg(picture, salt()),
    }


def _salted_table(lines: str, salt: str) -> bytes:
    return f"{lines}# salt: {salt}\n".encode()


def _error(error: Mapping[str, Any], salt: str) -> bytes:
    published = {name: error[name] for name in _ERROR if error.get(name) is not None}
    return canonical.encode({**published, "salt": salt})
