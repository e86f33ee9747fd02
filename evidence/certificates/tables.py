"""Tables on a certificate: a name, a bar or a text, and two figures; in one column or in two."""

from collections.abc import Callable
from dataclasses import dataclass

from evidence.certificates.pictures import Picture, picture

ROWS_PER_COLUMN = 8
_LONGEST, _END = 23, 11
_BAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="8" viewBox="0 0 {width} 8">'
    '<rect width="{width}" height="8" rx="2" fill="#EDF1F3"/>'
    '<rect{x} width="{length:.2f}" height="8" rx="2" fill="#14212B"/>{mark}</svg>'
)
_MARK = '<rect x="{x:.2f}" width="1" height="8" fill="#5E6C77"/>'
_SHORTEST = 1.5


@dataclass(frozen=True)
class Row:
    """One line: what it is about, then a bar or a ``text``, then two figures."""

    name: str
    first: str
    second: str
    bar: Picture | None = None
    text: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under their headings. ``layout`` is the class that gives the columns their widths."""

    layout: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Result:
    """What came of a run: one table, or two beside each other.

    ``note`` says what the figures are and what is not shown.
    """

    heading: str
    tables: tuple[Table, ...]
    note: str

    @property
    def lines(self) -> int:
        """How many lines of the page the rows take."""
        return max((len(table.rows) for table in self.tables), default=0)


def bar(width: int, part: float, alt: str) -> Picture:
    """Return a bar of a ``part`` of the whole width, in pixels."""
    length = max(_SHORTEST, width * min(part, 1))
    return picture(_BAR.format(width=width, x="", length=length, mark=""), alt)


def value_bar(width: int, value: float, alt: str) -> Picture:
    """Return the bar of a value from -1 to 1, which begins in the middle."""
    middle, end = width / 2, width * (min(max(value, -1), 1) + 1) / 2
    x = f' x="{min(middle, end):.2f}"'
    mark = _MARK.format(x=middle - 0.5)
    return picture(_BAR.format(width=width, x=x, length=abs(end - middle), mark=mark), alt)


def columns(
    layouts: tuple[str, str], headings: tuple[str, ...], rows: int, make: Callable[[str], list[Row]]
) -> tuple[Table, ...]:
    """Return rows in one wide column, or in two where one would be too long.

    ``layouts`` are those of a wide and of a half table; ``make`` gives the rows for one of them.
    """
    wide, half = layouts
    if rows <= ROWS_PER_COLUMN:
        return (Table(wide, headings, tuple(make(wide))),)
    made = make(half)
    first = -(-len(made) // 2)
    return tuple(Table(half, headings, tuple(part)) for part in (made[:first], made[first:]))


def shortened(text: str) -> str:
    """Return a name that fits its column, its middle left out where it is long."""
    return text if len(text) <= _LONGEST else f"{text[:_END]}…{text[-_END:]}"
