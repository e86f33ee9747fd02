"""Programs: from a request to what a provider is handed, checked completely. Core.

The source as it was sent is the snapshot; the circuit, or the checked OpenQASM 3, is what runs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from runs import canonical
from runs.circuits import Circuit, Operation, parse
from runs.contract import Job, Lowered, RunRequest, SourceKind
from runs.errors import RunError
from runs.errors.findings import Findings, shown
from runs.limits import Limits
from runs.qasm import Reading, normal_newlines, read, statement_count
from runs.qasm.scan import scan
from runs.routes import Device, find

# Controls, line separators and marks of direction: what could make one title look like another.
_UNSEEN = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]")
LARGEST_SEED = canonical.LARGEST_INTEGER
_DEEPEST = 16


@dataclass(frozen=True)
class Program:
    """A source that was checked against a route.

    ``circuit`` is empty where gates depend on measurements; ``openqasm`` is always there, and is
    OpenQASM 3 with nothing left to expand. ``measured_qubits`` names the qubit of each bit of an
    outcome, leftmost first.
    """

    source_kind: SourceKind
    content: bytes
    sha256: str
    circuit: Circuit | None
    openqasm: str
    measured_qubits: tuple[int, ...]
    qubit_count: int
    operation_count: int
    depth: int

    def lowered(self) -> Lowered:
        """Return what the source was read to, as it is stored and executed."""
        return Lowered(
            openqasm=self.openqasm,
            operations=None if self.circuit is None else self.circuit.as_json(),
            measured_qubits=list(self.measured_qubits),
            qubits=self.qubit_count,
            operation_count=self.operation_count,
            depth=self.depth,
        )


def snapshot(request: RunRequest) -> bytes:
    """Return the exact source of ``request``, also where it is not valid.

    Operations are canonical JSON (RFC 8785), text is UTF-8 with normal newlines. What canonical
    JSON cannot hold, such as NaN, stands in it as a string.
    """
    if request.source_kind != SourceKind.CIRCUIT_OPERATIONS:
        return normal_newlines(request.source).encode("utf-8", "backslashreplace")
    operations = request.circuit_operations or []
    try:
        return canonical.encode(operations)
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError):
        return canonical.encode(_holdable(operations))


def is_long(request: RunRequest, *, limits: Limits) -> bool:
    """Whether the source has more statements than a web process should parse."""
    if request.source_kind == SourceKind.CIRCUIT_OPERATIONS:
        return False
    return statement_count(request.source[: limits.source_bytes]) > limits.preview_statements


def check_outline(request: RunRequest, limits: Limits) -> None:
    """Check all but what a long source means, in a time that does not grow with its loops.

    :raises RunError: with every problem of route, words, numbers, and size and signs of the source.
    """
    findings = Findings()
    _check_all_but_the_source(request, limits, findings)
    try:
        scan(normal_newlines(request.source), limits=limits)
    except RunError as error:
        findings.take(error)
    findings.raise_if_any()


def check(request: RunRequest, limits: Limits) -> Program:
    """Return the program of ``request``, if the whole of it can be run.

    :raises RunError: with every problem of route, words, numbers and source at once.
    """
    findings = Findings()
    device = _check_all_but_the_source(request, limits, findings)
    reading = _reading(request, limits, device, findings)
    findings.raise_if_any()
    assert reading is not None
    content = snapshot(request)
    return Program(
        source_kind=SourceKind(request.source_kind),
        content=content,
        sha256=canonical.sha256(content),
        circuit=reading.circuit,
        openqasm=reading.openqasm,
        measured_qubits=reading.measured_qubits,
        qubit_count=reading.qubit_count,
        operation_count=reading.operation_count,
        depth=reading.depth,
    )


def job(program: Program, *, shots: int, seed: int, device_id: str, limits: Limits) -> Job:
    """Return what a provider executes.

    Its operations are gates only; a measured qubit that no gate touches gets an identity, so
    that every measured qubit is there.
    """
    operations: tuple[Mapping[str, Any], ...] | None = None
    if program.circuit is not None:
        touched = {q for operation in program.circuit.operations for q in operation.qubits}
        idle = [q for q in program.circuit.qubits if q not in touched]
        gates = [*program.circuit.operations, *(Operation.of("i", (q,)) for q in idle)]
        operations = tuple(gate.as_json() for gate in gates)
    return Job(
        device_id=device_id,
        shots=shots,
        seed=seed,
        measured_qubits=program.measured_qubits,
        operations=operations,
        openqasm=program.openqasm,
        wall_seconds=limits.wall_seconds,
        memory_bytes=limits.memory_bytes,
    )


def _check_all_but_the_source(
    request: RunRequest, limits: Limits, findings: Findings
) -> Device | None:
    device = _device(request, findings)
    _check_words(request, limits, findings)
    _check_numbers(request, limits, findings, device)
    if request.source_kind not in tuple(SourceKind):
        findings.add(
            "invalid_request",
            f"There is no source kind “{shown(request.source_kind)}”",
            field="sourceKind",
            hint=f"It is one of {', '.join(SourceKind)}.",
        )
        findings.raise_if_any()
    return device


def _device(request: RunRequest, findings: Findings) -> Device | None:
    try:
        return find(request.provider_id, request.device_id, request.mode)
    except RunError as error:
        findings.take(error)
        return None


def _reading(
    request: RunRequest, limits: Limits, device: Device | None, findings: Findings
) -> Reading | None:
    most_qubits = device.most_qubits(limits) if device else None
    try:
        if request.source_kind == SourceKind.CIRCUIT_OPERATIONS:
            operations = request.circuit_operations
            return Reading.of(parse(operations, limits=limits, most_qubits=most_qubits))
        return read(
            request.source,
            kind=SourceKind(request.source_kind),
            limits=limits,
            parameters=request.parameters,
            most_qubits=most_qubits,
        )
    except RunError as error:
        findings.take(error)
        return None


def _check_numbers(
    request: RunRequest, limits: Limits, findings: Findings, device: Device | None
) -> None:
    least = device.least_shots if device else 1
    most = device.most_shots(limits) if device else limits.shots
    if not least <= request.shots <= most:
        findings.add(
            "runner_limit_exceeded",
            f"{shown(request.shots)} shots are asked for; "
            f"this runner takes {least:,} to {most:,} of them",
            field="shots",
        )
    if request.seed is not None and not 0 <= request.seed <= LARGEST_SEED:
        findings.add("invalid_request", "A seed is a whole number from 0 to 2⁵³ − 1", field="seed")
    for name, value in request.parameters.items():
        if not abs(value) <= limits.largest_angle:
            findings.add(
                "invalid_circuit",
                f"The parameter {shown(name)} is not a number of at most "
                f"{limits.largest_angle:,.0f}",
                field="parameters",
            )
    if request.parameters and request.source_kind == SourceKind.CIRCUIT_OPERATIONS:
        findings.add(
            "invalid_circuit",
            "A circuit of operations takes no parameters",
            field="parameters",
            hint="Write the angles into the operations, or send OpenQASM 3 with inputs.",
        )


def check_title(name: str) -> None:
    """Check that a title shows all that is in it.

    :raises RunError: ``invalid_request`` if it has a line break or a sign that cannot be seen.
    """
    findings = Findings()
    _check_seen("name", "The name", name, findings)
    findings.raise_if_any()


def _check_seen(field: str, noun: str, text: str, findings: Findings) -> None:
    if _UNSEEN.search(text):
        message = f"{noun} has a line break, or a sign that cannot be seen"
        findings.add("invalid_request", message, field=field)


def _tags(request: RunRequest) -> list[tuple[str, str, str]]:
    return [("tags", "A tag", tag) for tag in request.tags]


def _check_words(request: RunRequest, limits: Limits, findings: Findings) -> None:
    texts = [
        ("name", "The name", request.name, limits.name_characters),
        ("routeRationale", "The reason", request.route_rationale, limits.rationale_characters),
        *(("tags", "A tag", tag, limits.tag_characters) for tag in request.tags),
    ]
    for field, noun, text, most in texts:
        if len(text) > most:
            findings.add(
                "invalid_request",
                f"{noun} has {len(text):,} characters; it may have at most {most:,}",
                field=field,
            )
    for field, noun, text in (("name", "The name", request.name), *_tags(request)):
        _check_seen(field, noun, text, findings)
    if len(request.tags) > limits.tags:
        findings.add(
            "invalid_request",
            f"There are {len(request.tags)} tags; a run may have at most {limits.tags}",
            field="tags",
        )


def _holdable(value: Any, depth: int = 0) -> Any:
    """Return ``value`` with strings in place of what canonical JSON cannot hold."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, list | tuple):
        return [_holdable(element, depth + 1) for element in value]
    if isinstance(value, dict):
        return {_text(key): _holdable(element, depth + 1) for key, element in value.items()}
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float) and abs(value) <= canonical.LARGEST_INTEGER:
        return value
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, int) and abs(value) > canonical.LARGEST_INTEGER:
        value = hex(value)
    return str(value).encode("utf-8", "backslashreplace").decode()
