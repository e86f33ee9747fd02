"""From the API's list of operations to a Circuit, with everything that is wrong with it. Core."""

from collections import Counter
from typing import Any

from runs.channels import CHANNELS, NOT_OFFERED, Channel
from runs.circuits.model import MEASURE, Circuit, Operation
from runs.circuits.numbers import (
    QUBIT_CEILING,
    Indices,
    read_angles,
    read_indices,
    read_power,
    read_probabilities,
)
from runs.circuits.words import NAMES, count, nearest, place
from runs.errors.findings import MOST, Findings, shown
from runs.gates import GATES, Gate
from runs.limits import Limits

_GATE_KEYS = ("gate", "targets", "controls", "controlState", "angle", "angles", "power")
_CHANNEL_KEYS = ("gate", "targets", "probability", "probabilities")


def parse(operations: object, *, limits: Limits, most_qubits: int | None = None) -> Circuit:
    """Return the circuit of a list like ``[{"gate": "h", "targets": [0]}, ...]``.

    ``most_qubits`` is the limit of the route, by default that of the state vector.

    :raises RunError: if anything is wrong, with every problem and its operation's index from 0.
    """
    findings = Findings()
    if not isinstance(operations, list) or not operations:
        findings.add(
            "invalid_circuit",
            "The circuit is empty"
            if operations in (None, [])
            else "The circuit must be a list of operations",
            field="circuitOperations",
            hint='Begin with an operation such as {"gate": "h", "targets": [0]}.',
        )
    findings.raise_if_any()
    assert isinstance(operations, list)
    reader = _Reader(findings, limits)
    for index, operation in enumerate(operations[: limits.operations + QUBIT_CEILING + 1]):
        reader.read(index, operation)
    circuit = Circuit.of(reader.operations, measured=reader.measured or None)
    gates = sum(not _is_measure(operation) for operation in operations)
    check_size(findings, circuit, gates, limits=limits, most_qubits=most_qubits)
    if not findings and not circuit.qubits:
        findings.add(
            "invalid_circuit",
            "The circuit acts on no qubit, so there is nothing to measure",
            field="circuitOperations",
        )
    findings.raise_if_any()
    return circuit


def check_size(
    findings: Findings,
    circuit: Circuit,
    operations: int,
    *,
    limits: Limits,
    most_qubits: int | None = None,
) -> None:
    """Find whether the number of ``operations`` or of qubits is more than the route takes."""
    if operations > limits.operations:
        findings.add(
            "runner_limit_exceeded",
            f"The circuit has {operations:,} operations; "
            f"this runner takes at most {limits.operations:,}",
        )
    most = most_qubits or limits.state_vector_qubits
    if circuit.qubit_count > most:
        findings.add(
            "runner_limit_exceeded",
            f"The circuit uses {circuit.qubit_count} qubits; this runner takes at most {most}",
        )


def _is_measure(operation: object) -> bool:
    return isinstance(operation, dict) and operation.get("gate") == MEASURE


class _Reader:
    """Reads operations one by one; what is wrong goes into the findings."""

    def __init__(self, findings: Findings, limits: Limits) -> None:
        self.findings = findings
        self.limits = limits
        self.operations: list[Operation] = []
        self.measured: list[int] = []
        self._ended = False

    def read(self, index: int, operation: object) -> None:
        name = operation.get("gate") if isinstance(operation, dict) else None
        indices = Indices(self.findings, index, shown(name) if isinstance(name, str) else "")
        if not isinstance(operation, dict):
            indices.wrong("is not an object", hint='Write it as {"gate": "h", "targets": [0]}.')
        elif not isinstance(name, str):
            indices.wrong("names no gate", hint=NAMES)
        elif name == MEASURE:
            self._measure(indices, operation)
        elif name in CHANNELS:
            self._channel(indices, operation, CHANNELS[name])
        elif name not in GATES:
            hint = nearest(name) if len(self.findings) < MOST else None
            what = "is not offered" if name in NOT_OFFERED else "is no gate of the table"
            indices.add("unsupported_operation", what, hint=hint)
        else:
            self._gate(indices, operation, GATES[name])

    def _measure(self, indices: Indices, operation: dict[str, Any]) -> None:
        self._ended = True
        indices.check_keys(operation.keys(), ("gate", "targets"))
        targets = read_indices(indices, operation, "targets")
        if targets is None:
            return
        if not targets:
            indices.wrong("names no qubit to measure")
        for qubit, times in sorted(Counter([*self.measured, *targets]).items()):
            if times > 1:
                indices.wrong(f"measures qubit {qubit} twice")
        self.measured.extend(qubit for qubit in targets if qubit not in self.measured)

    def _gate(self, indices: Indices, operation: dict[str, Any], gate: Gate) -> None:
        self._check_end(indices)
        self._check_members(indices, operation, _GATE_KEYS, _CHANNEL_KEYS, "is a gate")
        targets = read_indices(indices, operation, "targets")
        controls = read_indices(indices, operation, "controls")
        state = self._state(indices, operation, len(controls or ()))
        angles = read_angles(indices, operation, gate, self.limits)
        power = read_power(indices, operation, self.limits)
        if targets is None or controls is None:
            return
        self._check_qubits(indices, gate, targets, controls, state)
        if None in (state, angles, power) or indices.failed:
            return
        self.operations.append(
            Operation.of(
                gate.name,
                targets,
                controls=controls,
                angles=angles or (),
                control_state=state or (),
                power=1.0 if power is None else power,
            )
        )

    def _channel(self, indices: Indices, operation: dict[str, Any], channel: Channel) -> None:
        self._check_end(indices)
        self._check_members(indices, operation, _CHANNEL_KEYS, _GATE_KEYS, "is a noise channel")
        targets = read_indices(indices, operation, "targets")
        probabilities = read_probabilities(indices, operation, channel)
        if targets is None:
            return
        if len(targets) != channel.qubits:
            indices.wrong(place(channel, len(targets), 0))
        indices.check_repeats(targets)
        if probabilities is not None and not indices.failed:
            self.operations.append(Operation.of(channel.name, targets, probabilities=probabilities))

    def _check_end(self, indices: Indices) -> None:
        if self._ended:
            indices.add(
                "unsupported_operation",
                "follows a measurement; a circuit is measured once, at its end",
                hint="Measure last, or write the program in OpenQASM 3.",
            )

    @staticmethod
    def _check_members(
        indices: Indices,
        operation: dict[str, Any],
        known: tuple[str, ...],
        others: tuple[str, ...],
        what: str,
    ) -> None:
        """Find members that belong to the ``others`` among operations, or to none."""
        foreign = {*others} - {*known}
        for key in sorted(foreign & {*operation}):
            if operation[key] != []:
                indices.wrong(f"{what} and takes no {key}")
        indices.check_keys(operation.keys() - foreign, known)

    def _check_qubits(
        self,
        indices: Indices,
        gate: Gate,
        targets: list[int],
        controls: list[int],
        state: list[int] | None,
    ) -> None:
        whole = len(targets) == gate.qubits
        split = len(targets) == gate.targets and len(controls) >= gate.controls
        if not (whole or split):
            indices.wrong(place(gate, len(targets), len(controls)))
        indices.check_repeats(controls + targets)
        if gate.name == "gphase" and controls and not any(state or [1]):
            indices.add(
                "unsupported_operation",
                "has open controls only",
                hint="Give it a closed control, or turn the phase of a qubit with phaseshift.",
            )
        extra = len(controls) + (gate.controls if whole else 0)
        if extra > self.limits.control_qubits:
            indices.add(
                "runner_limit_exceeded",
                f"has {extra} control qubits; this runner takes at most "
                f"{self.limits.control_qubits}",
            )

    @staticmethod
    def _state(indices: Indices, operation: dict[str, Any], controls: int) -> list[int] | None:
        state = operation.get("controlState", [])
        if not isinstance(state, list) or any(type(bit) is not int for bit in state):
            indices.wrong("has a controlState that is not a list of 0 and 1")
            return None
        if any(bit not in (0, 1) for bit in state):
            indices.wrong("has a controlState with a value other than 0 and 1")
            return None
        if state and len(state) != controls:
            indices.wrong(
                f"has {count(controls, 'control')} and a controlState of {len(state)} values"
            )
            return None
        return state
