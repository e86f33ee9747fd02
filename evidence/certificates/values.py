"""The result values on a certificate: as many of them as there is room for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from evidence.certificates import tables
from evidence.certificates.tables import Row, Table
from runs.drawing.angles import phase_words
from runs.results import tables as results
from runs.results.qubits import basis_words, qubits_words
from runs.results.tables import Amplitudes, Distribution, Scalar

_HEADINGS = ("Value of", "Bar", "Value", "Error")
_AMPLITUDE_HEADINGS = ("State", "Amplitude", "Probability", "Phase")
_HALF = tables.ROWS_PER_COLUMN
_LEAST_SHARES = 4
_BAR_PIXELS = {"wide": 340, "half values": 72}


@dataclass(frozen=True)
class Values:
    """Result values: all scalars, and the first list of probabilities and of amplitudes.

    ``numbers`` is how many values there are in all, ``basis`` names the qubits that were measured
    in another basis than that of Z, ``shots`` are 0 where the values are exact.
    """

    scalars: tuple[Scalar, ...]
    distribution: Distribution | None
    amplitudes: Amplitudes | None
    numbers: int
    shots: int
    basis: str


def read(content: bytes) -> Values:
    """Return what the file of values says."""
    document = json.loads(content)
    values, shots = document["values"], document["shots"]
    found = results.read(values, shots)
    lists = [value.get("probabilities") or value.get("amplitudes") or [value] for value in values]
    return Values(
        scalars=found.scalars,
        distribution=next(iter(found.distributions), None),
        amplitudes=next(iter(found.amplitudes), None),
        numbers=sum(map(len, lists)),
        shots=shots,
        basis=basis_words(values) if shots else "",
    )


def alone(values: Values) -> tuple[tuple[Table, ...], str]:
    """Return tables of the width of the page, and the note on them."""
    if values.amplitudes is None:
        number = len(_rows(values, "wide", 2 * _HALF))
        made = tables.columns(
            ("wide", "half values"), _HEADINGS, number, lambda layout: _rows(values, layout, number)
        )
    elif values.scalars or values.distribution:
        made = (_table(values), _amplitudes(values.amplitudes, "half amplitudes"))
    else:
        made = (_amplitudes(values.amplitudes, "wide amplitudes"),)
    return made, _note(values, made)


def beside(values: Values) -> tuple[Table, str]:
    """Return a table of half the width, and the note on it."""
    table = _table(values)
    return table, _note(values, (table,))


def _table(values: Values) -> Table:
    return Table("half values", _HEADINGS, tuple(_rows(values, "half values", _HALF)))


def _rows(values: Values, layout: str, most: int) -> list[Row]:
    """Return the scalars, and some of the probabilities even where there are many scalars."""
    shares = (
        [row for row in values.distribution.rows if not row.is_rest] if values.distribution else []
    )
    kept = min(len(shares), _LEAST_SHARES)
    width = _BAR_PIXELS[layout]
    rows = [_scalar(scalar, width) for scalar in values.scalars[: most - kept]]
    for share in shares[: most - len(rows)]:
        bar = tables.bar(width, share.probability, share.figure)
        rows.append(Row(f"P({share.state})", share.figure, "" if values.shots else "exact", bar))
    return rows


def _scalar(scalar: Scalar, width: int) -> Row:
    bar = tables.value_bar(width, scalar.value, scalar.figure)
    return Row(scalar.short, scalar.figure, scalar.spread, bar)


def _amplitudes(amplitudes: Amplitudes, layout: str) -> Table:
    rows = [
        Row(
            name=f"|{row.state}⟩",
            text=row.figure,
            first=row.probability.figure,
            second=phase_words(row.phase),
        )
        for row in amplitudes.rows[:_HALF]
    ]
    return Table(layout, _AMPLITUDE_HEADINGS, tuple(rows))


def _note(values: Values, shown: Sequence[Table]) -> str:
    origin = (
        f"Values are estimated from {values.shots:,} shots; ± is one standard error."
        if values.shots
        else "Values are exact, computed from the state: without shots there are no counts."
    )
    parts = [origin]
    if values.distribution:
        parts.append(f"P is the probability of {qubits_words(values.distribution.qubits)}.")
    if values.basis:
        parts.append(f"Measured in another basis than Z: {values.basis}.")
    hidden = values.numbers - sum(len(table.rows) for table in shown)
    if hidden:
        what = "value is" if hidden == 1 else "values are"
        parts.append(f"{hidden:,} more {what} in the packet.")
    return " ".join(parts)
