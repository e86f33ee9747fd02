"""Applying a gate: its modifiers, its definition, its qubits. Core."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from openqasm3 import ast

from runs.circuits import Operation
from runs.circuits.words import count
from runs.errors.findings import shown
from runs.qasm import modifiers, operands
from runs.qasm.entities import Qubits, Variable
from runs.qasm.expressions import number, size
from runs.qasm.flow import each
from runs.qasm.library import LIBRARY, meant
from runs.qasm.refusals import Refusal, too_large, unsupported
from runs.qasm.state import State
from runs.qasm.steps import GateStep

Body = Callable[[ast.QuantumGateDefinition, dict[str, Variable | Qubits]], list[Operation]]

_NUMBER = ast.FloatType()
_CONTROLLING = frozenset({"ctrl", "negctrl"})
_EXAMPLE = ("", "pi/2", "pi/2, 0", "pi/2, 0, pi", "pi/2, 0, pi, 0")


@dataclass(frozen=True)
class _Call:
    """A gate with its angles, its operands and its modifiers, outermost first."""

    name: str
    angles: tuple[float, ...]
    operands: tuple[Qubits, ...]
    modifiers: tuple[tuple[str, float], ...]

    @property
    def controls(self) -> int:
        """How many operands are controls of modifiers."""
        return sum(int(size) for kind, size in self.modifiers if kind in _CONTROLLING)


def apply_gate(state: State, node: ast.QuantumGate, expand: Body) -> None:
    """Append what a gate statement does; ``expand`` walks the body of a gate's definition.

    :raises Refusal: if there is no such gate, or its angles or qubits do not fit.
    """
    if node.duration is not None:
        raise unsupported("a gate cannot be given a duration")
    name = node.name.name
    if name == "nop" and name not in state.gates:
        _operands(state, node)
        return
    _check_known(state, name)

    def ask() -> _Call:
        angles = tuple(number(state, argument, "an angle") for argument in node.arguments)
        return _Call(name, angles, _operands(state, node), _modifiers(state, node.modifiers))

    each(state, ask, lambda call: _apply(state, call, expand))


def apply_phase(state: State, node: ast.QuantumPhase) -> None:
    """Append what a gphase statement does.

    :raises Refusal: if its qubits are not those of its controls.
    """

    def ask() -> _Call:
        angle = number(state, node.argument, "an angle")
        return _Call("gphase", (angle,), _operands(state, node), _modifiers(state, node.modifiers))

    each(state, ask, lambda call: _apply(state, call, lambda *_: []))


def _operands(state: State, node: ast.QuantumGate | ast.QuantumPhase) -> tuple[Qubits, ...]:
    return tuple(operands.qubits(state, qubit) for qubit in node.qubits)


def _modifiers(
    state: State, nodes: Sequence[ast.QuantumGateModifier]
) -> tuple[tuple[str, float], ...]:
    found: list[tuple[str, float]] = []
    for node in nodes:
        kind, argument = node.modifier.name, 1.0
        if kind == "pow":
            assert node.argument is not None
            with state.power():
                argument = number(state, node.argument, "a power")
        elif kind in _CONTROLLING and node.argument is not None:
            argument = size(state, node.argument, "the number of controls")
        most = state.limits.control_qubits
        if kind in _CONTROLLING and not 1 <= argument <= most:
            raise too_large(f"{kind} takes 1 to {most} control qubits, not {argument:g}")
        found.append((kind, argument))
    return tuple(found)


def _apply(state: State, call: _Call, expand: Body) -> None:
    _check_counts(state, call)
    for qubits in operands.broadcast(call.operands):
        _check_distinct(call.name, qubits)
        made = _gate(state, call, qubits[call.controls :], expand)
        taken = call.controls
        for kind, argument in reversed(call.modifiers):
            if kind in _CONTROLLING:
                controls = qubits[taken - int(argument) : taken]
                taken -= int(argument)
                value, most = int(kind == "ctrl"), state.limits.control_qubits
                made = modifiers.control(made, controls, state=value, most=most)
            elif kind == "pow":
                made = modifiers.power(made, argument, most=state.limits.operations)
            else:
                made = modifiers.inverse(made)
        _append(state, made, keep_phases=state.in_gate or call.name == "gphase")


def _append(state: State, made: list[Operation], *, keep_phases: bool) -> None:
    """A phase of the whole state that the source does not write shows nowhere."""
    for operation in made:
        if keep_phases or operation.gate != "gphase" or operation.controls:
            state.add(GateStep(operation))


def _gate(state: State, call: _Call, qubits: Sequence[int], expand: Body) -> list[Operation]:
    definition, angles = state.gates.get(call.name), call.angles
    if definition is None:
        standard = LIBRARY[call.name]
        missing = standard.angles - len(angles)
        default = standard.default_angles[len(standard.default_angles) - missing :]
        return standard.build([*angles, *default], qubits)
    frame: dict[str, Variable | Qubits] = {}
    for argument, angle in zip(definition.arguments, angles, strict=True):
        frame[argument.name] = parameter = Variable(_NUMBER, constant=True)
        state.values[parameter] = angle
    for name_, qubit in zip(definition.qubits, qubits, strict=True):
        frame[name_.name] = Qubits((qubit,), single=True)
    return expand(definition, frame)


def _check_known(state: State, name: str) -> None:
    if name in state.gates or name in LIBRARY:
        return
    if name in state.excused:
        raise Refusal("")
    if name in state.subroutines:
        raise Refusal(
            f"{shown(name)} is a subroutine",
            hint=f"Call it with its qubits in brackets: {shown(name)}(q).",
        )
    if name in state.opaque:
        raise unsupported(
            f"{shown(name)} is opaque: it has no definition that could be run",
            hint="Define it with gate.",
        )
    raise unsupported(f"there is no gate {shown(name)}", hint=meant(name, tuple(state.gates)))


def _check_counts(state: State, call: _Call) -> None:
    name, definition = call.name, state.gates.get(call.name)
    if definition is not None:
        most = least = len(definition.arguments)
        needed = len(definition.qubits)
    else:
        most, needed = LIBRARY[name].angles, LIBRARY[name].qubits
        least = most - len(LIBRARY[name].default_angles)
    given = len(call.operands) - call.controls
    if given != needed:
        under = f" besides {count(call.controls, 'control')}" if call.controls else ""
        raise Refusal(
            f"{shown(name)} needs {count(needed, 'qubit')}, but is given {max(given, 0)}{under}"
        )
    if not least <= len(call.angles) <= most:
        example = f"{shown(name)}({_EXAMPLE[min(most, len(_EXAMPLE) - 1)]})"
        raise Refusal(
            f"{shown(name)} needs {count(most, 'angle')}, but is given {len(call.angles)}",
            hint=f"Write angles in radians: {example}." if most else "Leave the brackets out.",
        )


def _check_distinct(name: str, qubits: Sequence[int]) -> None:
    repeated = [qubit for qubit, times in Counter(qubits).items() if times > 1]
    if repeated:
        raise Refusal(f"{shown(name)} names one qubit twice, number {repeated[0]} of the program")
