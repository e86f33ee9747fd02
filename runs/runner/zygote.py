"""The zygote: imports a program once, then forks one confined child for every connection.

It is single-threaded, runs no code of a request, and keeps a duplicate of every connection: when
the client hangs up the child is killed, when the child ends the trailer is sent. Its listening
socket is inherited, so clients wait in the backlog while a dead zygote is replaced.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from dataclasses import dataclass
from types import FrameType
from typing import Any

from runs.runner import child, isolation
from runs.runner.protocol import Ending

_LIFELINE = 0  # standard input: ends when nobody is left to serve
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL
_HANG_UP = getattr(select, "POLLRDHUP", 0)
# Where the system does not report a hang-up by itself, it is looked for this often.
_TICK_MILLISECONDS = None if _HANG_UP else 250
_BYTES_PER_MAXRSS = 1024 if sys.platform == "linux" else 1


@dataclass
class _Child:
    pid: int
    place: int
    connection: socket.socket
    trailer: bytes = b""  # what is left to send once the process is gone


class Zygote:
    """The loop of one zygote."""

    def __init__(
        self, listener: socket.socket, handle: child.Handle, options: dict[str, Any]
    ) -> None:
        self.listener = listener
        self.handle = handle
        self.sealed: bool = options["sealed"]
        self.network_left: bool = options["network_left"]
        self.places = list(range(options["children"]))
        self.by_pid: dict[int, _Child] = {}
        self.by_fd: dict[int, _Child] = {}
        self.poll = select.poll()
        self.ending = False
        self.wake_up, wake_up_writer = os.pipe()
        os.set_blocking(wake_up_writer, False)
        os.set_blocking(self.wake_up, False)
        signal.set_wakeup_fd(wake_up_writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self._end)

    def serve(self) -> None:
        """Serve until the owner goes away or asks to end; no child survives that."""
        self.listener.setblocking(False)
        self.poll.register(self.listener, select.POLLIN)
        self.poll.register(_LIFELINE, 0)
        self.poll.register(self.wake_up, select.POLLIN)
        try:
            while not self.ending:
                for descriptor, event in self.poll.poll(_TICK_MILLISECONDS):
                    self._react(descriptor, event)
                if not _HANG_UP:
                    self._look_for_hang_ups()
        finally:
            for one in self.by_pid.values():
                _kill(one.pid)

    def _react(self, descriptor: int, event: int) -> None:
        if descriptor == self.listener.fileno():
            self._accept()
        elif descriptor == self.wake_up:
            os.read(self.wake_up, 4096)
            self._reap()
        elif descriptor == _LIFELINE:
            self.ending = bool(event & _GONE) or self.ending
        elif descriptor in self.by_fd:
            one = self.by_fd[descriptor]
            if event & (_GONE | _HANG_UP):
                self._hung_up(one)
            else:
                self._send_trailer(one)

    def _accept(self) -> None:
        try:
            connection, _ = self.listener.accept()
        except OSError:  # the client left the backlog again
            return
        place = self.places.pop()
        zygote = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # the system is out of processes: hanging up says so
            connection.close()
            self.places.append(place)
            return
        if pid == 0:
            cell = child.Cell(place, zygote, self.sealed, self.network_left)
            child.live(connection, cell, self.handle)
        one = _Child(pid, place, connection)
        self.by_pid[pid] = self.by_fd[connection.fileno()] = one
        self.poll.register(connection, _HANG_UP)
        if not self.places:
            self.poll.unregister(self.listener)

    def _reap(self) -> None:
        while self.by_pid and (ended := _reap_one()):
            pid, ending = ended
            one = self.by_pid.pop(pid)
            if not self.places:
                self.poll.register(self.listener, select.POLLIN)
            self.places.append(one.place)
            one.trailer = ending.pack()
            if one.connection.fileno() in self.by_fd:
                self._send_trailer(one)

    def _send_trailer(self, one: _Child) -> None:
        """Send what fits; the descriptor is shared with nobody now, but the client may be slow."""
        try:
            sent = one.connection.send(one.trailer, socket.MSG_DONTWAIT)
            one.trailer = one.trailer[sent:]
        except BlockingIOError:
            pass
        except OSError:
            one.trailer = b""
        if one.trailer:
            self.poll.modify(one.connection, select.POLLOUT | _HANG_UP)
        else:
            self._close(one)

    def _hung_up(self, one: _Child) -> None:
        self._close(one)
        if one.pid in self.by_pid:
            _kill(one.pid)

    def _close(self, one: _Child) -> None:
        self.poll.unregister(one.connection)
        del self.by_fd[one.connection.fileno()]
        one.connection.close()

    def _look_for_hang_ups(self) -> None:
        for one in list(self.by_fd.values()):
            try:
                if not one.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                    self._hung_up(one)
            except BlockingIOError:
                continue
            except OSError:
                self._hung_up(one)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self.ending = True


def main(text: str) -> None:
    """Get warm, tell the owner on standard output how isolated the children are, and serve."""
    options = json.loads(text)
    listener = socket.socket(fileno=options["listener"])
    options["network_left"] = isolation.leave_the_network()
    isolation.die_with_parent(options["parent"])
    try:
        in_force = _try_out(options)
        missing = in_force.missing(sealed=options["sealed"])
        if options["strict"] and missing:
            _tell({"error": f"Strict isolation is not to be had here: {', '.join(missing)}"})
            return
        program = importlib.import_module(options["program"])
        program.warm_up()
    except Exception:  # noqa: BLE001  the edge of the process: the owner reports it
        _tell({"error": traceback.format_exc()})
        return
    gc.collect()
    gc.freeze()  # a collection in a child would touch, and so copy, every page
    zygote = Zygote(listener, program.handle, options)
    _tell({"isolation": vars(in_force)})
    zygote.serve()


def _try_out(options: dict[str, Any]) -> isolation.Isolation:
    """Return what a child gets, by making one."""
    reader, writer = os.pipe()
    zygote = os.getpid()
    pid = os.fork()
    if pid == 0:
        child.report(writer, child.Cell(0, zygote, options["sealed"], options["network_left"]))
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(pid, 0)
    return isolation.Isolation(**json.loads(answer))


def _tell(report: dict[str, Any]) -> None:
    """Write the one line of output; from then on output goes nowhere."""
    os.write(1, json.dumps(report).encode() + b"\n")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def _reap_one() -> tuple[int, Ending] | None:
    """Reap a child that has ended, if there is one, and what it left behind in its group."""
    which = -1
    if sys.platform == "linux":
        ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None:
            return None
        which = ended.si_pid
        _kill(which)  # before it is reaped: so long its number belongs to nobody else
    pid, status, usage = os.wait4(which, os.WNOHANG)
    if pid == 0:
        return None
    return pid, Ending(
        status=os.waitstatus_to_exitcode(status),
        peak_memory_bytes=usage.ru_maxrss * _BYTES_PER_MAXRSS,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
    )


def _kill(pid: int) -> None:
    """Kill the group that ``pid`` leads, and ``pid`` itself should it not lead one yet."""
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
