"""Whatever becomes of a worker's processes, its supervisor has one that works, and runs complete."""

import io
import os
import signal

import pytest

from quantumruns.supervisor import Supervisor
from tests.journeys.test_worker import kinds, layers
from tests.runs.processes import is_alive
from tests.worker import READY, Worker

# Nothing of this hangs on the database, so once is enough.
pytestmark = pytest.mark.postgres_only
PATIENCE_SECONDS = 3
LONG = 400


@pytest.fixture(scope="module")
def machine(django_db_setup, tmp_path_factory):
    """A machine whose worker is looked after by a supervisor."""
    worker = Worker(
        tmp_path_factory.mktemp("worker"),
        LEASE_SECONDS="4",
        WORKER_PATIENCE_SECONDS=str(PATIENCE_SECONDS),
    )
    return SupervisedWorker(worker)


@pytest.fixture(scope="module", autouse=True)
def supervised(machine):
    with machine.supervisor.running():
        machine.wait_for(lambda: READY in machine.worker.said, seconds=120)
        yield machine


class SupervisedWorker:
    """A worker, and the supervisor that starts it anew while a story waits."""

    def __init__(self, worker):
        self.worker = worker
        self.store, self.key_file = worker.store, worker.key_file
        self.supervisor = Supervisor([worker.program], output=io.StringIO(), settled_seconds=0.0)

    @property
    def process(self):
        return self.supervisor._children[0].process

    @property
    def parts(self):
        """The processes of the cluster, by what they do."""
        self.worker.follow(self.process)
        return self.worker.cluster

    @property
    def is_restarted_since(self):
        before, said = self.process.pid, self.worker.said.count(READY)
        return lambda: (
            self.process is not None
            and self.process.pid != before
            and self.worker.said.count(READY) > said
        )

    def wait_for(self, condition, *, seconds=40):
        assert self.supervisor.wait_until(condition, seconds=seconds), self.worker.said[-4000:]


@pytest.fixture
def finish(supervised, sealed):
    """Wait until runs have ended and are sealed while the supervisor does its work."""

    def finished(*runs):
        def are_settled():
            for run in runs:
                run.refresh_from_db()
            return all(run.evidence_state == "ready" for run in runs)

        supervised.wait_for(are_settled, seconds=60)
        return [sealed(run) for run in runs]

    return finished


@pytest.fixture
def cluster(supervised, worker):
    """The processes of the cluster, of which no story has replaced one before."""
    return supervised.parts


def freeze(*pids):
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)


def kill(*pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


WEDGES = {
    "the queue is not looked at": lambda cluster: freeze(cluster["pusher"]),
    "no task process takes anything": lambda cluster: freeze(*cluster["tasks"]),
    "the guard is dead": lambda cluster: kill(cluster["guard"]),
}


@pytest.mark.parametrize("wedge", WEDGES.values(), ids=WEDGES)
def test_a_wedged_cluster_is_ended_and_started_anew(wedge, cluster, supervised, submit, finish):
    is_restarted, left = supervised.is_restarted_since, [*cluster["tasks"], cluster["pusher"]]
    wedge(cluster)
    (run,) = finish(submit())
    assert (run.status, run.attempt) == ("completed", 1)
    assert is_restarted()
    assert not any(map(is_alive, left))


@pytest.fixture
def simulated(submit, supervised, cluster):
    """Ask for long runs, and wait until as many processes simulate them."""

    def started(number):
        runs = [submit(circuit_operations=layers(LONG), shots=100) for _ in range(number)]
        supervised.wait_for(lambda: len(supervised.worker.simulations) == number)
        return runs

    return started


def test_a_run_whose_task_is_frozen_is_taken_over_and_the_late_result_thrown_away(
    simulated, supervised, finish
):
    runs = simulated(1)
    frozen = supervised.worker.busy_task
    freeze(frozen)
    (run,) = finish(*runs)
    assert (run.status, run.attempt) == ("completed", 2)
    assert kinds(run).count("run.attempt_lost") == 1

    os.kill(frozen, signal.SIGCONT)
    supervised.wait_for(lambda: "its result is thrown away" in supervised.worker.said)
    (again,) = finish(run)
    assert (again.counts, again.attempt) == (run.counts, 2)


def test_runs_all_of_whose_tasks_are_frozen_are_executed_by_the_next_worker(
    simulated, cluster, supervised, finish
):
    runs = simulated(2)
    is_restarted = supervised.is_restarted_since
    freeze(*cluster["tasks"])
    for run in finish(*runs):
        assert (run.status, run.attempt) == ("completed", 2)
    assert is_restarted()


def test_parts_that_die_while_they_are_idle_cost_no_run(cluster, supervised, submit, finish):
    """They are replaced, or take a lock of the library's along, and then the watchdog comes."""
    for victim in (cluster["tasks"][0], cluster["monitor"], cluster["pusher"]):
        if is_alive(victim):  # else the whole group was ended with the one before
            kill(victim)
        runs = finish(*[submit(seed=seed) for seed in range(3)])
        assert {(run.status, run.attempt) for run in runs} == {("completed", 1)}
    supervised.process.terminate()
    supervised.process.wait(10)  # whatever became of the library's locks
