"""A connection to a runner: non-blocking, under a deadline, with a pulse."""

import select
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from runs.errors import AttemptLostError, Problem, RunError, Stage
from runs.runner.protocol import STARTED, TRAILER_BYTES

PULSE_SECONDS = 0.5
_CHUNK_BYTES = 256 * 1024
_CONNECT_SECONDS = 0.05


class Connection:
    """One connection, and the clock that it is under."""

    def __init__(self, socket_path: Path, checkpoint: Callable[[], None]) -> None:
        self.socket_path = socket_path
        self.checkpoint = checkpoint
        self.deadline = 0.0
        self.started = False
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.setblocking(False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send it all, or as much as is taken: whoever hangs up leaves word of it to be read."""
        self._connect()
        view = memoryview(data)
        while view:
            self._wait(writing=True)
            try:
                view = view[self.socket.send(view) :]
            except BlockingIOError:
                continue
            except ConnectionError:
                return

    def wait_for_start(self) -> bytes:
        """Return nothing once the child has started, else the first of what came instead."""
        data = self._receive(len(STARTED))
        self.started = data == STARTED
        return b"" if self.started else data

    def read_to_end(self, reply_bytes: int) -> bytes:
        data = bytearray()
        while part := self._receive(_CHUNK_BYTES):
            data += part
            if len(data) > reply_bytes + TRAILER_BYTES:
                raise limit_exceeded("The result is larger than this runner returns")
        return bytes(data)

    def _connect(self) -> None:
        while True:
            try:
                self.socket.connect(str(self.socket_path))
            except BlockingIOError:  # the backlog is full
                self._check_clock()
                time.sleep(_CONNECT_SECONDS)
            except ConnectionRefusedError as error:  # its owner died and left the socket behind
                raise lost(error) from error
            except OSError as error:
                raise RunError("provider_not_ready", stage=Stage.EXECUTE) from error
            else:
                return

    def _receive(self, size: int) -> bytes:
        while True:
            self._wait(writing=False)
            try:
                return self.socket.recv(size)
            except BlockingIOError:
                continue
            except ConnectionError:
                return b""

    def _wait(self, *, writing: bool) -> None:
        """Return when the connection is ready; keep the pulse and the deadline until then."""
        event = select.POLLOUT if writing else select.POLLIN
        poll = select.poll()
        poll.register(self.socket, event)
        while True:
            left = self._check_clock()
            if poll.poll(min(PULSE_SECONDS, left) * 1000):
                return

    def _check_clock(self) -> float:
        """Call the checkpoint and return the seconds that are left."""
        self.checkpoint()
        left = self.deadline - time.monotonic()
        if left <= 0:
            code = "timeout" if self.started else "provider_not_ready"
            raise RunError(code, stage=Stage.EXECUTE)
        return left


def limit_exceeded(message: str) -> RunError:
    """Return the error of a run that outgrew its runner."""
    return RunError("runner_limit_exceeded", [Problem(message)], stage=Stage.EXECUTE)


def lost(cause: Exception) -> AttemptLostError:
    """Return the error of a run whose runner went away without a word of how its child ended."""
    error = AttemptLostError("runner_lost")
    error.__cause__ = cause
    return error
