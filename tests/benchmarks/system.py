"""The whole product on a data folder of its own: the web process and the worker of ``bin/up``.

They run on the database of ``DATABASE_URL``, by default an SQLite file in that folder.
"""

import http.client
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace

_ROOT = Path(__file__).parents[2]
# Compiled kernels are kept from one time to the next: they are not what is measured.
_KERNELS = _ROOT / "var" / "numba"
_READY_SECONDS = 240
_TOO_MANY_TO_MATTER = "1000000"
_PATIENCE = 0.02


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class System(AbstractContextManager):
    """The running product, and somebody who may run circuits in it."""

    def __init__(self):
        self.home = Path(tempfile.mkdtemp(prefix="quantumruns-benchmark-"))
        self.port = _free_port()
        self._supervisor = None

    def __enter__(self):
        self._prepare()
        from quantumruns.management.commands import serve
        from quantumruns.supervisor import Supervisor

        self.worker, self.web = serve.worker_program(), serve.web_program()
        self._supervisor = Supervisor([self.web, self.worker])
        self._running = self._supervisor.running()
        self._running.__enter__()
        started = time.perf_counter()
        if not self._supervisor.wait_until(self._is_ready, seconds=_READY_SECONDS):
            raise RuntimeError(f"Not ready: see {self.home}/logs")
        self.start_seconds = time.perf_counter() - started
        return self

    def __exit__(self, *exception):
        if self._supervisor is not None:
            self._running.__exit__(*exception)
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def web_pid(self):
        return self._process(self.web).pid

    @property
    def worker_pid(self):
        return self._process(self.worker).pid

    def _process(self, program):
        (found,) = [one.process for one in self._supervisor._children if one.program is program]
        return found

    def _prepare(self):
        """Make the folder, the database, the key and a person, as ``bin/up`` does."""
        runner = self.home / "runner"
        for folder in (runner, self.home / "logs", self.home / "static", _KERNELS):
            folder.mkdir(parents=True, exist_ok=True)
        (runner / "cache").symlink_to(_KERNELS)
        many = (
            "API_RATE_READ",
            "API_RATE_WRITE",
            "API_RATE_RUNS",
            "RUN_LIMIT_QUEUED_RUNS_PER_USER",
        )
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "quantumruns.settings",
            "QUANTUMRUNS_HOME": str(self.home),
            "RUNNER_FOLDER": str(runner),
            "PORT": str(self.port),
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "EVIDENCE_SIGNING_KEY_FILE": str(self.home / "keys" / "signing.pem"),
            **dict.fromkeys(many, _TOO_MANY_TO_MATTER),
        }
        os.chdir(_ROOT)
        for command in (
            ["migrate", "--no-input", "-v", "0"],
            ["evidence_key", "create", "--if-missing"],
        ):
            subprocess.run(
                [sys.executable, "manage.py", *command], check=True, stdout=subprocess.DEVNULL
            )
        import django

        django.setup()
        self._make_a_person()

    def _make_a_person(self):
        from accounts import tokens
        from accounts.models import Scope
        from tests import make

        self.person = make.user(f"{secrets.token_hex(6)}@example.org", name="Bench Mark")
        workspace = make.workspace("Benchmark", owner=self.person)
        self.workflow = make.workflow(workspace, by=self.person)
        _, self.token = tokens.issue(self.person, name="benchmark", scopes=Scope.values)

    def _is_ready(self):
        from quantumruns.management.commands.serve import is_healthy

        said = self.worker.log.read_text() if self.worker.log.exists() else ""
        return "Worker ready" in said and is_healthy(self.port)

    def stop_worker(self):
        """End the worker alone; nobody starts it again."""
        process = self._process(self.worker)
        process.terminate()
        process.wait()

    def client(self):
        return Client(self.port, self.token, self.workflow.public_id)


class Client:
    """A program that calls the API; what it asks of one run goes over one connection."""

    def __init__(self, port, token, workflow_id):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._workflow_id = workflow_id
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
        }

    def submit(self, operations, *, shots, evidence=True):
        """Ask for a run, over a connection of its own; return its answer."""
        self._connection.close()
        body = {
            "workflowId": self._workflow_id,
            "mode": "simulator",
            "providerId": "local",
            "deviceId": "braket_sv",
            "shots": shots,
            "sourceKind": "circuitOperations",
            "circuitOperations": operations,
            "evidenceRequested": evidence,
        }
        headers = {**self._headers, "Idempotency-Key": secrets.token_hex(8)}
        return self._call("POST", "/api/v1/runs/", json.dumps(body), headers)

    def read(self, run_id):
        return self._call("GET", f"/api/v1/runs/{run_id}/", None, self._headers)

    def visible(self, run_id):
        """Read a run again and again, and return it as soon as its result is there.

        Asking costs the web process a few milliseconds, so that of long runs it is asked less often.
        """
        begun = time.perf_counter()
        while True:
            run = self.read(run_id)
            if run["status"] == "completed":
                return run
            if run["status"] in {"failed", "cancelled"}:
                raise RuntimeError(run["error"])
            time.sleep(max(0.001, _PATIENCE * (time.perf_counter() - begun)))

    def _call(self, method, path, body, headers):
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{answer.status}: {text[:500]}")
        return json.loads(text)


def row(run_id):
    """Return the row of a run, read beside the web process, which is left alone."""
    from accounts import identifiers
    from runs.models import Run

    names = (
        "status", "evidence_state", "created_at", "submitted_at", "started_at", "finished_at",
        "sealed_at", "execution_seconds",
    )  # fmt: skip
    return SimpleNamespace(**Run.objects.values(*names).get(pk=identifiers.decode("run", run_id)))


def wait_until_sealed(run_id):
    """Wait until the worker has nothing left to do for a run; return its row."""
    while (found := row(run_id)).evidence_state in {"pending", "building"}:
        time.sleep(0.01)
    return found
