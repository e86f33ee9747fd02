"""The drawing of a run's circuit, the failing operation marked; the same wherever it is shown."""

from runs import circuits, drawing
from runs.limits import Limits
from runs.models import Run

# What was accepted is drawn, whatever the limits are today.
_ANY_SIZE = Limits(operations=1_000_000, control_qubits=circuits.QUBIT_CEILING, largest_angle=1e308)


def circuit(run: Run) -> str | None:
    """Return the circuit as SVG, or None where the source is no circuit that could be drawn."""
    if run.source.operations is None:
        return None
    parsed = circuits.parse(
        run.source.operations, limits=_ANY_SIZE, most_qubits=circuits.QUBIT_CEILING
    )
    failing = run.error.get("operationIndex") if run.error else None
    return drawing.circuit_svg(parsed, title=f"Circuit of {run.public_id}", failing=failing)
