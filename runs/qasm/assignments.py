"""Assignments to bits, variables, elements of arrays and bits of numbers. Core."""

from openqasm3 import ast

from runs.errors.findings import shown
from runs.qasm import arrays, measuring, operands
from runs.qasm.bits import pick, to_bits, word
from runs.qasm.choices import decided, mapped
from runs.qasm.entities import Bits, Entity, Qubits, Variable
from runs.qasm.expressions import evaluate
from runs.qasm.flow import each
from runs.qasm.nodes import Held, held_bits
from runs.qasm.refusals import Refusal
from runs.qasm.state import State
from runs.qasm.types import assigned, cast
from runs.qasm.values import BitString, Tree, Word


def assign(state: State, node: ast.ClassicalAssignment) -> None:
    """Give a variable, or bits, another value."""
    value = node.rvalue
    if node.op.name != "=":
        value = _combined(node)
    put(state, node.lvalue, value, node)


def measure(state: State, node: ast.QuantumMeasurementStatement) -> None:
    """Append the measurement of a qubit, or of a register bit by bit, and keep what it gives.

    :raises Refusal: if there are not as many bits as qubits.
    """
    if node.target is None:
        measuring.measure_into(state, node.measure, None)
        return
    name = node.target if isinstance(node.target, ast.Identifier) else node.target.name
    if isinstance(_declared(state, name, node.target), Variable):
        held = held_bits(measuring.outcomes(state, node.measure))
        put(state, node.target, held, node)
        return
    target = node.target

    def ask() -> tuple[Qubits, Bits]:
        bits = _writable(operands.bits(state, target))
        return operands.qubits(state, node.measure.qubit), bits

    each(state, ask, lambda found: measuring.measured_into(state, *found))


def put(
    state: State,
    target: ast.Identifier | ast.IndexedIdentifier,
    value: ast.Expression,
    node: ast.QASMNode,
) -> None:
    """Assign ``value`` to what ``target`` names; ``node`` is the statement.

    :raises Refusal: if it cannot be assigned to, or cannot hold the value.
    """
    name = target if isinstance(target, ast.Identifier) else target.name
    entity = _declared(state, name, target)
    if isinstance(entity, Bits):
        each(
            state,
            lambda: _writable(operands.bits(state, target)),
            lambda bits: _bits(state, bits, value, node),
        )
    elif not isinstance(entity, Variable):
        raise Refusal(f"{shown(name.name)} cannot be assigned to").blame(target)
    elif entity.constant:
        raise Refusal("a constant cannot be assigned to").blame(target)
    elif isinstance(target, ast.Identifier):
        state.values[entity] = assigned(state, entity.type, value)
    else:
        _part(state, entity, target, value)


def _declared(state: State, name: ast.Identifier, target: ast.QASMNode) -> Entity:
    try:
        return operands.declared(state, name.name, "bit")
    except Refusal as refusal:
        raise refusal.blame(target) from None


def _writable(bits: Bits) -> Bits:
    if not bits.writable:
        raise Refusal("a constant cannot be assigned to")
    return bits


def _bits(state: State, bits: Bits, value: ast.Expression, node: ast.QASMNode) -> None:
    trees = to_bits(state, value, len(bits.indices))
    for bit, tree in zip(bits.indices, trees, strict=True):
        state.values[bit] = mapped(tree, lambda known: int(bool(known)))
        if state.cells[bit] is not None:
            state.overwritten[bit] = node


def _combined(node: ast.ClassicalAssignment) -> ast.Expression:
    """Return ``a + b`` for ``a += b``."""
    target: ast.Expression
    if isinstance(node.lvalue, ast.Identifier):
        target = node.lvalue
    else:
        target = node.lvalue.name
        for index in node.lvalue.indices:
            target = ast.IndexExpression(target, index)
            target.span = node.lvalue.span
    sign = ast.BinaryOperator[node.op.name[:-1]]
    made = ast.BinaryExpression(op=sign, lhs=target, rhs=node.rvalue)
    made.span = node.span
    return made


def _part(
    state: State, entity: Variable, target: ast.IndexedIdentifier, value: ast.Expression
) -> None:
    """Assign to elements of an array, or to bits of a number."""
    if isinstance(entity.type, ast.ArrayType):
        _elements(state, entity, entity.type, target, value)
        return
    held = word(state, target.name)
    if held is None or len(target.indices) != 1:
        raise Refusal("the bits of a number need a size", hint="Declare it as int[32], say.")
    places, _ = pick(state, range(len(held.bits)), target.indices[0], target.name.name)
    made = list(held.bits)
    for place, bit in zip(places, to_bits(state, value, len(places)), strict=True):
        made[place] = mapped(bit, lambda known: int(bool(known)))
    state.values[entity] = _read(state, entity, Word(tuple(made), held.form))


def _read(state: State, entity: Variable, held: Word) -> Tree:
    """Return the number itself where no bit of it depends on the run."""
    known = [bit for bit in held.bits if isinstance(bit, int)]
    if len(known) != len(held.bits):
        return held
    return cast(state, entity.type, held.form.read(BitString(known)))


def _elements(
    state: State,
    entity: Variable,
    kind: ast.ArrayType,
    target: ast.IndexedIdentifier,
    value: ast.Expression,
) -> None:
    index: list[ast.Expression | ast.RangeDefinition] = []
    for part in target.indices:
        if isinstance(part, ast.DiscreteSet):
            raise Refusal("an array is indexed by numbers and ranges only")
        index += part
    given = arrays.literal(state, value)
    made = _cast(state, kind.base_type, given, value)
    state.values[entity] = arrays.changed(state, state.values[entity], index, made)


def _cast(state: State, kind: ast.ClassicalType, given: Tree, value: ast.Expression) -> Tree:
    if isinstance(given, list):
        return [_cast(state, kind, element, Held(element)) for element in given]
    if isinstance(given, Word):
        return decided(state, lambda: cast(state, kind, evaluate(state, value)))
    return mapped(given, lambda known: cast(state, kind, known))
