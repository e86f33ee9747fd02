"""Declarations: registers, variables, inputs, aliases. Core."""

from openqasm3 import ast

from runs.errors.findings import shown
from runs.qasm import arithmetic, arrays, measuring, operands
from runs.qasm.bits import to_bits
from runs.qasm.entities import Bits, Broken, Qubits, Variable
from runs.qasm.nodes import Held, held_bits
from runs.qasm.refusals import Refusal, unsupported
from runs.qasm.state import State
from runs.qasm.types import assigned, bit_width, cast, check, width
from runs.qasm.values import Tree


def qubit(state: State, node: ast.QubitDeclaration) -> None:
    """Declare a qubit or a register of qubits."""
    size = width(state, node.size, 1)
    indices = tuple(state.new_qubits(size))
    state.declare(node.qubit.name, Qubits(indices, single=node.size is None))


def classical(state: State, node: ast.ClassicalDeclaration) -> None:
    """Declare bits or a variable, with or without a first value."""
    first = node.init_expression
    if isinstance(node.type, ast.BitType):
        _bits(state, node, node.type)
    elif isinstance(first, ast.QuantumMeasurement):
        check(state, node.type)
        held = held_bits(measuring.outcomes(state, first))
        variable(state, node.identifier.name, node.type, assigned(state, node.type, held))
    else:
        check(state, node.type)
        value = _nothing(state, node.type) if first is None else assigned(state, node.type, first)
        variable(state, node.identifier.name, node.type, value)


def constant(state: State, node: ast.ConstantDeclaration) -> None:
    """Declare a constant."""
    check(state, node.type)
    if isinstance(node.type, ast.BitType):
        bits = to_bits(state, node.init_expression, bit_width(state, node.type))
        _constant_bits(state, node.identifier.name, node.type, bits)
    else:
        value = assigned(state, node.type, node.init_expression)
        variable(state, node.identifier.name, node.type, value, constant=True)


def in_or_out(state: State, node: ast.IODeclaration) -> None:
    """Declare an input, which takes its value from the parameters of the run, or an output.

    :raises Refusal: if the run gives no value for the input.
    """
    name = node.identifier.name
    if node.io_identifier is ast.IOKeyword.output:
        before = state.bits
        classical(state, ast.ClassicalDeclaration(node.type, node.identifier))
        state.outputs.update(range(before, state.bits))
        return
    state.inputs.add(name)
    if isinstance(node.type, ast.ArrayType):
        raise unsupported("an input is one number, not an array", hint="Declare an input for each.")
    check(state, node.type)
    if name not in state.parameters:
        raise Refusal(
            f"the input {shown(name)} has no value",
            hint=f"Give the run a parameter {shown(name)}.",
        )
    value = state.parameters[name]
    whole = isinstance(node.type, ast.IntType | ast.UintType | ast.BitType | ast.BoolType)
    given = cast(state, node.type, arithmetic.as_integer(value) if whole else value)
    if isinstance(node.type, ast.BitType):
        held = to_bits(state, Held(given), bit_width(state, node.type))
        _constant_bits(state, name, node.type, held)
    else:
        variable(state, name, node.type, given, constant=True)


def alias(state: State, node: ast.AliasStatement) -> None:
    """Give a part of registers a name of its own."""
    state.declare(node.target.name, operands.operand(state, node.value))


def variable(
    state: State, name: str, kind: ast.ClassicalType, value: Tree, *, constant: bool = False
) -> Variable:
    """Declare a variable that holds ``value``."""
    declared = Variable(kind, constant)
    state.declare(name, declared)
    state.values[declared] = value
    return declared


def bits(state: State, name: str, trees: list[Tree], *, single: bool) -> Bits:
    """Declare bits that hold ``trees``."""
    made = Bits(tuple(state.new_bits(len(trees))), single=single)
    state.declare(name, made)
    for bit, tree in zip(made.indices, trees, strict=True):
        state.values[bit] = tree
    return made


def forget(state: State, node: ast.QASMNode) -> None:
    """Remember that the name which ``node`` declares was refused, so that its uses are not."""
    for attribute in ("qubit", "identifier", "target"):
        name = getattr(node, attribute, None)
        declares = not isinstance(node, ast.QuantumMeasurementStatement)
        if declares and isinstance(name, ast.Identifier) and name.name not in state.frames[-1]:
            state.declare(name.name, Broken())


def _bits(state: State, node: ast.ClassicalDeclaration, kind: ast.BitType) -> None:
    size = bit_width(state, kind)
    first = node.init_expression
    if first is None or isinstance(first, ast.QuantumMeasurement):
        declared = bits(state, node.identifier.name, [0] * size, single=kind.size is None)
        if first is not None:
            measuring.measure_into(state, first, declared)
    else:
        held = to_bits(state, first, size)
        bits(state, node.identifier.name, held, single=kind.size is None)


def _constant_bits(state: State, name: str, kind: ast.BitType, held: list[Tree]) -> None:
    """Constants are no outcomes, so they take no place among the bits that are reported."""
    with state.block():
        made = Bits(tuple(state.new_bits(len(held))), single=kind.size is None, writable=False)
    state.declare(name, made)
    for bit, tree in zip(made.indices, held, strict=True):
        state.values[bit] = tree


def _nothing(state: State, kind: ast.ClassicalType) -> Tree:
    if isinstance(kind, ast.ArrayType):
        return arrays.filled(arrays.shape(state, kind), cast(state, kind.base_type, 0))
    return cast(state, kind, 0)
