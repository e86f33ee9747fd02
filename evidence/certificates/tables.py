"""The table of counts on a certificate: the most frequent outcomes, largest first, with bars."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from evidence.certificates.pictures import Picture, picture
from runs import statistics

MOST_ROWS = 16
_ROWS_PER_COLUMN = 8
_SHORT, _LONGEST, _END = 12, 23, 11
_BAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="8" viewBox="0 0 {width} 8">'
    '<rect width="{width}" height="8" rx="2" fill="#EDF1F3"/>'
    '<rect width="{length:.2f}" height="8" rx="2" fill="#14212B"/></svg>'
)
_BAR_PIXELS = {"wide": 340, "half": 116, "half cramped": 72}


@dataclass(frozen=True)
class Row:
    """One outcome: how often it was measured, and its share of the shots in per cent."""

    outcome: str
    bar: Picture
    count: str
    share: str


@dataclass(frozen=True)
class Counts:
    """The rows in one column or two; ``note`` says what the bits are and what is not shown.

    ``layout`` is the class of the table: *wide*, *half* or, with long outcomes, *half cramped*.
    """

    layout: str
    columns: tuple[tuple[Row, ...], ...]
    note: str

    @property
    def lines(self) -> int:
        """How many lines of the page the rows take."""
        return max(len(column) for column in self.columns)


def counts(content: bytes) -> Counts:
    """Return the table of the result file ``content``."""
    result = json.loads(content)
    ranked = sorted(result["counts"].items(), key=lambda item: (-item[1], item[0]))
    shown, hidden = ranked[:MOST_ROWS], ranked[MOST_ROWS:]
    shots = sum(result["counts"].values())
    layout = _layout(len(shown), len(ranked[0][0]))
    width, most = _BAR_PIXELS[layout], ranked[0][1]
    rows = [
        Row(
            outcome=_shortened(outcome),
            bar=picture(_BAR.format(width=width, length=max(1.5, width * count / most)), ""),
            count=f"{count:,}",
            share=_percent(count, shots),
        )
        for outcome, count in shown
    ]
    per_column = len(rows) if layout == "wide" else -(-len(rows) // 2)
    columns = [tuple(rows[at : at + per_column]) for at in range(0, len(rows), per_column)]
    note = _measured(result["measuredQubits"])
    if hidden:
        rest = sum(count for _, count in hidden)
        note += (
            f" {len(hidden):,} more with {rest:,} shots ({_percent(rest, shots)}) in the packet."
        )
    return Counts(layout, tuple(columns), note)


def _layout(rows: int, bits: int) -> str:
    if rows <= _ROWS_PER_COLUMN:
        return "wide"
    return "half" if bits <= _SHORT else "half cramped"


def _shortened(outcome: str) -> str:
    return outcome if len(outcome) <= _LONGEST else f"{outcome[:_END]}…{outcome[-_END:]}"


def _percent(count: int, shots: int) -> str:
    return f"{statistics.percent(count / shots)} %"


def _measured(qubits: Sequence[int]) -> str:
    """Return which qubit each bit belongs to, in words."""
    if len(qubits) == 1:
        return f"The bit is that of q{qubits[0]}."
    if len(qubits) > 2 and all(after - before == 1 for before, after in pairwise(qubits)):  # noqa: PLR2004
        return f"Bits from left to right: q{qubits[0]} to q{qubits[-1]}."
    return f"Bits from left to right: {', '.join(f'q{qubit}' for qubit in qubits)}."
