"""The drawing of a program, the same wherever it is shown: page, API, packet. Core."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from runs import analog, circuits, drawing
from runs.analog import drawing as analog_drawing
from runs.contract import SourceKind
from runs.errors import RunError
from runs.limits import Limits

# What was accepted is drawn, whatever the limits are today.
_ANY_SIZE = Limits(operations=1_000_000, control_qubits=circuits.QUBIT_CEILING, largest_angle=1e308)


class Circuit(Protocol):
    """What of a program of gates is drawn."""

    @property
    def operations(self) -> Sequence[Any] | None:
        """The operations, None where the program cannot be written so."""


class Source(Circuit, Protocol):
    """What of a source is drawn: a row and a record have it alike."""

    @property
    def kind(self) -> str:
        """The kind of the source."""

    @property
    def content(self) -> Any:
        """The bytes of the source."""


def source_svg(
    source: Source, *, title: str, shots: int, error: Mapping[str, Any] | None
) -> str | None:
    """Return the drawing of the source of a run, None where nothing could be drawn.

    ``error`` is the run's, whose operation is marked; ``shots`` are the run's too.
    """
    if source.kind == SourceKind.ANALOG_PROGRAM:
        return _analog_svg(bytes(source.content), title)
    return program_svg(source, title=title, shots=shots, error=error)


def _analog_svg(content: bytes, title: str) -> str | None:
    try:
        program = analog.parse_any_size(json.loads(content))
    except RunError:
        return None
    return analog_drawing.program_svg(program, title=title)


def program_svg(
    program: Circuit, *, title: str, shots: int, error: Mapping[str, Any] | None
) -> str | None:
    """Return the drawing of a circuit, None where there is none that could be drawn.

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
