"""What a forked child does: give everything up, wait for a connection, answer it, and end.

It is forked and confined ahead of its request, so that nobody waits for that. Runs between ``fork``
and ``_exit``: nothing here may return to the zygote's loop.
"""

import contextlib
import json
import os
import resource
import select
import signal
import socket
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from runs.errors import RunError
from runs.runner.isolation import (
    BYTES_PER_MAXRSS,
    Isolation,
    be_called,
    confine,
    limit,
    volunteer_for_the_oom_killer,
)
from runs.runner.protocol import (
    HEADER_BYTES,
    REQUEST_BYTES,
    STARTED,
    ChildLimits,
    Ending,
    ProtocolError,
    read_frame,
)

REQUEST_SECONDS = 10
WAITING, WORKING = "spare", "run"  # how lists of processes name it
_EVERY_DESCRIPTOR = 4096  # far above what a zygote with its children's connections has open

Handle = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Cell:
    """Where a child lives: its place among its siblings, and how much it is closed off."""

    place: int
    zygote: int
    sealed: bool
    network_left: bool

    def enter(self) -> Isolation:
        """Give up everything that a child does without; return what of it worked."""
        volunteer_for_the_oom_killer()
        return confine(
            place=self.place,
            parent=self.zygote,
            sealed=self.sealed,
            network_left=self.network_left,
        )


def live(channel: socket.socket, cell: Cell, handle: Handle) -> NoReturn:
    """Wait for the connection that comes by ``channel``, answer its request, end this process."""
    status = 1
    try:
        _forget_the_zygote(channel.fileno())
        cell.enter()
        be_called(WAITING)
        _, descriptors, _, _ = socket.recv_fds(channel, 1, 1)
        channel.close()
        if descriptors:  # none where the zygote has ended
            be_called(WORKING)
            _serve(socket.socket(fileno=descriptors[0]), handle)
        status = 0
    finally:
        os._exit(status)  # whatever happened: a child never runs the zygote's code


def _serve(connection: socket.socket, handle: Handle) -> None:
    limits = ChildLimits(**_read(connection, HEADER_BYTES))
    limit(limits)
    _answer(connection, handle, limits)


def report(writer: int, cell: Cell) -> NoReturn:
    """Enter the cell as every child does, write what worked to ``writer``, and end."""
    status = 1
    try:
        _forget_the_zygote(writer)
        isolation = cell.enter()
        os.write(writer, json.dumps(vars(isolation)).encode())
        status = 0
    finally:
        os._exit(status)


def _forget_the_zygote(keep: int) -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.closerange(3, keep)
    os.closerange(keep + 1, _EVERY_DESCRIPTOR)


def _read(connection: socket.socket, maximum: int) -> dict[str, Any]:
    def wait() -> None:
        if not select.select([connection], [], [], REQUEST_SECONDS)[0]:
            raise ProtocolError("The client does not say what it wants")

    return read_frame(connection, maximum=maximum, wait=wait)


def _answer(connection: socket.socket, handle: Handle, limits: ChildLimits) -> None:
    request = _read(connection, REQUEST_BYTES)
    connection.sendall(STARTED)
    data = _handled(handle, request)
    if len(data) > limits.reply_bytes:
        problem = {"message": "The result is larger than this runner returns"}
        data = _error("runner_limit_exceeded", [problem])
    with contextlib.suppress(BrokenPipeError):
        connection.sendall(data)
        connection.sendall(_ending().pack())
        # The client need not wait until this process is taken apart.
        connection.shutdown(socket.SHUT_WR)


def _ending() -> Ending:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return Ending(
        status=0,
        peak_memory_bytes=usage.ru_maxrss * BYTES_PER_MAXRSS,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
    )


def _handled(handle: Handle, request: dict[str, Any]) -> bytes:
    try:
        return json.dumps({"value": handle(request)}, allow_nan=False).encode()
    except RunError as error:
        problems = [vars(problem) for problem in error.problems]
        return _error(error.code, problems, detail=_where(error))
    except MemoryError as error:
        problem = {"message": "The run needed more memory than this runner has"}
        return _error("runner_limit_exceeded", [problem], detail=_where(error))
    except BaseException as error:  # noqa: BLE001  the edge of the process: nobody is above
        return _error("internal_error", [], detail=_where(error))


def _error(code: str, problems: Sequence[Mapping[str, Any]], *, detail: str = "") -> bytes:
    return json.dumps({"error": {"code": code, "problems": problems, "detail": detail}}).encode()


def _where(error: BaseException) -> str:
    """Return type and places of ``error``, without its words: they may quote a private source."""
    places = [
        f"{f.name} ({f.filename}:{f.lineno})" for f in traceback.extract_tb(error.__traceback__)
    ]
    return f"{type(error).__name__} in " + " < ".join(reversed(places))
