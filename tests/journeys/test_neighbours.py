"""What one person's program does to the machine, a neighbour's runs hardly notice."""

from statistics import median

import pytest

from runs import lifecycle
from runs.contract import RunRequest
from tests import make
from tests.runs.processes import wait_until
from tests.worker import Worker

# Of processors, not of the database.
pytestmark = pytest.mark.postgres_only
QUBITS = 20
WALL_SECONDS = 3
# How much slower the median of a neighbour's runs may get beside any of the programs below.
SLOWER = 3
CALM_RUNS = 9


def everywhere(gate, qubits, **more):
    return [{"gate": gate, "targets": [qubit], **more} for qubit in range(qubits)]


def layers(operations):
    layer = everywhere("rx", QUBITS, angle=0.3)
    layer += [{"gate": "cnot", "controls": [q], "targets": [q + 1]} for q in range(QUBITS - 1)]
    return [layer[place % len(layer)] for place in range(operations)]


def text(source, **more):
    head = "OPENQASM 3.0; qubit[16] q; bit[16] b;\n"
    return {
        "source_kind": "openqasm3", "circuit_operations": None, "source": head + source, **more
    }  # fmt: skip


BRANCHES = "".join(
    f"h q[{n}]; b[{n}] = measure q[{n}]; if (b[{n}] == 1) {{ ry(0.3) q[{15 - n}]; }}\n"
    for n in range(16)
)
HOSTILE = {
    "processor": ({"circuit_operations": layers(2_000)}, {"timeout"}),
    "branches": (text(BRANCHES, shots=100_000), {"timeout", ""}),
    "a long text": (text("h q;\n" * 999), {"runner_limit_exceeded"}),
    "outcomes": ({"circuit_operations": everywhere("h", QUBITS), "shots": 100_000}, {""}),
}


@pytest.fixture(scope="module")
def machine(django_db_setup, tmp_path_factory):
    folder = tmp_path_factory.mktemp("worker")
    worker = Worker(folder, RUN_LIMIT_WALL_SECONDS=str(WALL_SECONDS))
    yield worker
    worker.close()


@pytest.fixture
def hostile(stranger):
    """Ask for a run as somebody whom the neighbour has nothing to do with."""
    workflow = make.workflow(stranger.memberships.get().workspace, by=stranger)
    usual = {"mode": "simulator", "provider_id": "local", "device_id": "braket_sv", "shots": 100}
    usual |= {"source_kind": "circuitOperations", "evidence_requested": False}

    def submitted(changes):
        return lifecycle.submit(RunRequest(**usual | changes), workflow=workflow, by=stranger)

    return submitted


@pytest.fixture
def pace(submit):
    """Run a Bell pair and return the seconds that it took."""

    def seconds():
        run = submit(evidence_requested=False)
        wait_until(lambda: is_over(run), seconds=30)
        assert run.status == "completed"
        return (run.finished_at - run.created_at).total_seconds()

    return seconds


def is_over(run):
    run.refresh_from_db()
    return run.is_terminal


def test_hostile_programs_are_contained_and_a_neighbour_keeps_the_pace(worker, hostile, pace):
    """Calm is measured before and after each, so that what else the machine does counts little."""
    worker.running()
    processes = (worker.pid, worker.simulator, worker.cluster)
    calm = [median(pace() for _ in range(CALM_RUNS))]
    beside = {}
    for name, (program, ends) in HOSTILE.items():
        run, paces = hostile(program), []
        while not is_over(run):
            paces.append(pace())
        assert run.error_code in ends, name
        calm.append(median(pace() for _ in range(CALM_RUNS)))
        beside[name] = median(paces) / max(calm[-2:]) if paces else 1.0
    assert {name: ratio for name, ratio in beside.items() if ratio > SLOWER} == {}
    assert (worker.pid, worker.simulator, worker.cluster) == processes
