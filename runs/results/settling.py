"""Settles which result types a run gives: those of its program, then those of its request. Core.

A circuit with result types has no measurement of its own: with shots every qubit is measured, in
the basis that the result types need; without shots nothing is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from runs.circuits.words import count
from runs.contract import Lowered
from runs.errors.findings import Findings, shown
from runs.limits import Limits
from runs.results.model import AMPLITUDES, Kind, ResultType
from runs.results.parsing import Entry, parse
from runs.routes import Device
from runs.routes import Kind as Holds

_OFFERED: Mapping[Holds, frozenset[Kind]] = {
    Holds.STATE_VECTOR: frozenset(Kind),
    Holds.DENSITY_MATRIX: frozenset(Kind) - AMPLITUDES,
}


def settle(
    findings: Findings,
    asked: Sequence[Any],
    *,
    shots: int,
    device: Device | None,
    lowered: Lowered | None,
    limits: Limits,
) -> tuple[ResultType, ...]:
    """Return the result types of a run, each once, and find all that is wrong with them.

    ``asked`` is the request's list. ``lowered`` is what the source was read to, or nothing where
    that is not known yet: then what the program itself asks for is not there, nor are the targets
    of a probability of all qubits.
    """
    own = lowered.result_types if lowered else []
    if not own and not asked:
        if lowered is not None:
            find_nothing_asked(findings, shots=shots, device=device, limits=limits)
        return ()
    placed = [
        (Entry(findings, index, members["type"], is_own=True), ResultType.of(members))
        for index, members in enumerate(own)
    ]
    placed += parse(asked, limits=limits, findings=findings)
    if not _takes_any(findings, device, lowered):
        return ()
    distinct: dict[ResultType, Entry] = {}
    for entry, result in placed:
        distinct.setdefault(_targeted(result, lowered), entry)
    for result, entry in distinct.items():
        _check_kind(entry, result.kind, device, shots)
        _check_size(entry, result, lowered, limits)
    if shots:
        _check_bases(distinct)
    if len(distinct) > limits.result_types >= len(asked):
        _refuse_many(findings, len(distinct), limits)
    return tuple(distinct)


def is_offered(kind: Kind, device: Device) -> bool:
    """Tell whether ``device`` gives results of this kind."""
    return kind in _OFFERED.get(device.kind, ())


def find_nothing_asked(
    findings: Findings, *, shots: int, device: Device | None, limits: Limits
) -> None:
    """Find that a run without result types has no shots either, where its device needs none."""
    if shots == 0 and device is not None and device.gives_exact_values:
        findings.add(
            "runner_limit_exceeded",
            "0 shots are asked for, and no result types",
            field="shots",
            hint=f"Ask for 1 to {limits.shots:,} shots, or name result types: their exact values "
            "need no shots.",
        )


def _takes_any(findings: Findings, device: Device | None, lowered: Lowered | None) -> bool:
    if device is not None and device.kind not in _OFFERED:
        what = f"{device.name} gives counts, and no other result types"
        hint = "Leave the result types out."
    elif lowered is not None and lowered.operation_count is None:
        what, hint = "An analog program gives counts, and no other result types", "Leave them out."
    elif lowered is not None and lowered.operations is None:
        what = "A program whose gates depend on measurements gives counts, and no other result"
        what, hint = f"{what} types", "Leave the result types out."
    elif lowered is not None and lowered.is_measured:
        what = "A circuit with result types takes no measurement of its own"
        hint = "Leave the measurement out: with shots every qubit is measured, as they need it."
    else:
        return True
    findings.add("unsupported_operation", what, field="resultTypes", hint=hint)
    return False


def _targeted(result: ResultType, lowered: Lowered | None) -> ResultType:
    """Name the qubits of a probability of all of them."""
    if result.kind is Kind.PROBABILITY and not result.targets and lowered is not None:
        return ResultType(result.kind, tuple(lowered.measured_qubits))
    return result


def _check_kind(entry: Entry, kind: Kind, device: Device | None, shots: int) -> None:
    if device is not None and not is_offered(kind, device):
        entry.add(
            "unsupported_operation",
            f"needs a state vector, and {device.name} has none",
            hint="Choose braket_sv, or ask for expectation values and probabilities.",
        )
    elif shots and kind in AMPLITUDES:
        entry.add(
            "unsupported_operation",
            f"is exact, and {shots:,} shots are asked for",
            hint="Ask for 0 shots, or for expectation values and probabilities.",
        )


def _check_size(entry: Entry, result: ResultType, lowered: Lowered | None, limits: Limits) -> None:
    listed = len(result.targets) if result.kind is Kind.PROBABILITY else 0
    if lowered is not None:
        qubits = lowered.measured_qubits
        _check_fit(entry, result, qubits)
        listed = len(qubits) if result.kind is Kind.STATE_VECTOR else listed
    if listed > limits.listed_qubits:
        entry.add(
            "runner_limit_exceeded",
            f"lists the states of {listed} qubits; this runner lists those of at most "
            f"{limits.listed_qubits}",
            hint="Name fewer targets, or ask for expectation values or single amplitudes.",
        )


def _check_fit(entry: Entry, result: ResultType, qubits: Sequence[int]) -> None:
    for qubit in result.targets:
        if qubit not in qubits:
            entry.wrong(f"names qubit {qubit}, which is not in the circuit")
    odd = next((state for state in result.states if len(state) != len(qubits)), None)
    if odd is not None:
        entry.wrong(
            f"has the state {shown(odd)}, and the circuit has {count(len(qubits), 'qubit')}",
            hint="Write one bit for each qubit, that of the lowest leftmost.",
        )


def _check_bases(distinct: Mapping[ResultType, Entry]) -> None:
    """Find the qubits that two result types would have measured in different bases."""
    first: dict[int, tuple[str, Entry]] = {}
    for result, entry in distinct.items():
        for qubit, letter in result.bases.items():
            known, other = first.setdefault(qubit, (letter, entry))
            if known != letter:
                entry.wrong(
                    f"measures qubit {qubit} along {letter}, and {other.name} along {known}",
                    hint="With shots all must agree: ask for 0 shots, or make two runs.",
                )
                break


def _refuse_many(findings: Findings, number: int, limits: Limits) -> None:
    findings.add(
        "runner_limit_exceeded",
        f"There are {number:,} result types with those of the program; a run may have at most "
        f"{limits.result_types}",
        field="resultTypes",
    )
