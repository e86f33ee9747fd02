"""Wakes the workers that wait, as soon as what they wait for is committed.

PostgreSQL carries the word itself, and delivers it with the commit (NOTIFY). With SQLite all
processes are on one machine: datagrams to Unix sockets beside the database file carry it, sent
after the commit. A word that is lost costs the time until a worker looks by itself.
"""

import contextlib
import os
import select
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.db import connection, transaction

_CHANNEL = "quantumruns_queue"
_WORD = b"!"


class Listener(Protocol):
    """What one process hears words with."""

    def listen(self) -> bool:
        """Be ready to hear every word from now on; return whether that is to be had here."""

    def wait(self, seconds: float) -> bool:
        """Wait for a word since the last wait; return whether one came within ``seconds``."""


def wake() -> None:
    """Wake every worker once the transaction around is committed, and not if it is undone."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {_CHANNEL}")
    elif place := _database_file():
        # What was committed stands, whatever becomes of the word.
        transaction.on_commit(lambda: _send(place), robust=True)


def listener() -> Listener:
    """Return the listener for the database of this installation."""
    return Notifications() if connection.vendor == "postgresql" else Datagrams(_database_file())


class Notifications:
    """Listens on Django's own connection, anew on each that it opens."""

    def __init__(self) -> None:
        self._heard_on: object = None

    def listen(self) -> bool:
        """Listen, if this connection does not yet."""
        connection.ensure_connection()
        if self._heard_on is not connection.connection:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {_CHANNEL}")
            self._heard_on = connection.connection
        return True

    def wait(self, seconds: float) -> bool:
        """Wait for a notification, and take all that are there.

        :raises django.db.OperationalError: if the connection is lost.
        """
        with connection.wrap_database_errors:
            first = list(connection.connection.notifies(timeout=seconds, stop_after=1))
            list(connection.connection.notifies(timeout=0))
        return bool(first)


class Datagrams:
    """Listens at a socket named after the database file and this process."""

    def __init__(self, place: Path | None) -> None:
        self._place = place
        self._owner = 0
        self._socket: socket.socket | None = None

    def listen(self) -> bool:
        """Bind the socket, if this process did not yet; a path may be too long for one."""
        if self._place is not None and self._owner != os.getpid():
            self._owner = os.getpid()
            self._socket = _bound(_socket_beside(self._place, self._owner))
        return self._socket is not None

    def wait(self, seconds: float) -> bool:
        """Wait for a datagram, and take all that are there."""
        assert self._socket is not None
        if not select.select([self._socket], [], [], seconds)[0]:
            return False
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(len(_WORD)):
                pass
        return True

    def close(self) -> None:
        """Hear nothing any more."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _database_file() -> Path | None:
    """Return the file of the database, or None where it is in memory."""
    name = str(connection.settings_dict["NAME"])
    return None if name.startswith((":memory:", "file:memorydb")) else Path(name)


def _socket_beside(place: Path, owner: int) -> Path:
    return place.with_name(f"{place.name}-wake-{owner}")


def _bound(path: Path) -> socket.socket | None:
    bound = _datagram_socket()
    try:
        path.unlink(missing_ok=True)
        bound.bind(str(path))
        path.chmod(0o600)
    except OSError:
        bound.close()
        return None
    return bound


def _send(place: Path) -> None:
    """Send the word to every socket beside ``place``; take those away that nobody owns."""
    with _datagram_socket() as sender:
        for path in _sockets(place):
            try:
                sender.sendto(_WORD, str(path))
            except ConnectionRefusedError:
                path.unlink(missing_ok=True)
            except OSError:  # it has words enough, or is not for us
                continue


def _sockets(place: Path) -> Iterator[Path]:
    prefix = f"{place.name}-wake-"
    with os.scandir(place.parent) as entries:
        for entry in entries:
            if entry.name.startswith(prefix):
                yield Path(entry.path)


def _datagram_socket() -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    made.setblocking(False)
    return made
