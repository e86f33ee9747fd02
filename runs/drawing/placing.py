"""Which column of a drawing each operation stands in. Core."""

from collections.abc import Mapping
from dataclasses import dataclass

from runs.circuits import Circuit, Operation


@dataclass(frozen=True)
class Cell:
    """An operation, or the measurement of one qubit, in its column.

    ``index`` is the operation's place in the circuit, none for a measurement.
    """

    column: int
    operation: Operation | None
    index: int | None = None
    measured: int = 0


def columns(circuit: Circuit, *, most: int) -> list[Cell]:
    """Return the first ``most`` operations, each as far left as the lines of others allow.

    Where all of them are there, the final measurement follows.
    """
    rows = {qubit: row for row, qubit in enumerate(circuit.qubits)}
    free = [0] * len(rows)
    cells = []
    for index, operation in enumerate(circuit.operations[:most]):
        if operation.qubits:
            column = _take(free, rows, operation.qubits)
            cells.append(Cell(column, operation, index))
    if circuit.operation_count <= most:
        cells += [
            Cell(_take(free, rows, (qubit,)), None, measured=qubit)
            for qubit in circuit.measured_qubits
        ]
    return cells


def _take(free: list[int], rows: Mapping[int, int], qubits: tuple[int, ...]) -> int:
    """Return the first column in which no line crosses those of ``qubits``, and take it."""
    taken = [rows[qubit] for qubit in qubits]
    span = range(min(taken), max(taken) + 1)
    column = max(free[row] for row in span)
    for row in span:
        free[row] = column + 1
    return column
