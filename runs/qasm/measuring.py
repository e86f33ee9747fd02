"""Measurements and resets. Core."""

from openqasm3 import ast

from runs.circuits.words import count
from runs.qasm import operands
from runs.qasm.entities import Bits, Qubits
from runs.qasm.flow import each
from runs.qasm.refusals import Refusal
from runs.qasm.state import State
from runs.qasm.steps import MeasureStep, ResetStep
from runs.qasm.values import Content, Tree, measured


def measure_into(state: State, node: ast.QuantumMeasurement, bits: Bits | None) -> None:
    """Append a measurement into ``bits``, or into bits of its own where there are none.

    :raises Refusal: if there are not as many bits as qubits.
    """
    qubits = operands.qubits(state, node.qubit)
    measured_into(state, qubits, bits or Bits(tuple(state.new_bits(len(qubits.indices)))))


def measured_into(state: State, qubits: Qubits, bits: Bits) -> None:
    """Append a measurement of ``qubits`` into ``bits``.

    :raises Refusal: if there are not as many of the ones as of the others.
    """
    if len(bits.indices) != len(qubits.indices):
        given = count(len(bits.indices), "bit")
        raise Refusal(f"this measures {count(len(qubits.indices), 'qubit')} into {given}")
    for qubit, bit in zip(qubits.indices, bits.indices, strict=True):
        content = Content(bit, qubit)
        state.cells[bit] = content
        state.values[bit] = measured(content)
        state.overwritten.pop(bit, None)
        state.add(MeasureStep(qubit, bit, content))


def outcomes(state: State, node: ast.QuantumMeasurement) -> tuple[Tree, ...]:
    """Append a measurement whose outcomes no bit of the program holds, and return them."""
    qubits = operands.qubits(state, node.qubit)
    with state.block():
        bits = Bits(tuple(state.new_bits(len(qubits.indices))))
    measured_into(state, qubits, bits)
    return tuple(state.values[bit] for bit in bits.indices)


def reset(state: State, node: ast.QuantumReset) -> None:
    """Append the reset of a qubit or register."""
    each(state, lambda: operands.qubits(state, node.qubits), lambda found: _reset(state, found))


def _reset(state: State, qubits: Qubits) -> None:
    for qubit in qubits.indices:
        state.add(ResetStep(qubit))
