"""The drawing of a program, the same wherever it is shown: page, API, packet. Core."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from runs import circuits, drawing
from runs.errors import RunError
from runs.limits import Limits

# What was accepted is drawn, whatever the limits are today.
_ANY_SIZE = Limits(operations=1_000_000, control_qubits=circuits.QUBIT_CEILING, largest_angle=1e308)


class Program(Protocol):
    """What of a source is drawn: a row and a record have it alike."""

    @property
    def operations(self) -> Sequence[Any] | None:
        """The operations, None where the source cannot be written so."""


def program_svg(
    program: Program, *, title: str, shots: int, error: Mapping[str, Any] | None
) -> str | None:
    """Return the drawing of what a run was asked to do, None where nothing could be drawn.

    ``error`` is the run's, whose operation is marked. A run without ``shots`` measures nothing, and
    is drawn so unless the program itself says otherwise.
    """
    if program.operations is None:
        return None
    try:
        circuit = circuits.parse(
            list(program.operations), limits=_ANY_SIZE, most_qubits=circuits.QUBIT_CEILING
        )
    except RunError:
        return None
    if not shots and not any(_is_measurement(operation) for operation in program.operations):
        circuit = replace(circuit, measured_qubits=())
    failing = error.get("operationIndex") if error else None
    return drawing.circuit_svg(circuit, title=title, failing=failing)


def _is_measurement(operation: Any) -> bool:
    return bool(operation["gate"] == circuits.MEASURE)
