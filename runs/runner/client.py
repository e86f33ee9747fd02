"""The two ends of a runner in the worker: :class:`Runner` owns one, :func:`call` uses one.

The worker command owns the runners; its task processes call them through a socket. Cancelling, the
wall clock and the death of a task all take the same way: the connection closes, and the zygote
kills the child.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from runs.errors import Problem, RunError, Stage
from runs.runner.connection import Connection, limit_exceeded, lost
from runs.runner.isolation import Isolation
from runs.runner.protocol import TRAILER_BYTES, ChildLimits, Ending, ProtocolError, request_bytes

START_SECONDS = 60.0
WARM_UP_SECONDS = 600.0  # compiling into an empty cache takes half a minute of both cores
STOP_SECONDS = 5.0
BACKLOG = 256
_ROOT = Path(__file__).resolve().parents[2]
# -I keeps the environment and the working folder off the path, so the source is put there by hand.
_BOOTSTRAP = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from runs.runner.zygote import main; main(sys.argv[2])"
)


class RunnerFailure(Exception):  # noqa: N818  not raised: it is the private cause of a RunError
    """Why a child failed, for the worker's log alone: the cause of the RunError that is shown."""


class RunnerStartError(Exception):
    """A runner could not start, or not with the isolation that was asked for."""


@dataclass(frozen=True)
class Reply:
    """What a program answered, and what it took."""

    value: Mapping[str, Any]
    wall_seconds: float
    cpu_seconds: float
    peak_memory_bytes: int


@dataclass
class Runner:
    """One zygote and the socket it listens on; the socket outlives every restart of the zygote.

    ``program`` is a module with ``warm_up()`` and ``handle(request) -> dict``. ``folder`` holds the
    socket, the empty working folder and, unless ``cache`` says where, the cache of compiled code.
    The zygote's environment is empty but for ``environment`` and what numba needs. ``sealed``
    children see no file at all, so the program must have loaded what it needs by the end of its
    warm-up. With ``strict`` a runner refuses to start unless all of
    :class:`~runs.runner.isolation.Isolation` is in force.
    Start it from the main thread: where the system offers it, a zygote dies with that thread.
    """

    program: str
    folder: Path
    sealed: bool = True
    strict: bool = False
    children: int = 64
    environment: Mapping[str, str] = field(default_factory=dict)
    cache: Path | None = None
    socket_path: Path = field(init=False)
    isolation: Isolation | None = field(default=None, init=False)
    _listener: socket.socket | None = field(default=None, init=False)
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Settle where callers reach this runner; owners that share the folder do not collide."""
        self.socket_path = self.folder / f"{self._name}-{os.getpid()}.sock"

    @property
    def _name(self) -> str:
        return self.program.rpartition(".")[2]

    @property
    def _cache(self) -> Path:
        return self.cache or self.folder / "cache"

    @property
    def pid(self) -> int | None:
        """The process id of the zygote, while there is one."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Listen, start the zygote, and return once the program is warm.

        :raises RunnerStartError: if it does not come up, or lacks isolation under ``strict``.
        """
        self.begin()
        self.wait_until_warm()

    def begin(self) -> None:
        """Listen and start the zygote; :meth:`wait_until_warm` is the rest of :meth:`start`.

        :raises RunnerStartError: if nothing can listen in the folder.
        """
        for folder in (self.folder, self._cache, self.folder / "empty"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._listen()
        self._launch()

    def wait_until_warm(self) -> None:
        """Return once the program is warm; what is not to be is stopped.

        :raises RunnerStartError: as :meth:`start`.
        """
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            self.isolation = _wait_until_warm(self._process.stdout)
        except RunnerStartError:
            self.stop()
            raise

    def ensure_running(self) -> bool:
        """Restart the zygote if it died; return whether that was needed.

        :raises RunnerStartError: as :meth:`start`.
        """
        if self._process is not None and self._process.poll() is None:
            return False
        self._close_process()
        self._launch()
        self.wait_until_warm()
        return True

    def stop(self) -> None:
        """End the zygote and all its children, and close the socket."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._close_process()
        if self._listener is not None:
            self._listener.close()
            self._listener = None
            self.socket_path.unlink(missing_ok=True)

    def _listen(self) -> None:
        self._remove_abandoned()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._listener.bind(str(self.socket_path))
        except OSError as error:
            self._listener.close()
            raise RunnerStartError(f"Cannot listen on {self.socket_path}: {error}") from error
        self.socket_path.chmod(0o600)
        self._listener.listen(BACKLOG)

    def _remove_abandoned(self) -> None:
        """Remove the sockets of owners that did not live to do it, one of our number included."""
        self.socket_path.unlink(missing_ok=True)
        for path in self.folder.glob(f"{self._name}-*.sock"):
            try:
                os.kill(int(path.stem.rpartition("-")[2]), 0)
            except ProcessLookupError:
                path.unlink(missing_ok=True)
            except (PermissionError, ValueError):
                continue

    def _launch(self) -> None:
        if self._listener is None:
            raise RunnerStartError("Start the runner before asking for it to run")
        options = {
            "program": self.program,
            "listener": self._listener.fileno(),
            "parent": os.getpid(),
            "sealed": self.sealed,
            "strict": self.strict,
            "children": self.children,
        }
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
            [sys.executable, "-I", "-c", _BOOTSTRAP, str(_ROOT), json.dumps(options)],
            stdin=subprocess.PIPE,  # its end tells the zygote that nobody is left to serve
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder / "empty",
            env=self._environment(),
            pass_fds=(self._listener.fileno(),),
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        one_thread = ("NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
        return {
            **dict.fromkeys(one_thread, "1"),
            "NUMBA_CACHE_DIR": str(self._cache),
            **self.environment,
        }

    def _close_process(self) -> None:
        if self._process is not None:
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                pipe.close()
            self._process = None


def _wait_until_warm(stdout: IO[bytes]) -> Isolation:
    """Return the isolation that the zygote reports on its one line of output."""
    deadline = time.monotonic() + WARM_UP_SECONDS
    line = b""
    while not line.endswith(b"\n"):
        left = max(0.0, deadline - time.monotonic())
        if not select.select([stdout], [], [], left)[0]:
            raise RunnerStartError("The runner did not get warm in time")
        part = os.read(stdout.fileno(), 65536)
        if not part:
            raise RunnerStartError("The runner ended before it was ready")
        line += part
    report = json.loads(line)
    if "error" in report:
        raise RunnerStartError(report["error"])
    return Isolation(**report["isolation"])


def call(
    socket_path: Path,
    request: Mapping[str, Any],
    *,
    wall_seconds: float,
    limits: ChildLimits,
    checkpoint: Callable[[], None],
) -> Reply:
    """Have the runner behind ``socket_path`` handle ``request`` in a child of its own.

    ``checkpoint`` is called at least every half second; whatever it raises ends the child and
    passes through. The wall clock runs from the moment the child has started.

    :raises RunError: ``timeout`` if wall clock or processor time run out,
        ``runner_limit_exceeded`` if memory does, ``provider_error`` if the child crashes,
        ``provider_not_ready`` if no runner takes the request in time, ``internal_error`` if the
        program fails unexpectedly, and whatever code the program itself reports.
    :raises AttemptLostError: if the runner itself goes away, and with it all that it had in hand.
    """
    with Connection(socket_path, checkpoint) as connection:
        connection.deadline = time.monotonic() + START_SECONDS
        connection.send(request_bytes(request, limits))
        instead = connection.wait_for_start()
        started = time.monotonic()
        connection.deadline = started + wall_seconds
        answer = instead + connection.read_to_end(limits.reply_bytes)
    wall = time.monotonic() - started
    try:
        ending = Ending.unpack(answer[-TRAILER_BYTES:])
    except ProtocolError as error:
        raise lost(error) from error
    if ending.status != 0:
        raise _crash(ending, limits)
    value = _value(answer[:-TRAILER_BYTES])
    return Reply(value, wall, ending.cpu_seconds, ending.peak_memory_bytes)


def _value(payload: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(payload)
        if "error" not in answer:
            value: Mapping[str, Any] = answer["value"]
            return value
        code, problems = answer["error"]["code"], answer["error"]["problems"]
        error = RunError(code, [Problem(**problem) for problem in problems], stage=Stage.EXECUTE)
        detail = answer["error"]["detail"]
    except (ValueError, KeyError, TypeError) as cause:
        raise RunError("result_unavailable") from cause
    raise error from RunnerFailure(detail)


def _crash(ending: Ending, limits: ChildLimits) -> RunError:
    """Tell the ends apart of a child that could not report itself."""
    number = -ending.status
    ran_out = ending.cpu_seconds >= limits.cpu_seconds
    if number == signal.SIGXCPU or (number == signal.SIGKILL and ran_out):
        return RunError("timeout", stage=Stage.EXECUTE)
    if number == signal.SIGKILL:  # not by us: a child that we kill has no client any more
        return limit_exceeded("The run needed more memory than this runner has")
    name = signal.Signals(number).name if number > 0 else f"EXIT{ending.status}"
    error = RunError("provider_error", stage=Stage.EXECUTE, native_code=name)
    error.__cause__ = RunnerFailure(f"The child ended by {name}")
    return error
