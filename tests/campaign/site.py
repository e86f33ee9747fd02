"""The site of a campaign: web and two workers on machines of their own, one database, one disk."""

import threading
import time

from django.conf import settings
from django.db import connection

from tests.campaign.clients import Person
from tests.campaign.disk import Disk
from tests.campaign.machines import WebMachine, WorkerMachine
from tests.campaign.postgres import Postgres
from tests.campaign.proxy import Proxy
from tests.runs.processes import parent_of, wait_until

# The database's clock runs ahead from the start: nobody else's time may count.
AHEAD_SECONDS = 2 * 3600
START_SECONDS = 300
LEASE_SECONDS = 4
ATTEMPTS = 20  # more than a run meets faults, so that none is given up by plan
ACTIVE_RUNS = 2
QUEUED_RUNS = 3


class Site:
    """Everything that runs, but for the people who use it."""

    def __init__(self, folder, *, database, key_file, seed):
        self.folder = folder
        self.postgres = Postgres()
        self.proxy = Proxy(self.postgres.address, seed=seed)
        self.jumps = []  # (when the database's clock jumped, by how many seconds)
        self.disk = Disk(folder / "disk")
        self.over = threading.Event()
        self.machines = []
        self._database = database
        self._key_file = key_file
        self.people = []

    def start(self):
        """Set the clock, open the network and start the machines; return when all is ready."""
        self.postgres.stop(mode="fast")  # what made the tables does not wait for its commits
        self.postgres.start(ahead_seconds=AHEAD_SECONDS)
        self._wait_for_commits()
        self.proxy.start()
        worker = {**self._environment(), "EVIDENCE_SIGNING_KEY_FILE": str(self._key_file)}
        self.web = WebMachine(self.folder / "web", store=self.disk.store, **self._environment())
        self.workers = [
            WorkerMachine(self.folder / name, store=self.disk.store, **worker)
            for name in ("worker-1", "worker-2")
        ]
        self.machines = [self.web, *self.workers]
        for machine in self.machines:
            machine.start()
        wait_until(
            lambda: all(machine.is_ready for machine in self.machines), seconds=START_SECONDS
        )

    def _wait_for_commits(self):
        """Have every commit wait for the disk, unlike in other tests, as this server crashes."""
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{self._database}" SET synchronous_commit TO on')
        connection.close()

    def add_person(self, name, token, workflow, *, seed):
        person = Person(
            self.web.port, token, workflow.public_id, name=name, seed=seed, over=self.over
        )
        self.people.append(person)

    def is_task(self, pid):
        """Tell whether ``pid`` is a process of some worker's cluster."""
        return any(worker.has(pid) for worker in self.workers)

    def machine_of(self, pid):
        """Return the worker that the cluster process ``pid`` belongs to, or None."""
        guard = parent_of(pid)
        found = [worker for worker in self.workers if guard is not None and worker.guard == guard]
        return found[0] if found else None

    def restart_database(self, *, away_seconds, jump_seconds=0):
        self.postgres.stop()
        time.sleep(away_seconds)
        ahead = self.postgres.ahead_seconds
        self.postgres.start(ahead_seconds=ahead + jump_seconds)
        if jump_seconds:
            self.jumps.append((time.time() + ahead, jump_seconds))

    def heal(self):
        """Undo what goes on going wrong."""
        self.proxy.aim(None)
        self.proxy.delay_seconds = self.proxy.cut_share = 0.0
        self.disk.free()

    def close(self):
        self.over.set()
        for machine in self.machines:
            machine.close()
        self.proxy.stop()
        self.disk.close()

    def _environment(self):
        return {
            "DJANGO_SETTINGS_MODULE": "quantumruns.settings",
            "DATABASE_URL": self.postgres.url(self._database, port=self.proxy.port),
            "SECRET_KEY": settings.SECRET_KEY,
            "LEASE_SECONDS": str(LEASE_SECONDS),
            "WORKER_PATIENCE_SECONDS": "4",
            "WORKER_FINISH_SECONDS": "2",
            "EVIDENCE_LEASE_SECONDS": "6",
            "EVIDENCE_ATTEMPTS": str(ATTEMPTS),
            "EVIDENCE_WAIT_SECONDS": "2 4",
            "RUN_LIMIT_ATTEMPTS": str(ATTEMPTS),
            "RUN_LIMIT_ACTIVE_RUNS_PER_USER": str(ACTIVE_RUNS),
            "RUN_LIMIT_QUEUED_RUNS_PER_USER": str(QUEUED_RUNS),
            "API_RATE_READ": "1000000",
            "API_RATE_WRITE": "1000000",
            "API_RATE_RUNS": "1000000",
        }
