"""The zygote: imports a program once, then forks one confined child for every connection.

The child of the next connection is there already, in its cell, and gets nothing but the connection.
The zygote is single-threaded, runs no code of a request, and keeps a duplicate of every connection:
when the client hangs up the child is killed, when the child ends early the trailer is sent. Its
listening socket is inherited, so clients wait in the backlog while a dead zygote is replaced.
"""

import ctypes
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


@dataclass
class _Spare:
    """A child that waits for its connection."""

    pid: int
    place: int
    channel: socket.socket


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
        self.spare: _Spare | None = None
        self.is_listening = False
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
        self._prepare()
        self._listen()
        self.poll.register(_LIFELINE, 0)
        self.poll.register(self.wake_up, select.POLLIN)
        try:
            while not self.ending:
                for descriptor, event in self.poll.poll(_TICK_MILLISECONDS):
                    self._react(descriptor, event)
                if not _HANG_UP:
                    self._look_for_hang_ups()
        finally:
            for pid in (*self.by_pid, *([self.spare.pid] if self.spare else [])):
                _kill(pid)

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
        if not (self._hand_over(connection) or self._hand_over(connection)):
            connection.close()  # the system is out of processes: hanging up says so
        self._prepare()
        self._listen()

    def _hand_over(self, connection: socket.socket) -> bool:
        """Give ``connection`` to the spare child; return whether there was one alive."""
        self._prepare()
        spare, self.spare = self.spare, None
        if spare is None:
            return False
        one = _Child(spare.pid, spare.place, connection)
        self.by_pid[spare.pid] = one
        with spare.channel:
            try:
                socket.send_fds(spare.channel, [b"!"], [connection.fileno()])
            except OSError:
                return False
        self.by_fd[connection.fileno()] = one
        self.poll.register(connection, _HANG_UP)
        return True

    def _prepare(self) -> None:
        """Fork the next child, where there is room for one and none is waiting."""
        if self.spare is not None or not self.places:
            return
        place, zygote = self.places.pop(), os.getpid()
        ours, theirs = socket.socketpair()
        try:
            pid = os.fork()
        except OSError:
            self.places.append(place)
            ours.close()
            theirs.close()
            return
        if pid == 0:
            child.live(
                theirs, child.Cell(place, zygote, self.sealed, self.network_left), self.handle
            )
        theirs.close()
        self.spare = _Spare(pid, place, ours)

    def _listen(self) -> None:
        """Take connections as long as there is, or could be, a child for one."""
        has_room = bool(self.spare or self.places)
        if has_room and not self.is_listening:
            self.poll.register(self.listener, select.POLLIN)
        elif self.is_listening and not has_room:
            self.poll.unregister(self.listener)
        self.is_listening = has_room

    def _reap(self) -> None:
        while (self.by_pid or self.spare) and (ended := _reap_one()):
            pid, ending = ended
            if self.spare is not None and pid == self.spare.pid:
                self.spare.channel.close()
                self.places.append(self.spare.place)
                self.spare = None
                continue
            one = self.by_pid.pop(pid)
            self.places.append(one.place)
            one.trailer = ending.pack()
            if self.by_fd.get(one.connection.fileno()) is one:
                self._send_trailer(one)
        self._listen()

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
    isolation.be_called("zygote")
    listener = socket.socket(fileno=options["listener"])
    options["network_left"] = isolation.leave_the_network()
    isolation.die_with_parent(options["parent"])
    try:
        in_force = _try_out(options)
        lacking = in_force.lacks(sealed=options["sealed"])
        if options["strict"] and lacking:
            _tell({"error": f"This machine does not give a child {lacking}"})
            return
        program = importlib.import_module(options["program"])
        program.warm_up()
    except Exception:  # noqa: BLE001  the edge of the process: the owner reports it
        _tell({"error": traceback.format_exc()})
        return
    _settle()
    zygote = Zygote(listener, program.handle, options)
    _tell({"isolation": vars(in_force)})
    zygote.serve()


def _settle() -> None:
    """Make ready to be copied: what children share must be small, and must not be written to."""
    gc.collect()
    gc.freeze()  # a collection in a child would touch, and so copy, every page
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):  # glibc keeps what was freed
        trim(0)


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
        peak_memory_bytes=usage.ru_maxrss * isolation.BYTES_PER_MAXRSS,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
    )


def _kill(pid: int) -> None:
    """Kill the group that ``pid`` leads, and ``pid`` itself should it not lead one yet."""
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
