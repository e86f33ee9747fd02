"""A real worker on the database of the tests: stories kill it and start it again."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from quantumruns.supervisor import Program
from tests.runs.processes import children_of, is_alive, wait_until

READY = "Worker ready"
START_SECONDS = 120  # compiling into an empty cache takes half a minute of both cores
STOP_SECONDS = 60
# Whoever kills the tests wants no worker left behind.
DIE_WITH_THE_TESTS = ["setpriv", "--pdeathsig", "KILL"]
# The simulators' compiled kernels, kept from one run of the suite to the next.
KERNELS = Path(__file__).parents[1] / "var" / "numba"
ROOT = Path(__file__).parents[1]


class Worker:
    """``manage.py worker`` as a process of its own, with a data folder of its own.

    ``within`` is a command that runs the worker as its only child, such as ``unshare --fork``.
    """

    def __init__(self, folder, *, within=(), **environment):
        self._within = list(within)
        self.home = folder / "home"
        self.store = self.home / "evidence"
        self.key_file = folder / "keys" / "evidence.pem"
        self.log = folder / "worker.log"
        self._usual = environment
        self._changed = {}
        self._process = None
        self._seen = set()
        self._prepare(folder / "runner")

    def running(self, **changes):
        """Have a worker run with these changes to its usual environment; return this."""
        if self.is_running and changes != self._changed:
            self.stop()
        if not self.is_running:
            self._changed = changes
            self._start()
        return self

    def stop(self):
        """Ask the worker to end, as a supervisor does; return its exit status."""
        self._look()
        os.kill(self.pid, signal.SIGTERM)
        return self._wait()

    def kill(self):
        """Kill the command at once; what it started has to follow by itself."""
        self._look()
        os.kill(self.pid, signal.SIGKILL)
        return self._wait()

    def close(self):
        """Stop the worker if it runs, and see that nothing of it is left."""
        status = self.stop() if self.is_running else 0
        assert status == 0, self.said

    @property
    def is_running(self):
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self):
        """The command's process."""
        return children_of(self._process.pid)[0] if self._within else self._process.pid

    @property
    def said(self):
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    @property
    def simulator(self):
        """The process that forks one child for each simulation."""
        (found,) = [pid for pid in children_of(self.pid) if _is(pid, "simulation")]
        return found

    @property
    def has_simulator(self):
        """Whether that process was started, ready or not."""
        return any(_is(pid, "simulation") for pid in children_of(self.pid))

    @property
    def simulations(self):
        """The processes that simulate at this moment."""
        return children_of(self.simulator)

    @property
    def guard(self):
        """The process that starts the cluster's others and replaces those that die."""
        (found,) = [pid for pid in children_of(self.pid) if not _is(pid, "-I")]
        return found

    @property
    def cluster(self):
        """The processes of a cluster in which none was replaced, by what they do."""
        *tasks, monitor, pusher = sorted(children_of(self.guard))
        return {"guard": self.guard, "tasks": tasks, "monitor": monitor, "pusher": pusher}

    @property
    def busy_task(self):
        """The task process that waits for a simulation: it has one connection more than others."""
        return max(children_of(self.guard), key=_unix_sockets)

    def _prepare(self, runner):
        runner.mkdir(parents=True)
        KERNELS.mkdir(parents=True, exist_ok=True)
        (runner / "cache").symlink_to(KERNELS)
        self._own = {
            "DJANGO_SETTINGS_MODULE": "quantumruns.settings",
            "QUANTUMRUNS_HOME": str(self.home),
            "RUNNER_FOLDER": str(runner),
            "EVIDENCE_SIGNING_KEY_FILE": str(self.key_file),
            "SECRET_KEY": settings.SECRET_KEY,
            "SITE_URL": settings.SITE_URL,
            "DATABASE_URL": _database_url(),
        }
        self.home.mkdir()

    @property
    def program(self):
        """The worker as a supervisor runs it."""
        return Program("worker", self._command, self._environment, self.log, grace_seconds=30)

    def follow(self, process):
        """Go on with ``process``, which a supervisor started."""
        self._process = process

    def begin(self):
        """Start the worker and do not wait until it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def _command(self):
        worker = [sys.executable, str(ROOT / "manage.py"), "worker"]
        return [*DIE_WITH_THE_TESTS, *self._within, *worker]

    @property
    def _environment(self):
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**inherited, **self._own, **self._usual, **self._changed}

    def _start(self):
        starts = self.said.count(READY)
        self.begin()
        wait_until(
            lambda: self.said.count(READY) > starts or not self.is_running, seconds=START_SECONDS
        )
        assert self.is_running, self.said

    def _look(self):
        """Remember every process of the worker."""
        self._seen = {self._process.pid}
        found = [self._process.pid]
        while found:
            found = [child for pid in found for child in children_of(pid)]
            self._seen |= set(found)

    def _wait(self):
        status = self._process.wait(STOP_SECONDS)
        wait_until(lambda: not any(map(is_alive, self._seen)))
        return status


def _database_url():
    """Return the address of the test database for another process."""
    if connection.vendor == "postgresql":
        name = connection.settings_dict["NAME"]
        return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    if connection.is_in_memory_db():
        pytest.fail("a worker needs a database that is a file: set TEST_DATABASE_FILE")
    return f"sqlite:///{Path(connection.settings_dict['NAME']).resolve()}"


def _is(pid, word):
    return word in Path(f"/proc/{pid}/cmdline").read_bytes().decode()


def _unix_sockets(pid):
    lines = Path("/proc/net/unix").read_text().splitlines()[1:]
    inodes = {f"socket:[{line.split()[6]}]" for line in lines}
    number = 0
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a file that was open for a moment
            number += str(entry.readlink()) in inodes
    return number
