"""A worker starts as its settings want it, or says in words what stands in the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from quantumruns import environment

ROOT = Path(__file__).parents[2]
# A root that is the only user of its namespace cannot give a child a uid of its own.
WITHOUT_USERS = ["unshare", "--map-root-user"]
# What the worker does with each of its runners, on one that is warm at once.
WAITS = """
import sys
from pathlib import Path
import django
django.setup()
from quantumruns.worker.runners import wait_for
from runs.runner.client import Runner
runner = Runner("tests.runs.programs.misbehaving", Path(sys.argv[1]))
runner.begin()
wait_for(runner)
runner.stop()
"""


@pytest.fixture
def run(tmp_path):
    """Run Python on a machine like ``within``; return its status and what it said."""

    def runs(*command, within=(), **settings):
        usual = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "quantumruns.settings",
            "QUANTUMRUNS_HOME": str(tmp_path),
            "RUNNER_FOLDER": str(tmp_path / "runner"),
            "SECRET_KEY": "k" * 50,
        }
        done = subprocess.run(
            [*within, sys.executable, *command],
            cwd=ROOT,
            env=usual | settings,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return runs


def test_strict_isolation_that_is_not_to_be_had_ends_the_worker_with_what_is_missing(run):
    status, said = run("manage.py", "worker", within=WITHOUT_USERS, RUNNER_ISOLATION="strict")
    assert status == 1
    assert "does not start: This machine does not give a child a user of its own." in said
    assert "RUNNER_ISOLATION is strict; with available it takes what the machine gives." in said
    assert "Traceback" not in said


def test_isolation_that_is_missing_is_told_with_the_setting_that_allows_it(run, tmp_path):
    status, said = run("-c", WAITS, str(tmp_path / "sockets"), within=WITHOUT_USERS)
    assert status == 0
    assert "is ready, but this machine does not give its children a user of its own." in said
    assert "RUNNER_ISOLATION=available allows that; with strict it would not start." in said


def test_a_runner_that_has_all_isolation_says_so(run, tmp_path):
    status, said = run("-c", WAITS, str(tmp_path / "sockets"))
    assert status == 0
    assert "is ready, and wholly isolated" in said


@pytest.mark.parametrize("value", ["Strict", "none", "", "off"])
def test_a_word_for_isolation_that_means_nothing_is_refused(value, monkeypatch):
    monkeypatch.setenv("RUNNER_ISOLATION", value)
    with pytest.raises(ImproperlyConfigured, match="must be strict or available"):
        environment.choice("RUNNER_ISOLATION", ("strict", "available"), "strict")


@pytest.mark.parametrize("value", ["0", "65", "-1", "two", "1.5", ""])
def test_a_worker_has_so_many_processes(monkeypatch, value):
    monkeypatch.setenv("WORKER_PROCESSES", value)
    with pytest.raises(ImproperlyConfigured, match="WORKER_PROCESSES must be a whole number from"):
        environment.number("WORKER_PROCESSES", 2, least=1, most=64)


def test_a_server_of_too_many_processes_says_so_and_does_not_start(tmp_path):
    settings = {"SECRET_KEY": "k" * 50, "QUANTUMRUNS_HOME": str(tmp_path), "WORKER_PROCESSES": "65"}
    command = [sys.executable, "-c", "import quantumruns.settings"]
    ended = subprocess.run(
        command, env={**os.environ, **settings}, capture_output=True, text=True, check=False
    )
    assert "WORKER_PROCESSES must be a whole number from 1 to 64, not '65'." in ended.stderr
