"""Measurements and resets. Core."""

from openqasm3 import ast

from runs.qasm import operands
from runs.qasm.state import Bits, Refusal, State, unsupported
from runs.qasm.steps import MeasureStep, ResetStep


def measure(state: State, node: ast.QuantumMeasurementStatement) -> None:
    """Append the measurement of a qubit, or of a register bit by bit.

    :raises Refusal: if there are not as many bits as qubits.
    """
    bits = None if node.target is None else operands.bits(state, node.target)
    measure_into(state, node.measure, bits)


def measure_into(state: State, node: ast.QuantumMeasurement, bits: Bits | None) -> None:
    """Append a measurement into ``bits``, or into bits of its own where there are none."""
    if state.calls:
        raise Refusal("a gate cannot measure")
    qubits = operands.qubits(state, node.qubit).indices
    if bits is None:
        bits = Bits(tuple(state.new_bits(len(qubits))))
    if len(bits.indices) != len(qubits):
        raise Refusal(f"this measures {len(qubits)} qubits into {len(bits.indices)} bits")
    for qubit, bit in zip(qubits, bits.indices, strict=True):
        if state.branches:
            _check_in_branch(state, qubit, bit)
        state.memory[bit] = None
        state.holders[bit] = qubit
        state.add(MeasureStep(qubit, bit))


def reset(state: State, node: ast.QuantumReset) -> None:
    """Append the reset of a qubit or register."""
    if state.calls:
        raise Refusal("a gate cannot reset a qubit")
    for qubit in operands.qubits(state, node.qubits).indices:
        state.add(ResetStep(qubit))


def _check_in_branch(state: State, qubit: int, bit: int) -> None:
    """In a branch a bit must stay the bit of one qubit, and be 0 where it is not measured."""
    if state.memory[bit]:
        raise unsupported("this bit is set to 1 and measured in a branch only")
    if state.holders.get(bit, qubit) != qubit:
        raise unsupported("this bit holds one qubit or another, depending on a measured bit")
