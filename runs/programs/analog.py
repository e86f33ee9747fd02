"""Reads the analog program of a request. Core."""

from runs import canonical
from runs.analog import parse
from runs.contract import RunRequest, SourceKind
from runs.errors import RunError
from runs.errors.findings import Findings
from runs.limits import Limits
from runs.programs.model import Program
from runs.programs.snapshots import snapshot


def read_analog(request: RunRequest, limits: Limits, findings: Findings) -> Program | None:
    """Return the analog program of ``request``, or nothing where something is wrong with it."""
    content = snapshot(request)
    if len(content) > limits.source_bytes:
        findings.add(
            "runner_limit_exceeded",
            f"The analog program has {len(content):,} bytes; "
            f"this runner takes at most {limits.source_bytes:,}",
            field="analogProgram",
        )
        return None
    try:
        analog = parse(request.analog_program, limits=limits)
    except RunError as error:
        findings.take(error)
        return None
    return Program(
        source_kind=SourceKind.ANALOG_PROGRAM,
        content=content,
        sha256=canonical.sha256(content),
        circuit=None,
        openqasm="",
        measured_qubits=analog.filled,
        qubit_count=analog.atoms,
        operation_count=None,
        depth=None,
        is_measured=True,
        analog=analog,
    )
