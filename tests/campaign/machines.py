"""The machines of the campaign, seen from outside: their processes and what each is for."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from dataclasses import asdict
from pathlib import Path

from quantumruns.supervisor import Program
from tests.runs.processes import children_of, parent_of
from tests.worker import DIE_WITH_THE_TESTS, ROOT, Worker

STOP_SECONDS = 60


class Machine:
    """One program under a supervisor that starts it again whenever it ends."""

    def __init__(self, program):
        self.program = program
        self._supervisor = None

    def start(self):
        described = json.dumps({**asdict(self.program), "log": str(self.program.log)})
        with self.program.log.with_suffix(".supervisor.log").open("wb") as log:
            self._supervisor = subprocess.Popen(
                [*DIE_WITH_THE_TESTS, sys.executable, "-m", "tests.campaign.supervised", described],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self):
        """End it as an operator does; return the exit status of the supervisor."""
        self._supervisor.send_signal(signal.SIGTERM)
        return self._supervisor.wait(STOP_SECONDS)

    def close(self):
        if self._supervisor is not None and self._supervisor.poll() is None:
            self.stop()

    @property
    def pid(self):
        """The process of the program itself, while there is one."""
        found = children_of(self._supervisor.pid)
        return found[0] if found else None

    @property
    def said(self):
        return self.program.log.read_text(errors="replace") if self.program.log.exists() else ""


class WorkerMachine(Machine):
    """A machine with a worker: a home and runners of its own, the key and the store of the site."""

    def __init__(self, folder, *, store, **environment):
        self.worker = Worker(folder, **environment)
        self.store_link = self.worker.store
        self.store_link.symlink_to(store)
        super().__init__(self.worker.program)

    @property
    def is_ready(self):
        """Whether the cluster is there to work; before it, the runners get warm."""
        return self.guard is not None

    @property
    def guard(self):
        return next((pid for pid in self._children if not _says(pid, b"-I")), None)

    @property
    def tasks(self):
        """The task processes and whatever else the guard looks after."""
        return children_of(self.guard) if self.guard else []

    def zygote(self, program):
        """The process that forks a child for each simulation, or for each certificate."""
        return next((pid for pid in self._children if _says(pid, program)), None)

    def has(self, pid):
        """Tell whether ``pid`` is one of the cluster's processes."""
        guard = parent_of(pid)
        return guard is not None and guard == self.guard

    def roles(self):
        """Return the pusher and the monitor, as far as they can be told from outside.

        A cluster forks its task processes first, then the monitor, then the pusher.
        """
        processes = sorted(self.tasks)
        return {"monitor": processes[-2], "pusher": processes[-1]} if len(processes) > 1 else {}

    @property
    def _children(self):
        return children_of(self.pid) if self.pid else []


class WebMachine(Machine):
    """A machine with gunicorn and its processes."""

    def __init__(self, folder, *, store, **environment):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        (self.home / "evidence").symlink_to(store)
        (self.home / "static").mkdir()
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        own = {
            "DJANGO_SETTINGS_MODULE": "quantumruns.settings",
            "QUANTUMRUNS_HOME": str(self.home),
            "SITE_URL": "http://testserver",
            "ALLOWED_HOSTS": "127.0.0.1",
            "PORT": str(self.port),
            "WEB_PROCESSES": "2",
            "WEB_THREADS": "4",
        }
        command = [sys.executable, "-m", "gunicorn", "--config", "python:quantumruns.webserver"]
        super().__init__(
            Program("web", command, {**inherited, **own, **environment}, folder / "web.log", 15)
        )

    @property
    def processes(self):
        return children_of(self.pid) if self.pid else []

    def has(self, pid):
        return pid in self.processes

    @property
    def is_ready(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2):
                return True
        except OSError:
            return False


def kill(pid):
    """Kill a process that may be gone already."""
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _says(pid, word):
    try:
        return word in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
