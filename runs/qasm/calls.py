"""Applying a gate: its modifiers, its definition, its qubits. Core."""

from collections import Counter
from collections.abc import Callable, Sequence

from openqasm3 import ast

from runs.circuits import Operation
from runs.circuits.words import count, nearest
from runs.errors.findings import shown
from runs.qasm import modifiers, operands
from runs.qasm.expressions import integer, number
from runs.qasm.library import LIBRARY
from runs.qasm.state import Qubits, Refusal, State, Variable, unsupported
from runs.qasm.steps import GateStep

Body = Callable[[ast.QuantumGateDefinition, dict[str, Variable | Qubits]], list[Operation]]
Change = Callable[[list[Operation], Sequence[int]], list[Operation]]

_NUMBER = ast.FloatType()


def apply_gate(state: State, node: ast.QuantumGate, expand: Body) -> None:
    """Append what a gate statement does; ``expand`` walks the body of a gate's definition.

    :raises Refusal: if there is no such gate, or its angles or qubits do not fit.
    """
    if node.duration is not None:
        raise unsupported("a gate cannot be given a duration")
    name = node.name.name
    angles = [number(state, argument, "an angle") for argument in node.arguments]
    places = [operands.qubits(state, qubit) for qubit in node.qubits]
    controls, changes = _modifiers(state, node.modifiers)
    _check_counts(state, name, len(angles), len(places) - controls, controls)
    for qubits in operands.broadcast(places):
        _check_distinct(name, qubits)
        made = _gate(state, name, angles, qubits[controls:], expand)
        for change in changes:
            made = change(made, qubits)
        _append(state, made, keep_phases=bool(state.calls) or name == "gphase")


def apply_phase(state: State, node: ast.QuantumPhase) -> None:
    """Append what a gphase statement does.

    :raises Refusal: if its qubits are not those of its controls.
    """
    angle = number(state, node.argument, "an angle")
    places = [operands.qubits(state, qubit) for qubit in node.qubits]
    controls, changes = _modifiers(state, node.modifiers)
    if controls != len(places):
        raise Refusal(f"gphase has {count(controls, 'control')} and {count(len(places), 'qubit')}")
    for qubits in operands.broadcast(places):
        _check_distinct("gphase", qubits)
        made = [Operation.of("gphase", (), angles=(angle,))]
        for change in changes:
            made = change(made, qubits)
        _append(state, made, keep_phases=True)


def _append(state: State, made: list[Operation], *, keep_phases: bool) -> None:
    """A phase of the whole state that the source does not write shows nowhere."""
    for operation in made:
        if keep_phases or operation.gate != "gphase" or operation.controls:
            state.add(GateStep(operation))


def _gate(
    state: State, name: str, angles: list[float], qubits: Sequence[int], expand: Body
) -> list[Operation]:
    definition = state.gates.get(name)
    if definition is None:
        standard = LIBRARY[name]
        missing = standard.angles - len(angles)
        default = standard.default_angles[len(standard.default_angles) - missing :]
        return standard.build([*angles, *default], qubits)
    frame: dict[str, Variable | Qubits] = {
        argument.name: Variable(angle, _NUMBER, constant=True)
        for argument, angle in zip(definition.arguments, angles, strict=True)
    }
    for parameter, qubit in zip(definition.qubits, qubits, strict=True):
        frame[parameter.name] = Qubits((qubit,), single=True)
    return expand(definition, frame)


def _check_counts(state: State, name: str, angles: int, qubits: int, controls: int) -> None:
    definition = state.gates.get(name)
    if definition is None and name not in LIBRARY:
        raise unsupported(f"there is no gate {shown(name)}", hint=nearest(name))
    if definition is not None:
        most = least = len(definition.arguments)
        needed = len(definition.qubits)
    else:
        most, needed = LIBRARY[name].angles, LIBRARY[name].qubits
        least = most - len(LIBRARY[name].default_angles)
    if qubits != needed:
        given = f"{shown(name)} needs {count(needed, 'qubit')}, but is given {max(qubits, 0)}"
        under = f" besides {count(controls, 'control')}" if controls else ""
        raise Refusal(given + under)
    if not least <= angles <= most:
        raise Refusal(f"{shown(name)} needs {count(most, 'angle')}, but is given {angles}")


def _check_distinct(name: str, qubits: Sequence[int]) -> None:
    repeated = [qubit for qubit, times in Counter(qubits).items() if times > 1]
    if repeated:
        raise Refusal(f"{shown(name)} names one qubit twice, number {repeated[0]} of the program")


def _modifiers(state: State, nodes: Sequence[ast.QuantumGateModifier]) -> tuple[int, list[Change]]:
    """Return how many qubits are controls, and the changes to make, innermost first."""
    taken, changes = 0, []
    for node in nodes:
        kind = node.modifier.name
        if kind == "inv":
            changes.append(lambda made, _qubits: modifiers.inverse(made))
        elif kind == "pow":
            assert node.argument is not None
            changes.append(_power(state, number(state, node.argument, "a power")))
        else:
            size = 1 if node.argument is None else integer(state, node.argument, "a number")
            if not 1 <= size <= state.limits.control_qubits:
                raise Refusal(
                    f"{kind} takes 1 to {state.limits.control_qubits} control qubits, not {size}",
                    code="runner_limit_exceeded",
                )
            span = slice(taken, taken + size)
            changes.append(_control(state, span, 1 if kind == "ctrl" else 0))
            taken += size
    return taken, changes[::-1]


def _power(state: State, exponent: float) -> Change:
    return lambda made, _qubits: modifiers.power(made, exponent, most=state.limits.operations)


def _control(state: State, span: slice, value: int) -> Change:
    return lambda made, qubits: modifiers.control(
        made, qubits[span], state=value, most=state.limits.control_qubits
    )
