"""Subroutines, taken in where they are called. Core."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from openqasm3 import ast

from runs.circuits.words import count
from runs.errors.findings import shown
from runs.qasm import declarations, measuring, operands
from runs.qasm.arrays import lengths_of, literal
from runs.qasm.bits import to_bits
from runs.qasm.entities import Entity, Flow, Qubits, Variable
from runs.qasm.expressions import size, variable
from runs.qasm.flow import arrive, leave
from runs.qasm.nodes import Held, held_bits
from runs.qasm.refusals import Refusal, unsupported
from runs.qasm.state import State
from runs.qasm.types import assigned, bit_width, check
from runs.qasm.values import Lost, Tree

Body = Callable[[Sequence[ast.Statement]], None]
_N = TypeVar("_N")

# The parts of statements that may call a subroutine.
_CALLING: Mapping[type[ast.QASMNode], tuple[str, ...]] = {
    ast.ClassicalDeclaration: ("init_expression",),
    ast.ConstantDeclaration: ("init_expression",),
    ast.ClassicalAssignment: ("rvalue",),
    ast.BranchingStatement: ("condition",),
    ast.SwitchStatement: ("target",),
    ast.ForInLoop: ("set_declaration",),
    ast.ReturnStatement: ("expression",),
    ast.QuantumGate: ("arguments",),
    ast.QuantumPhase: ("argument",),
    ast.ExpressionStatement: ("expression",),
}


def define(state: State, node: ast.SubroutineDefinition) -> None:
    """Remember a subroutine.

    :raises Refusal: if its name is taken, or its parameters share a name.
    """
    name = node.name.name
    names = [argument.name.name for argument in node.arguments]
    if len(set(names)) != len(names):
        raise Refusal(f"the subroutine {shown(name)} has two parameters of one name")
    if name in state.subroutines or name in state.gates:
        raise Refusal(f"{shown(name)} is defined twice")
    state.subroutines[name] = node


def refuse(state: State, node: ast.ExternDeclaration) -> None:
    """Remember a function whose code is elsewhere, so that its calls are no new problem.

    :raises Refusal: always.
    """
    state.subroutines[node.name.name] = None
    raise unsupported(
        f"{shown(node.name.name)} is external, and nothing external is called during a run",
        hint="Define it with def, or work it out from the counts.",
    )


def called(state: State, node: _N, body: Body) -> _N:
    """Return a statement whose calls of subroutines are done, and replaced by their results."""
    if not state.subroutines:
        return node
    for name in _CALLING.get(type(node), ()):  # type: ignore[arg-type]
        part = getattr(node, name)
        found = _hoisted(state, part, body)
        if found is not part:
            changed: Any = replace(node, **{name: found})  # type: ignore[type-var]
            changed.span = node.span  # type: ignore[attr-defined]
            node = changed
    return node


def call(state: State, node: ast.FunctionCall, body: Body) -> Held:
    """Take a subroutine in and return what it gives, or nothing.

    :raises Refusal: if the arguments do not fit.
    """
    name = node.name.name
    definition = state.subroutines[name]
    if definition is None:
        raise Refusal("")
    if state.in_gate:
        raise Refusal("a gate cannot call a subroutine").blame(node)
    if len(node.arguments) != len(definition.arguments):
        needed = count(len(definition.arguments), "argument")
        raise Refusal(f"{shown(name)} takes {needed}, but is given {len(node.arguments)}").blame(
            node
        )
    arguments = [_hoisted(state, argument, body) for argument in node.arguments]
    pairs = list(zip(definition.arguments, arguments, strict=True))
    frame = _bound_qubits(state, name, pairs)
    values = _bound_values(state, pairs)
    returned = _result_of(state, definition)
    with state.call(name, "subroutine", frame):
        state.returns.append(returned)
        try:
            for parameter, value in values:
                _declare(state, parameter, value)
            body(definition.body)
        finally:
            state.returns.pop()
    arrive(state, Flow.RETURN)
    return _held(state, returned)


def give_back(state: State, node: ast.ReturnStatement) -> None:
    """Leave the subroutine with a value, or without.

    :raises Refusal: if its definition promises something else.
    """
    if not state.returns:
        raise Refusal("there is no subroutine here to return from")
    target, value = state.returns[-1], node.expression
    if (target is None) != (value is None):
        raise Refusal(
            "this subroutine gives no value" if target is None else "a value is missing here",
            hint="What a subroutine gives is said before its body: -> bit, say.",
        )
    if isinstance(value, ast.QuantumMeasurement):
        value = held_bits(measuring.outcomes(state, value))
    if target is not None and value is not None:
        state.values[target] = assigned(state, target.type, value)
    leave(state, Flow.RETURN)


def _hoisted(state: State, part: Any, body: Body) -> Any:
    """Do the calls in a part of the tree, from left to right."""
    if isinstance(part, list | tuple):
        found = [_hoisted(state, element, body) for element in part]
        same = all(one is other for one, other in zip(found, part, strict=True))
        return part if same else type(part)(found)
    if isinstance(part, ast.FunctionCall) and part.name.name in state.subroutines:
        return _placed(call(state, part, body), part)
    if not isinstance(part, ast.Expression | ast.RangeDefinition | ast.DiscreteSet):
        return part
    return _with_parts(state, part, body)


def _with_parts(state: State, part: Any, body: Body) -> Any:
    changes = {}
    for field in fields(part):
        before = getattr(part, field.name)
        steps = len(state.steps)
        found = _hoisted(state, before, body) if field.init else before
        if found is not before:
            changes[field.name] = found
            _check_always_called(part, field.name, acts=len(state.steps) > steps)
    return _placed(replace(part, **changes), part) if changes else part


def _check_always_called(part: Any, name: str, *, acts: bool) -> None:
    lazy = isinstance(part, ast.BinaryExpression) and part.op.name in ("&&", "||")
    if lazy and name == "rhs" and acts:
        raise unsupported(
            f"whether this subroutine is called depends on what stands before {part.op.name}",
            hint="Call it before, and keep its result in a variable.",
        ).blame(part.rhs)


def _placed(node: Any, like: ast.QASMNode) -> Any:
    node.span = like.span
    return node


def _bound_qubits(
    state: State, name: str, pairs: Sequence[tuple[Any, ast.Expression]]
) -> dict[str, Entity]:
    frame: dict[str, Entity] = {}
    taken: set[int] = set()
    for parameter, argument in pairs:
        if not isinstance(parameter, ast.QuantumArgument):
            continue
        given = operands.qubits(state, argument)
        needed = 1 if parameter.size is None else size(state, parameter.size, "a size")
        if len(given.indices) != needed:
            said = f"{shown(parameter.name.name)} of {shown(name)} is {count(needed, 'qubit')}"
            raise Refusal(f"{said}, but is given {len(given.indices)}").blame(argument)
        if taken & {*given.indices}:
            raise Refusal(f"{shown(name)} is given one qubit twice").blame(argument)
        taken.update(given.indices)
        frame[parameter.name.name] = Qubits(given.indices, single=parameter.size is None)
    return frame


def _bound_values(
    state: State, pairs: Sequence[tuple[Any, ast.Expression]]
) -> list[tuple[ast.ClassicalArgument, Tree | Variable]]:
    """Return the values of the classical parameters, seen from where the call stands."""
    found: list[tuple[ast.ClassicalArgument, Tree | Variable]] = []
    for parameter, argument in pairs:
        if not isinstance(parameter, ast.ClassicalArgument):
            continue
        kind = parameter.type
        if isinstance(kind, ast.ArrayReferenceType):
            found.append((parameter, _array(state, parameter, kind, argument)))
        elif isinstance(kind, ast.BitType):
            places = bit_width(state, kind)
            found.append((parameter, to_bits(state, argument, places)))
        else:
            check(state, kind)
            found.append((parameter, assigned(state, kind, argument)))
    return found


def _array(
    state: State,
    parameter: ast.ClassicalArgument,
    kind: ast.ArrayReferenceType,
    argument: ast.Expression,
) -> Tree | Variable:
    held = literal(state, argument)
    lengths = lengths_of(held)
    if isinstance(kind.dimensions, list):
        wanted = tuple(size(state, node, "the length of an array") for node in kind.dimensions)
        fits = lengths == wanted
    else:
        fits = len(lengths) == size(state, kind.dimensions, "the number of dimensions")
    if not fits:
        raise Refusal(f"this array does not fit {shown(parameter.name.name)}").blame(argument)
    if parameter.access is not ast.AccessControl.mutable:
        return held
    entity = variable(state, argument)
    if entity is None or entity.constant:
        raise unsupported("only a whole array can be passed to be changed").blame(argument)
    return entity


def _declare(state: State, parameter: ast.ClassicalArgument, value: Tree | Variable) -> None:
    name, kind = parameter.name.name, parameter.type
    if isinstance(value, Variable):
        state.declare(name, value)
    elif isinstance(kind, ast.BitType):
        assert isinstance(value, list)
        declarations.bits(state, name, [*value], single=kind.size is None)
    else:
        is_array = isinstance(kind, ast.ArrayReferenceType)
        declarations.variable(state, name, kind, value, constant=is_array)


def _result_of(state: State, definition: ast.SubroutineDefinition) -> Variable | None:
    """Return a variable for the result; nothing may use it unless it is given back."""
    if definition.return_type is None:
        return None
    check(state, definition.return_type)
    returned = Variable(definition.return_type)
    name = shown(definition.name.name)
    state.values[returned] = Lost(Refusal(f"{name} ended without giving a value back"))
    return returned


def _held(state: State, returned: Variable | None) -> Held:
    if returned is None:
        return Held(Lost(Refusal("this subroutine gives no value")))
    held = state.values[returned]
    return held_bits(held) if isinstance(held, list) else Held(held)
