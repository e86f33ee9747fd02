"""A circuit as SVG: wires from left to right, folded into bands, capped where it is long. Core."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape

from runs.circuits import Circuit
from runs.circuits.words import count
from runs.drawing import shapes
from runs.drawing.angles import angle_words
from runs.drawing.placing import Cell, columns
from runs.drawing.symbols import Place, measure_svg, operation_svg

MOST_OPERATIONS = 400
_NOTE = 22


@dataclass(frozen=True)
class Grid:
    """The measures of a drawing, in pixels."""

    left: float
    names: float
    first_column: float
    column: float
    first_row: float
    row: float
    fold: int
    right: float = 10
    after: float = 43
    gap: float = 18

    def width(self, folded: int) -> float:
        """Return the width of a drawing of as many columns."""
        return self.first_column + self.column * (max(folded, 1) - 1) + self.after

    def band(self, rows: int) -> float:
        """Return the height of one band of wires."""
        return 2 * self.first_row + self.row * (rows - 1)


_PAGE = Grid(38, 32, 73, 54, 26, 50, 12)
_CARD = Grid(6, 0, 36, 44, 22, 42, 6, after=38)
_NOISY_CARD = replace(_CARD, column=52)


def circuit_svg(
    circuit: Circuit, *, title: str, failing: int | None = None, ident: str = "c"
) -> str:
    """Return the drawing of ``circuit``, with a title and a description for those who hear it.

    ``failing`` is the index of an operation to mark, ``ident`` makes the ids of the drawing
    unique on its page. After 12 columns it goes on below; after 400 operations it says how many
    more there are.
    """
    cells = columns(circuit, most=MOST_OPERATIONS)
    body, width, height = _bands(circuit.qubits, cells, _PAGE, failing)
    for note in _notes(circuit):
        body.append(shapes.label(note, _PAGE.left, height + 12, anchor="start"))
        height += _NOTE
        width = max(width, 300)
    names = f'role="img" aria-labelledby="{escape(ident)}-t {escape(ident)}-d"'
    head = (
        f'<title id="{escape(ident)}-t">{escape(title)}</title>'
        f'<desc id="{escape(ident)}-d">{escape(description(circuit))}</desc>'
    )
    return _svg(names, head + "".join(body), width, height)


def miniature_svg(circuit: Circuit, *, rows: int = 5) -> str:
    """Return the beginning of ``circuit`` for a card that names it: at most 6 columns, 5 qubits."""
    grid = _NOISY_CARD if circuit.is_noisy else _CARD
    shown = circuit.qubits[:rows]
    cells = [
        cell
        for cell in columns(circuit, most=MOST_OPERATIONS)
        if cell.column < grid.fold and {*_qubits(cell)} <= {*shown}
    ]
    body, width, height = _bands(shown, cells, grid, None)
    return _svg('aria-hidden="true"', "".join(body), width, height)


def notice_svg(message: str, *, title: str, ident: str = "c") -> str:
    """Return a drawing that holds a sentence only, for what cannot be drawn as a circuit."""
    names = f'role="img" aria-labelledby="{escape(ident)}-t"'
    head = f'<title id="{escape(ident)}-t">{escape(title)}</title>'
    text = shapes.label(message, 6, 26, anchor="start")
    return _svg(names, head + text, 20 + 7.5 * len(message), 44)


def description(circuit: Circuit) -> str:
    """Return the size of ``circuit`` in words."""
    return (
        f"{count(circuit.qubit_count, 'qubit')}, depth {circuit.depth}, "
        f"{count(circuit.operation_count, 'operation')}."
    )


def _svg(names: str, inner: str, width: float, height: float) -> str:
    size = f'width="{shapes.number(width)}" height="{shapes.number(height)}"'
    view = f'viewBox="0 0 {shapes.number(width)} {shapes.number(height)}"'
    return (
        f'<svg class="circuit" xmlns="http://www.w3.org/2000/svg" {size} {view} {names}>'
        f"{inner}</svg>"
    )


def _bands(
    qubits: Sequence[int], cells: Sequence[Cell], grid: Grid, failing: int | None
) -> tuple[list[str], float, float]:
    last = max((cell.column for cell in cells), default=0)
    bands = last // grid.fold + 1
    width = grid.width(min(last + 1, grid.fold))
    band = grid.band(len(qubits))
    body: list[str] = []
    for number in range(bands):
        top = number * (band + grid.gap) + grid.first_row
        heights = {qubit: top + grid.row * row for row, qubit in enumerate(qubits)}
        body += _wires(heights, width, grid)
        body += [
            _cell(cell, Place(_middle(cell, grid), heights), failing)
            for cell in cells
            if cell.column // grid.fold == number
        ]
    return body, width, (band + grid.gap) * bands - grid.gap


def _wires(heights: dict[int, float], width: float, grid: Grid) -> Iterable[str]:
    for qubit, height in heights.items():
        yield shapes.wire(grid.left, width - grid.right, height)
        if grid.names:
            yield shapes.label(f"q{qubit}", grid.names, height + 4)


def _middle(cell: Cell, grid: Grid) -> float:
    return grid.first_column + grid.column * (cell.column % grid.fold)


def _cell(cell: Cell, place: Place, failing: int | None) -> str:
    if cell.operation is None or cell.index is None:
        return measure_svg(cell.measured, place)
    return operation_svg(cell.operation, place, index=cell.index, fails=cell.index == failing)


def _qubits(cell: Cell) -> tuple[int, ...]:
    return (cell.measured,) if cell.operation is None else cell.operation.qubits


def _notes(circuit: Circuit) -> Iterable[str]:
    phases = [op.angles[0] * op.power for op in circuit.operations if not op.qubits]
    if phases:
        yield f"Global phase {angle_words(math.fsum(phases))}"
    more = circuit.operation_count - MOST_OPERATIONS
    if more > 0:
        yield f"{more:,} more operations are not drawn"
