"""Checks a request whole: its route, words and numbers, and what its source means. Core."""

from dataclasses import replace

from runs import canonical
from runs.circuits import MEASURE, parse
from runs.contract import LANGUAGES, RunRequest, SourceKind
from runs.errors import RunError
from runs.errors.findings import Findings, shown
from runs.limits import Limits
from runs.programs.analog import read_analog
from runs.programs.model import Program
from runs.programs.noise import find_noise
from runs.programs.pairing import device_of
from runs.programs.snapshots import snapshot
from runs.programs.words import check_words
from runs.qasm import Reading, normal_newlines, read, statement_count
from runs.qasm.scan import scan
from runs.results import ResultType, find_nothing_asked, settle
from runs.routes import Device

LARGEST_SEED = canonical.LARGEST_INTEGER
_WITHOUT_PARAMETERS = {
    SourceKind.CIRCUIT_OPERATIONS: (
        "A circuit of operations",
        "Write the angles into the operations, or send OpenQASM 3 with inputs.",
    ),
    SourceKind.ANALOG_PROGRAM: ("An analog program", "Write the values into its fields."),
}


def is_long(request: RunRequest, *, limits: Limits) -> bool:
    """Whether the source has more statements than a web process should parse."""
    if request.source_kind not in LANGUAGES:
        return False
    return statement_count(request.source[: limits.source_bytes]) > limits.preview_statements


def check_outline(request: RunRequest, limits: Limits, *, is_scanned: bool = False) -> None:
    """Check all but what a source means, in a time that does not grow with its loops.

    A text that ``is_scanned`` was found to be fit for a parser before.

    :raises RunError: with every problem of route, words, numbers, and size and signs of a text.
    """
    findings = Findings()
    device = _check_all_but_the_source(request, limits, findings)
    _settle(request, None, limits, device, findings)
    if request.source_kind in LANGUAGES and not is_scanned:
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
    if request.source_kind == SourceKind.ANALOG_PROGRAM:
        program = read_analog(request, limits, findings)
    else:
        program = _read_circuit(request, limits, device, findings)
    result_types = _settle(request, program, limits, device, findings)
    findings.raise_if_any()
    assert program is not None
    return replace(program, result_types=result_types)


def _read_circuit(
    request: RunRequest, limits: Limits, device: Device | None, findings: Findings
) -> Program | None:
    reading = _reading(request, limits, device, findings)
    if device is not None:
        openqasm = reading.openqasm if reading else ""
        find_noise(findings, device, operations=request.circuit_operations, openqasm=openqasm)
    return _program(request, reading) if reading else None


def _program(request: RunRequest, reading: Reading) -> Program:
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
        is_measured=reading.is_measured,
        own_result_types=tuple(map(ResultType.of, reading.result_types)),
    )


def _settle(
    request: RunRequest,
    program: Program | None,
    limits: Limits,
    device: Device | None,
    findings: Findings,
) -> tuple[ResultType, ...]:
    if program is None and not request.result_types and "pragma" not in request.source:
        find_nothing_asked(findings, shots=request.shots, device=device, limits=limits)
    return settle(
        findings,
        request.result_types,
        shots=request.shots,
        device=device,
        lowered=program.lowered() if program else None,
        limits=limits,
    )


def _check_all_but_the_source(
    request: RunRequest, limits: Limits, findings: Findings
) -> Device | None:
    device = device_of(request, findings)
    check_words(request, limits, findings)
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


def _reading(
    request: RunRequest, limits: Limits, device: Device | None, findings: Findings
) -> Reading | None:
    most_qubits = device.most_qubits(limits) if device else None
    try:
        if request.source_kind == SourceKind.CIRCUIT_OPERATIONS:
            circuit = parse(request.circuit_operations, limits=limits, most_qubits=most_qubits)
            measured = any(one["gate"] == MEASURE for one in request.circuit_operations or ())
            return Reading.of(circuit, is_measured=measured)
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
    needs_none = request.shots == 0 and device is not None and device.gives_exact_values
    if not needs_none and not least <= request.shots <= most:
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
    if request.parameters and request.source_kind in _WITHOUT_PARAMETERS:
        what, hint = _WITHOUT_PARAMETERS[SourceKind(request.source_kind)]
        findings.add(
            "invalid_circuit", f"{what} takes no parameters", field="parameters", hint=hint
        )
