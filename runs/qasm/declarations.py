"""Declarations and assignments: registers, variables, inputs, aliases. Core."""

from openqasm3 import ast

from runs.errors.findings import shown
from runs.qasm import arithmetic, measuring, operands
from runs.qasm.expressions import known
from runs.qasm.state import Bits, BitString, Broken, Qubits, Refusal, State, Value, Variable
from runs.qasm.types import cast, width


def qubit(state: State, node: ast.QubitDeclaration) -> None:
    """Declare a qubit or a register of qubits."""
    size = width(state, node.size, 1)
    indices = tuple(state.new_qubits(size))
    state.declare(node.qubit.name, Qubits(indices, single=node.size is None))


def classical(state: State, node: ast.ClassicalDeclaration) -> None:
    """Declare bits or a variable, with or without a first value."""
    if isinstance(node.type, ast.BitType):
        _bits(state, node, node.type)
        return
    first = node.init_expression
    if isinstance(first, ast.QuantumMeasurement):
        raise Refusal("a measurement gives bits")
    value = known(state, first, "this value") if first is not None else 0
    _variable(state, node.identifier.name, node.type, value, constant=False)


def constant(state: State, node: ast.ConstantDeclaration) -> None:
    """Declare a constant."""
    value = known(state, node.init_expression, "this value")
    _variable(state, node.identifier.name, node.type, value, constant=True)


def in_or_out(state: State, node: ast.IODeclaration) -> None:
    """Declare an input, which takes its value from the parameters of the run, or an output.

    :raises Refusal: if the run gives no value for the input.
    """
    name = node.identifier.name
    if node.io_identifier is ast.IOKeyword.output:
        declaration = ast.ClassicalDeclaration(node.type, node.identifier)
        classical(state, declaration)
        return
    state.inputs.add(name)
    if name not in state.parameters:
        raise Refusal(
            f"the input {shown(name)} has no value",
            hint=f"Give the run a parameter {shown(name)}.",
        )
    value = state.parameters[name]
    whole = isinstance(node.type, ast.IntType | ast.UintType | ast.BitType | ast.BoolType)
    given = arithmetic.as_integer(value) if whole else value
    _variable(state, name, node.type, given, constant=True)


def alias(state: State, node: ast.AliasStatement) -> None:
    """Give a part of registers a name of its own."""
    state.declare(node.target.name, operands.operand(state, node.value))


def assign(state: State, node: ast.ClassicalAssignment) -> None:
    """Give a variable, or bits that are not measured, another value.

    :raises Refusal: if the value would depend on a measurement.
    """
    if isinstance(node.rvalue, ast.QuantumMeasurement):
        measuring.measure_into(state, node.rvalue, operands.bits(state, node.lvalue))
        return
    name = node.lvalue if isinstance(node.lvalue, ast.Identifier) else node.lvalue.name
    entity = state.find(name.name)
    value = known(state, node.rvalue, "this value")
    if isinstance(entity, Bits):
        _assign_bits(state, node, value)
    elif isinstance(entity, Variable) and name is node.lvalue:
        _assign_variable(state, entity, node, value)
    else:
        raise Refusal(f"{shown(name.name)} cannot be assigned to")


def forget(state: State, node: ast.QASMNode) -> None:
    """Remember that the name which ``node`` declares was refused, so that its uses are not."""
    for attribute in ("qubit", "identifier", "target"):
        name = getattr(node, attribute, None)
        declares = not isinstance(node, ast.QuantumMeasurementStatement)
        if declares and isinstance(name, ast.Identifier) and name.name not in state.frames[-1]:
            state.declare(name.name, Broken())


def _bits(state: State, node: ast.ClassicalDeclaration, kind: ast.BitType) -> None:
    size = width(state, kind.size, 1)
    bits = Bits(tuple(state.new_bits(size)), single=kind.size is None)
    state.declare(node.identifier.name, bits)
    first = node.init_expression
    if isinstance(first, ast.QuantumMeasurement):
        measuring.measure_into(state, first, bits)
    elif first is not None:
        _store(state, bits, known(state, first, "this value"))


def _store(state: State, bits: Bits, value: Value) -> None:
    if isinstance(value, BitString) and len(value) != len(bits.indices):
        raise Refusal(f"{len(bits.indices)} bits cannot hold {len(value)}")
    whole = arithmetic.as_integer(value)
    for place, bit in enumerate(bits.indices):
        state.memory[bit] = (whole >> place) & 1


def _assign_bits(state: State, node: ast.ClassicalAssignment, value: Value) -> None:
    bits = operands.bits(state, node.lvalue)
    if state.branches or any(state.memory[bit] is None for bit in bits.indices):
        raise Refusal(
            "a bit that a measurement decides cannot be assigned to", code="unsupported_operation"
        )
    if node.op.name != "=":
        held = BitString(state.read(bit) for bit in bits.indices)
        value = arithmetic.binary(node.op.name[:-1], held, value)
    _store(state, bits, value)


def _assign_variable(
    state: State, variable: Variable, node: ast.ClassicalAssignment, value: Value
) -> None:
    if variable.constant:
        raise Refusal("a constant cannot be assigned to")
    if variable.depth != state.branches:
        raise Refusal(
            "the value of this variable would depend on a measured bit",
            code="unsupported_operation",
        )
    if node.op.name != "=":
        value = arithmetic.binary(node.op.name[:-1], variable.value, value)
    variable.value = cast(state, variable.type, value)


def _variable(
    state: State, name: str, kind: ast.ClassicalType, value: Value, *, constant: bool
) -> None:
    held = cast(state, kind, value)
    state.declare(name, Variable(held, kind, constant=constant, depth=state.branches))
