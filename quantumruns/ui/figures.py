"""Figures of a record: measured counts as a table with bars, the circuit as drawing and table."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString

from quantumruns.ui.library import register
from quantumruns.ui.markup import svg
from runs import analog, drawing, pictures, statistics
from runs.channels import CHANNELS
from runs.contract import SourceKind

_SKYLINE_FROM = 64
OPERATIONS_SHOWN = 400


@register.inclusion_tag("components/counts_table.html")
def counts_table(counts: Mapping[str, int], shots: int) -> dict[str, Any]:
    """Show counts, the most frequent first, the rest together from the seventeenth on."""
    rows = statistics.outcome_rows(counts, shots)
    top = statistics.scale_of([row for row in rows if not row.is_rest])
    many = len(counts) > _SKYLINE_FROM
    return {
        "rows": [(row, _bar(row, top)) for row in rows],
        "shots": shots,
        "skyline": svg(drawing.skyline_svg(counts, shots)) if many else "",
        "outcomes": len(counts),
    }


def _bar(row: statistics.OutcomeRow, top: float) -> SafeString | str:
    """Return the bar of a row; many rare outcomes together may be beyond the scale."""
    if row.high > top:
        return "Beyond the scale of the bars"
    return svg(drawing.bar_svg(row.share, row.low, row.high, top=top))


@register.inclusion_tag("components/circuit_diagram.html")
def circuit_diagram(run: Any, problem: int | None = None, refused: str = "") -> dict[str, Any]:
    """Draw the source of a run, or say why it cannot be drawn and show it as it was sent.

    ``refused`` says why the request was refused, where it was.
    """
    picture = pictures.source_svg(run.source, title="Circuit", shots=run.shots, error=run.error)
    return {"picture": picture, "refused": refused, **_operations(run.source, problem)}


@register.inclusion_tag("components/operations_table.html")
def operations_table(source: Any, problem: int | None = None) -> dict[str, Any]:
    """List the operations of a source snapshot, the failing one marked."""
    return _operations(source, problem)


def _operations(source: Any, problem: int | None) -> dict[str, Any]:
    operations = source.operations if source.operations is not None else _as_sent(source)
    rows = [
        {
            "place": index + 1,
            "gate": str(operation.get("gate", "")),
            "controls": _qubits(operation.get("controls")),
            "targets": _qubits(operation.get("targets")),
            "values": _values(operation, "angle", "angles")
            or _values(operation, "probability", "probabilities"),
            "failed": index == problem,
        }
        for index, operation in enumerate(operations[:OPERATIONS_SHOWN])
        if isinstance(operation, dict)
    ]
    return {
        "operations": rows,
        "more": max(len(operations) - OPERATIONS_SHOWN, 0),
        "text": _text(source) if not rows else "",
        "problem": problem,
        "noisy": any(row["gate"] in CHANNELS for row in rows),
    }


def _text(source: Any) -> str:
    """Return the program as it was sent; JSON so that it can be read."""
    if source.kind != SourceKind.ANALOG_PROGRAM:
        return str(source.text)
    return analog.write(json.loads(source.text))


def _as_sent(source: Any) -> list[Any]:
    """Return the operations of a request that was refused, as far as they are a list at all."""
    if source.kind != SourceKind.CIRCUIT_OPERATIONS:
        return []
    try:
        sent = json.loads(source.text)
    except ValueError:
        return []
    return sent if isinstance(sent, list) else []


def _qubits(qubits: Any) -> str:
    return ", ".join(f"q{qubit}" for qubit in qubits) if isinstance(qubits, list) else ""


def _values(operation: Mapping[str, Any], one: str, several: str) -> str:
    values = [operation[one]] if one in operation else operation.get(several, [])
    if not isinstance(values, list):
        return str(values)
    return ", ".join(f"{value:.6g}" if isinstance(value, float) else str(value) for value in values)
