"""The lines of a trace in words. Core: it reads what is stored and sealed, nothing else."""

from collections.abc import Mapping
from typing import Any

from runs.contract import Status
from runs.life import REASONS

EVENTS: Mapping[str, str] = {
    "run.requested": "Request recorded",
    "run.rejected": "Request rejected",
    "run.validated": "Program and route validated",
    "run.queued": "Queued for a worker",
    "run.claimed": "A worker took the run",
    "run.submitted": "Provider accepted the task",
    "run.unconfirmed": "Sent, answer lost",
    "run.started": "Execution started",
    "run.attempt_lost": "Attempt lost; queued again",
    "run.cancel_requested": "Cancellation asked for",
    "run.cancelled": "Cancelled",
    "run.completed": "Result stored",
    "run.failed": "Failed",
    "evidence.sealed": "Evidence sealed",
}
# What a status means where the provider is one of our own simulators.
SIMULATED: Mapping[Status, str] = {
    Status.SUBMITTING: "A worker has it and is handing it to the simulator.",
    Status.SUBMITTED: "The simulator has it and queues it.",
    Status.RUNNING: "The simulator is executing it.",
}
_NAMES: Mapping[str, str] = {
    "mode": "mode",
    "providerId": "provider",
    "deviceId": "device",
    "shots": "shots",
    "sourceSha256": "source",
    "qubits": "qubits",
    "atoms": "atoms",
    "operations": "operations",
    "depth": "depth",
    "attempt": "attempt",
    "code": "code",
    "stage": "stage",
    "problems": "problems",
    "outcomes": "outcomes",
    "resultTypes": "result types",
    "values": "values",
    "sampling": "sampling",
    "note": "note",
}
_DIGEST_LENGTH = 64


def title(kind: str) -> str:
    """Return what a line of the trace says happened."""
    return EVENTS.get(kind, kind.removeprefix("run.").replace("_", " ").capitalize())


def details(data: Mapping[str, Any]) -> str:
    """Return the data of a line: ``2 qubits, 3 operations, depth 2``, digests shortened."""
    return ", ".join(_detail(name, value) for name, value in data.items())


def _detail(name: str, value: Any) -> str:
    if name == "reason":
        return REASONS.get(value, value)
    if isinstance(value, Mapping):
        return f"point {value['point']} of {value['points']} of {value['sweepId']}"
    words = _NAMES.get(name, name)
    if isinstance(value, str) and len(value) == _DIGEST_LENGTH:
        return f"{words} {value[:8]}…"
    if isinstance(value, int) and words.endswith("s"):
        return f"{value:,} {words.removesuffix('s') if value == 1 else words}"
    return str(value) if name in {"mode", "note", "sampling", "deviceId"} else f"{words} {value}"
