"""``manage.py serve``: the web process and the worker, kept running in the foreground."""

import contextlib
import fcntl
import http.client
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from quantumruns.supervisor import Program, Supervisor

WEB_GRACE_SECONDS = 15.0
WORKER_GRACE_SECONDS = 10.0  # beyond the time in which it lets runs finish
READY_SECONDS = 60.0

# What the worker alone may know: the signing key, and whatever opens an account at a provider.
WORKER_ONLY = ("EVIDENCE_SIGNING_KEY_FILE", "AWS_", "BOTO", "PROVIDER_")


class Command(BaseCommand):
    """Start web and worker, say when they are ready, make the demo once, and stay."""

    help = "Runs the web process and the worker until Ctrl-C, restarting one that dies."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="leave out the demo workspace")

    def handle(self, *_args: Any, no_demo: bool, **_options: Any) -> None:
        os.chdir(settings.BASE_DIR)
        port = _port()
        with _only_one(settings.HOME / "serve.lock"):
            _refuse_taken(port)
            supervisor = Supervisor([web_program(), worker_program()])
            with supervisor.running():
                self._serve(supervisor, port, demo=not no_demo)
                supervisor.say(
                    f"\nStopping. Runs may finish for {settings.WORKER_FINISH_SECONDS} s;"
                    " what takes longer is taken up at the next start."
                )
        supervisor.say("Stopped.")

    def _serve(self, supervisor: Supervisor, port: int, *, demo: bool) -> None:
        logs = settings.HOME / "logs"
        supervisor.say("Starting web and worker ...")
        if supervisor.wait_until(lambda: is_healthy(port), seconds=READY_SECONDS):
            if demo:
                _make_demo(supervisor)
            supervisor.say(
                f"\nQuantumRuns is at {settings.SITE_URL}  (Ctrl-C stops it)\n"
                f"Logs and e-mails are in {logs}"
            )
        elif not supervisor.stopping:
            supervisor.say(f"Not ready after {READY_SECONDS:g} s, still trying. See {logs}")
        supervisor.wait_until(lambda: False)


def web_program() -> Program:
    """Return the web process, which gets no key and no credentials of a provider."""
    return Program(
        name="web",
        command=[sys.executable, "-m", "gunicorn", "--config", "python:quantumruns.webserver"],
        environment=without_secrets(os.environ),
        log=settings.HOME / "logs" / "web.log",
        grace_seconds=WEB_GRACE_SECONDS,
    )


def worker_program() -> Program:
    """Return the worker, which signs evidence and talks to providers."""
    key = settings.EVIDENCE_SIGNING_KEY_FILE or str(settings.HOME / "keys" / "signing.pem")
    return Program(
        name="worker",
        command=[sys.executable, "manage.py", "worker"],
        environment={**os.environ, "EVIDENCE_SIGNING_KEY_FILE": key},
        log=settings.HOME / "logs" / "worker.log",
        grace_seconds=settings.WORKER_FINISH_SECONDS + WORKER_GRACE_SECONDS,
    )


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what the worker alone may know."""
    return {name: value for name, value in environment.items() if not name.startswith(WORKER_ONLY)}


def is_healthy(port: int) -> bool:
    """Return whether the web process answers ``/healthz`` with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": urlsplit(settings.SITE_URL).netloc})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _make_demo(supervisor: Supervisor) -> None:
    """Run the demo command, which does nothing where a demo is, and show what it says."""
    supervisor.say("Waiting for the simulators and the demo (a minute or two the first time) ...")
    log: Path = settings.HOME / "logs" / "demo.log"
    log.unlink(missing_ok=True)
    program = Program(
        name="demo",
        command=[sys.executable, "manage.py", "demo", "--if-missing"],
        environment={**without_secrets(os.environ), "LOG_LEVEL": "WARNING"},
        log=log,
        grace_seconds=WEB_GRACE_SECONDS,
    )
    try:
        status = supervisor.run_once(program)
        supervisor.say(log.read_text(encoding="utf-8").rstrip())
    finally:
        # It shows passwords, which are for the person and for no file.
        log.unlink(missing_ok=True)
    if status:
        supervisor.say(f"The demo could not be made (exit code {status}); the rest works.")


def _port() -> int:
    value = os.environ.get("PORT", "8000")
    if not value.isdecimal() or not 0 < int(value) < 2**16:
        raise CommandError(f"PORT must be a number from 1 to 65535, not {value!r}.")
    return int(value)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). "
                f"Choose another: PORT={port + 1} bin/up"
            ) from error


@contextlib.contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold the data folder, so that two supervisors never share one."""
    with path.open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise CommandError(
                f"QuantumRuns already runs on this data folder (process {lock.read().strip()}). "
                "Stop it first, or set QUANTUMRUNS_HOME to another folder."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
