"""The counts on a certificate: the most frequent outcomes, largest first."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from evidence.certificates import tables
from evidence.certificates.tables import Row, Table
from runs import statistics
from runs.results.qubits import qubits_words

_HEADINGS = ("Outcome", "Share of shots", "Counts", "Share")
_MOST_ROWS = 16
_SHORT = 12
_BAR_PIXELS = {"wide": 340, "half": 116, "half cramped": 72}


@dataclass(frozen=True)
class Counts:
    """Outcomes with their counts, the most frequent first; each bit is of one of ``qubits``.

    Those of an analog program are sites of its register.
    """

    ranked: tuple[tuple[str, int], ...]
    qubits: tuple[int, ...]
    is_analog: bool

    @property
    def shots(self) -> int:
        """What the counts sum to."""
        return sum(count for _, count in self.ranked)

    @property
    def half(self) -> str:
        """The layout of a table of half the width: long outcomes leave less to the bars."""
        return "half" if len(self.ranked[0][0]) <= _SHORT else "half cramped"

    def share(self, count: int) -> str:
        """Return a count as its share of the shots."""
        return f"{statistics.percent(count / self.shots)} %"


def read(content: bytes, *, is_analog: bool) -> Counts:
    """Return what the file of counts says."""
    result = json.loads(content)
    ranked = sorted(result["counts"].items(), key=lambda item: (-item[1], item[0]))
    return Counts(tuple(ranked), tuple(result["measuredQubits"]), is_analog)


def alone(counts: Counts) -> tuple[tuple[Table, ...], str]:
    """Return tables of the width of the page, and the note on them."""
    number = min(len(counts.ranked), _MOST_ROWS)
    layouts = ("wide", counts.half)
    made = tables.columns(layouts, _HEADINGS, number, lambda layout: _rows(counts, layout, number))
    return made, _note(counts, number)


def beside(counts: Counts) -> tuple[Table, str]:
    """Return a table of half the width, and the note on it."""
    number = min(len(counts.ranked), tables.ROWS_PER_COLUMN)
    table = Table(counts.half, _HEADINGS, tuple(_rows(counts, counts.half, number)))
    return table, _note(counts, number)


def _rows(counts: Counts, layout: str, number: int) -> list[Row]:
    width, most = _BAR_PIXELS[layout], counts.ranked[0][1]
    return [
        Row(
            name=tables.shortened(outcome),
            bar=tables.bar(width, count / most, counts.share(count)),
            first=f"{count:,}",
            second=counts.share(count),
        )
        for outcome, count in counts.ranked[:number]
    ]


def _note(counts: Counts, number: int) -> str:
    note = _sites(counts.qubits) if counts.is_analog else _measured(counts.qubits)
    hidden = counts.ranked[number:]
    if not hidden:
        return note
    rest = sum(count for _, count in hidden)
    return f"{note} {len(hidden):,} more with {rest:,} shots ({counts.share(rest)}) in the packet."


def _measured(qubits: Sequence[int]) -> str:
    """Return which qubit each bit belongs to, in words."""
    if len(qubits) == 1:
        return f"The bit is that of q{qubits[0]}."
    return f"Bits from left to right: {qubits_words(qubits)}."


def _sites(sites: Sequence[int]) -> str:
    named = qubits_words(sites).replace("q", "")
    kinds = "0 is the ground state, 1 the Rydberg state."
    return f"Bits from left to right: the atoms of sites {named}; {kinds}"
