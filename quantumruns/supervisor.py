"""Keeps a few programs running in the foreground: starts them, starts dead ones again, stops all.

It knows processes, and nothing of what the programs do. Each program is the leader of a session of
its own, so that Ctrl-C in a terminal reaches the supervisor alone, which then ends them in order,
and so that whatever a program leaves behind can be ended with it.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

_FIRST_DELAY_SECONDS = 0.5
_LONGEST_DELAY_SECONDS = 30.0
_LOOK_SECONDS = 0.1
_LAST_LINES = 12
_LAST_BYTES = 4096
_LARGEST_LOG_BYTES = 16 * 1024 * 1024
_PR_SET_PDEATHSIG = 1  # linux/prctl.h

# Looked up before any fork: after one, a child may only make system calls.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """What to keep running, and how long it may take to stop when asked to."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    grace_seconds: float


class _Child:
    """A program and the process that runs it at the moment, if one does."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: subprocess.Popen[bytes] | None = None
        self.log_offset = 0
        self.started_at = 0.0
        self.start_at = 0.0
        self.quick_deaths = 0
        self.reported: list[str] = []

    def start(self) -> None:
        with _open_log(self.program.log) as log:
            self.log_offset = log.tell()
            self.process = subprocess.Popen(  # noqa: S603 - the command is the caller's own
                self.program.command,
                env=self.program.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - this process has one thread
            )
        self.started_at = time.monotonic()

    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def signal_leader(self, number: int) -> None:
        if self.process is not None:
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """End everything the program started and left in its process group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def last_lines(self) -> list[str]:
        """Return the end of what the process wrote since it was started."""
        with self.program.log.open("rb") as log:
            end = log.seek(0, os.SEEK_END)
            log.seek(max(self.log_offset, end - _LAST_BYTES))
            return log.read().decode(errors="replace").splitlines()[-_LAST_LINES:]


class Supervisor:
    """Runs programs until it is asked to stop.

    :param settled_seconds: a program that lives this long is taken to be well again: its next
        death is answered at once and not with the growing delay of one that dies at the start.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        output: TextIO | None = None,
        settled_seconds: float = 30.0,
    ) -> None:
        self._children = [_Child(program) for program in programs]
        self._output = output or sys.stdout
        self._settled_seconds = settled_seconds
        self._stopping = threading.Event()
        self._hurrying = threading.Event()

    def say(self, text: str) -> None:
        """Tell the person in front of the terminal."""
        print(text, file=self._output, flush=True)

    @property
    def stopping(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._stopping.is_set()

    def request_stop(self) -> None:
        """Ask it to stop; ask again to have it done at once."""
        (self._hurrying if self.stopping else self._stopping).set()

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Start every program, and whatever happens inside end them all at the end.

        Inside, SIGINT and SIGTERM ask for a stop instead of raising.
        """
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.getsignal(number) for number in numbers}
        for number in numbers:
            signal.signal(number, lambda *_: self.request_stop())
        try:
            for child in self._children:
                child.start()
            yield
        finally:
            self._stop()
            for number in numbers:
                signal.signal(number, before[number])

    def wait_until(self, reached: Callable[[], bool], *, seconds: float | None = None) -> bool:
        """Keep the programs running until ``reached()``, a stop is asked for, or time is over.

        :returns: whether it was reached.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        while not self.stopping:
            if reached():
                return True
            if deadline is not None and time.monotonic() > deadline:
                return False
            for child in self._children:
                self._look_after(child)
            self._stopping.wait(_LOOK_SECONDS)
        return False

    def run_once(self, program: Program) -> int | None:
        """Run a program to its end beside the others; None if it had to be stopped for a stop."""
        child = _Child(program)
        child.start()
        try:
            if not self.wait_until(child.ended):
                self._end([child])
                return None
            assert child.process is not None
            return child.process.returncode
        finally:
            child.kill_group()

    def _look_after(self, child: _Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.start_at:
                child.start()
            return
        status = child.process.poll()
        if status is None:
            return
        lived = now - child.started_at
        child.quick_deaths = 0 if lived >= self._settled_seconds else child.quick_deaths + 1
        delay = _delay(child.quick_deaths)
        child.start_at = now + delay
        child.kill_group()
        self._report(child, status, delay)

    def _report(self, child: _Child, status: int, delay: float) -> None:
        name = child.program.name
        how = f"signal {-status}" if status < 0 else f"exit code {status}"
        when = f"in {delay:g} s" if delay else "at once"
        self.say(f"{name} ended by itself ({how}); it is started again {when}.")
        lines = child.last_lines()
        if lines != child.reported:
            for line in lines:
                self.say(f"    {name} | {line}")
        child.reported = lines

    def _stop(self) -> None:
        self._stopping.set()
        self._end(self._children)

    def _end(self, children: Sequence[_Child]) -> None:
        """Ask the leaders to stop, wait as long as each may take, then end what is left."""
        started = time.monotonic()
        for child in children:
            child.signal_leader(signal.SIGTERM)
        waiting = list(children)
        while waiting:
            waited = time.monotonic() - started
            for child in list(waiting):
                overdue = self._hurrying.is_set() or waited >= child.program.grace_seconds
                if not child.ended() and not overdue:
                    continue
                if not child.ended():
                    self.say(f"{child.program.name} did not stop in time and is ended by force.")
                child.kill_group()
                waiting.remove(child)
            if waiting:
                self._hurrying.wait(_LOOK_SECONDS)


def _delay(quick_deaths: int) -> float:
    """Return how many seconds to wait before the next start: 0, 0.5, 1, 2, ... and at most 30."""
    if not quick_deaths:
        return 0.0
    return float(min(_FIRST_DELAY_SECONDS * 2.0 ** (quick_deaths - 1), _LONGEST_DELAY_SECONDS))


def _open_log(path: Path) -> BinaryIO:
    """Open a log to append to, putting a large one aside first."""
    if path.exists() and path.stat().st_size > _LARGEST_LOG_BYTES:
        path.replace(path.with_suffix(".old.log"))
    return path.open("ab")


def _die_with_parent() -> None:
    """Ask the kernel to stop this process when the supervisor is killed; Linux alone can."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
