"""What the processes of one worker tell one another, in memory that they share since the fork.

Each value is one aligned machine word that is written whole, and nothing is ever locked: a process
that is killed at any point leaves nothing behind that others wait for.
"""

import ctypes
import mmap
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

_SEATS = 256  # many more than task processes, so that each finds one of its own


class _Board(ctypes.Structure):
    _fields_ = [
        ("is_finishing", ctypes.c_int64),
        ("is_handing_back", ctypes.c_int64),
        ("looked_at", ctypes.c_double),
        ("at_work", ctypes.c_int64 * _SEATS),
    ]


_board = _Board.from_buffer(mmap.mmap(-1, ctypes.sizeof(_Board)))


def finish() -> None:
    """Have task processes take nothing new."""
    _board.is_finishing = 1


def is_finishing() -> bool:
    """Whether nothing new is to be taken."""
    return bool(_board.is_finishing)


def hand_back() -> None:
    """Have task processes give up what they have in hand."""
    _board.is_handing_back = 1


def is_handing_back() -> bool:
    """Whether what is in hand is to be given up."""
    return bool(_board.is_handing_back)


def note_look() -> None:
    """Note that the queue was looked at just now."""
    _board.looked_at = time.monotonic()


def last_look() -> float:
    """Return when the queue was looked at last, on the monotonic clock of the machine."""
    return float(_board.looked_at)


@contextmanager
def at_work() -> Iterator[None]:
    """Count this process among those at work, as long as it lives."""
    own = os.getpid()
    seats = [(own + step) % _SEATS for step in range(_SEATS)]
    seat = next(number for number in seats if not _is_taken(number))
    _board.at_work[seat] = own
    try:
        yield
    finally:
        _board.at_work[seat] = 0


def number_at_work() -> int:
    """Return how many processes are at work."""
    return sum(map(_is_taken, range(_SEATS)))


def _is_taken(seat: int) -> bool:
    """Whether the process that took ``seat`` lives; the dead leave theirs to others.

    A process that may not be signalled is a stranger who got the number of one that died.
    """
    pid = _board.at_work[seat]
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
