"""Fitting a certificate on one page: how large the title is, and how high the circuit may be.

All lengths are points. The heights are those of ``certificate.css``; a test prints the fullest
pages and counts them.
"""

import unicodedata
from dataclasses import dataclass

_SIZES = (("display", 54, 31, 28.0), ("long", 84, 42, 21.3), ("longest", 400, 53, 16.8))
_WIDE = frozenset("WF")
_PAGE = 750.0
# Header, band, the headings, the table's head and note, the seal and the closing lines.
_ALWAYS = 446.0
_SENTENCE, _MARK = 52.0, 88.0
_FACT_LINE, _USUAL_FACTS = 15.1, 12
_COUNT_LINE = 13.4
_NOTE_LINE, _NOTE_CELLS = 11.2, 115
_FAULT_LINE, _FAULT_FRAME = 11.9, 68.0


@dataclass(frozen=True)
class Fault:
    """Why a run failed, in the words of its error."""

    code: str
    headline: str
    stage: str
    messages: tuple[str, ...]
    note: str


def _cells(text: str) -> int:
    """Return how much of a line ``text`` takes, in characters of the usual width."""
    return round(sum(_width(character) for character in text))


def _width(character: str) -> float:
    if character in "MW@%" or unicodedata.east_asian_width(character) in _WIDE:
        return 2.1
    return 1.5 if character.isupper() else 1.0


def _size(title: str) -> tuple[str, int, int, float]:
    return next(size for size in _SIZES if _cells(title) <= size[1] or size is _SIZES[-1])


def title_size(title: str) -> str:
    """Return the class of the heading: *display*, *long* or *longest*."""
    return _size(title)[0]


def room(title: str, *, facts: int, rows: int, note: str, fault: Fault | None) -> float:
    """Return how many points high the drawing of the circuit may be.

    ``facts`` is the number of facts of the record, which stand in two columns, ``rows`` that of
    the lines of counts, and ``note`` what stands below them.
    """
    _, _, per_line, height = _size(title)
    lines = -(-_cells(title) // per_line)
    taken = _ALWAYS + max(_MARK, lines * height + _SENTENCE) + rows * _COUNT_LINE
    taken += _FACT_LINE * max(0, -(-(facts - _USUAL_FACTS) // 2))
    taken += _NOTE_LINE * (len(note) // _NOTE_CELLS)
    if fault is not None:
        taken += _FAULT_FRAME + _FAULT_LINE * sum(1 + len(text) // 100 for text in fault.messages)
    return _PAGE - taken
