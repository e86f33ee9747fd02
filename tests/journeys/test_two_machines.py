"""Two worker machines and one PostgreSQL: the work is spread, and one of them may go up in smoke.

A machine is a set of namespaces of its own: no network in common, no process in sight of the other.
They meet in the database, over its Unix socket, and in the store of the evidence.
"""

import os
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.db import connection

from evidence import keys
from runs.models import Run
from tests.journeys.test_worker import kinds, layers
from tests.runs.processes import is_alive, wait_until
from tests.worker import READY, START_SECONDS, Worker

pytestmark = pytest.mark.postgres_only
LONG = 400
_AS_ROOT = ["--map-root-user"] if os.geteuid() else []
MACHINE = ["unshare", *_AS_ROOT, "--fork", "--kill-child=KILL", "--pid", "--mount-proc"]
MACHINE += ["--net", "--uts", "--ipc"]


def by_unix_socket():
    """Return the address of the test database for somebody who has no network."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    place = {"host": str(Path(os.environ["PGDATA"]).parent), "port": parts.port}
    user = f"{parts.username}:{quote(parts.password)}"
    return f"postgresql://{user}@/{connection.settings_dict['NAME']}?{urlencode(place)}"


def network_of(machine):
    return Path(f"/proc/{machine.pid}/ns/net").readlink()


@pytest.fixture
def machines(tmp_path, transactional_db, settings, evidence_store):
    """Two machines that are ready, with the key and the store of one site."""
    evidence_store.mkdir()
    settings.EVIDENCE_SIGNING_KEY_FILE = str(tmp_path / "evidence.pem")
    keys.create()
    made = []
    for name in ("first", "second"):
        machine = Worker(
            tmp_path / name,
            within=MACHINE,
            DATABASE_URL=by_unix_socket(),
            EVIDENCE_SIGNING_KEY_FILE=settings.EVIDENCE_SIGNING_KEY_FILE,
            LEASE_SECONDS="4",
            RUN_LIMIT_ACTIVE_RUNS_PER_USER="4",
        )
        machine.store.symlink_to(evidence_store)
        machine.begin()
        made.append(machine)
    wait_until(lambda: all(READY in machine.said for machine in made), seconds=START_SECONDS)
    yield made
    for machine in made:
        machine.close()


def test_runs_are_spread_and_none_is_lost_with_a_machine(machines, submit, sealed):
    first, second = machines
    assert network_of(first) != network_of(second)
    runs = [submit(circuit_operations=layers(LONG), seed=seed) for seed in range(4)]
    wait_until(lambda: first.simulations and second.simulations, seconds=60)
    left = [first.guard, *first.simulations]

    first.kill()

    assert not any(map(is_alive, left))
    runs = [sealed(run) for run in runs]
    assert [run.status for run in runs] == ["completed"] * 4
    lost = [kinds(run).count("run.attempt_lost") for run in runs]
    assert lost == [run.attempt - 1 for run in runs]
    assert 1 <= sum(lost) <= 2
    assert Run.objects.count() == 4
