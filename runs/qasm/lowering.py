"""From OpenQASM text to a circuit, or to a checked program where it is more than that. Core."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from runs.circuits import Circuit, Operation, check_size
from runs.contract import SourceKind
from runs.errors.findings import Findings, shown
from runs.limits import Limits
from runs.qasm.outcomes import Order, reported
from runs.qasm.printing import program_text, to_openqasm
from runs.qasm.refusals import Exhausted
from runs.qasm.scan import normal_newlines, scan
from runs.qasm.state import State
from runs.qasm.statements import walk
from runs.qasm.steps import GateStep, MeasureStep, ResetStep, Step, flat, qubits_of, with_copies
from runs.qasm.syntax import TOO_DEEP, Tree, syntax_tree


@dataclass(frozen=True)
class Reading:
    """What a source comes to.

    ``circuit`` is empty where gates or resets follow measurements; ``openqasm`` is always there:
    OpenQASM 3 that Amazon Braket accepts, with nothing left to expand or to bind.
    ``measured_qubits`` names the qubit of each bit of an outcome, leftmost first; ``is_measured``
    tells whether the source names them. ``result_types`` are those that it asks for, in the form
    of :mod:`runs.results`.
    """

    circuit: Circuit | None
    openqasm: str
    measured_qubits: tuple[int, ...]
    qubit_count: int
    operation_count: int
    depth: int
    is_measured: bool
    result_types: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, circuit: Circuit, *, is_measured: bool) -> "Reading":
        """Return the reading of a source that is a circuit."""
        return cls._shaped(circuit, circuit, to_openqasm(circuit), is_measured=is_measured)

    @classmethod
    def _shaped(
        cls, circuit: Circuit | None, shape: Circuit, openqasm: str, *, is_measured: bool
    ) -> "Reading":
        return cls(
            circuit,
            openqasm,
            shape.measured_qubits,
            shape.qubit_count,
            shape.operation_count,
            shape.depth,
            is_measured,
        )

    @classmethod
    def of_program(cls, steps: Sequence[Step], order: Order) -> "Reading":
        """Return the reading of a source whose bits, in their ``order``, hold these qubits."""
        text = program_text(steps, [bit for bit, _ in order])
        return cls._shaped(None, _shape(steps, order), text, is_measured=True)


def read(
    source: str,
    *,
    kind: SourceKind,
    limits: Limits,
    parameters: Mapping[str, float] | None = None,
    most_qubits: int | None = None,
) -> Reading:
    """Return what ``source`` comes to when ``parameters`` are bound to its inputs.

    Bits are reported in the order in which registers are declared, bit 0 leftmost; where nothing
    is measured, all used qubits are, ascending. ``most_qubits`` is the limit of the route.

    :raises RunError: if the source is too large, not well formed, or uses what is not offered;
        with every problem that could be found at once, and its line and column.
    """
    text = normal_newlines(source)
    findings = Findings()
    tree = syntax_tree(text, scan(text, limits=limits), kind, findings)
    state = State(kind, limits, parameters or {}, findings)
    _walk(state, tree)
    findings.raise_if_any()
    order = reported(state)
    findings.raise_if_any()
    steps = _without_idle_resets(with_copies(state.steps, state.copies))
    circuit = _circuit_of(steps, order)
    _check(findings, steps, order, limits, most_qubits)
    if circuit is not None:
        reading = Reading.of(circuit, is_measured=bool(order))
    else:
        reading = Reading.of_program(*_measured_at_all(steps, order))
    return replace(reading, result_types=tuple(state.result_types))


def _walk(state: State, tree: Tree) -> None:
    state.excused, state.opaque = frozenset(tree.excused), frozenset(tree.opaque)
    try:
        walk(state, tree.statements)
    except Exhausted:
        state.findings.raise_if_any()
    except RecursionError:
        state.findings.add("runner_limit_exceeded", TOO_DEEP, field="source")
    if not state.excused:
        _check_parameters(state)


def _check_parameters(state: State) -> None:
    for name in sorted(set(state.parameters) - state.inputs):
        state.findings.add(
            "invalid_circuit",
            f"The program has no input {shown(name)}",
            field="parameters",
            hint="Declare it with input, or leave the parameter out.",
        )


def _without_idle_resets(steps: Sequence[Step]) -> tuple[Step, ...]:
    """A qubit that nothing has touched is in state 0 already."""
    kept: list[Step] = []
    touched: set[int] = set()
    for step in steps:
        if isinstance(step, ResetStep) and step.qubit not in touched:
            continue
        kept.append(step)
        touched.update(qubit for inner in flat([step]) for qubit in qubits_of(inner))
    return tuple(kept)


def _qubits(order: Order) -> tuple[int, ...]:
    return tuple(qubit for _, qubit in order)


def _circuit_of(steps: Sequence[Step], order: Order) -> Circuit | None:
    """Return the circuit, where every measured qubit is left alone after its measurement."""
    measured: set[int] = set()
    operations = []
    for step in steps:
        if not isinstance(step, GateStep | MeasureStep) or measured & {*qubits_of(step)}:
            return None
        if isinstance(step, GateStep):
            operations.append(step.operation)
        else:
            measured.add(step.qubit)
    return Circuit.of(operations, measured=_qubits(order) or None)


def _check(
    findings: Findings,
    steps: Sequence[Step],
    order: Order,
    limits: Limits,
    most_qubits: int | None,
) -> None:
    shape = _shape(steps, order)
    check_size(findings, shape, shape.operation_count, limits=limits, most_qubits=most_qubits)
    if not shape.qubits:
        findings.add(
            "invalid_circuit",
            "The program acts on no qubit, so there is nothing to measure",
            field="source",
        )
    findings.raise_if_any()


def _shape(steps: Sequence[Step], order: Order) -> Circuit:
    """Return a circuit with the gates of the program, wherever they stand, to count them."""
    touched = {qubit for step in flat(steps) for qubit in qubits_of(step)}
    operations = [step.operation for step in flat(steps) if isinstance(step, GateStep)]
    idle = touched.difference(*(operation.qubits for operation in operations), _qubits(order))
    operations += [Operation.of("i", (qubit,)) for qubit in sorted(idle)]
    return Circuit.of(operations, measured=_qubits(order) or None)


def _measured_at_all(steps: Sequence[Step], order: Order) -> tuple[Sequence[Step], Order]:
    """Measure all used qubits at the end of a program that measures none."""
    if order:
        return steps, order
    used = sorted({qubit for step in flat(steps) for qubit in qubits_of(step)})
    order = tuple(enumerate(used))
    return (*steps, *(MeasureStep(qubit, bit) for bit, qubit in order)), order
