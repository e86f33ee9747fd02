"""Every run ends, once, with its evidence, whatever becomes of the worker in between."""

import os
import signal
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django_q.models import OrmQ, Schedule, Task

from accounts import clock
from evidence import heads, log, trust
from evidence.models import Checkpoint
from quantumruns.worker.main import HAND_BACK_SECONDS
from runs import lifecycle
from runs.models import Run
from tests import planting
from tests.runs.processes import is_alive, wait_until

QUBITS = 20
# Two seconds of a processor at least, and a third of a minute at most on a busy machine.
LONG = 400


def layers(operations):
    """A circuit without a short cut: rotations and entangling gates in turn on every qubit."""
    layer = [{"gate": "rx", "targets": [q], "angle": 0.3 + q} for q in range(QUBITS)]
    layer += [{"gate": "cnot", "controls": [q], "targets": [q + 1]} for q in range(QUBITS - 1)]
    return [layer[place % len(layer)] for place in range(operations)]


def kinds(run):
    return list(run.events.order_by("seq").values_list("kind", flat=True))


@pytest.fixture(autouse=True)
def at_work(worker):
    return worker.running()


@pytest.fixture
def simulated(submit, worker):
    """Ask for a long run, and wait until a process simulates it."""

    def started(operations=LONG):
        run = submit(circuit_operations=layers(operations), shots=100)

        def is_underway():
            run.refresh_from_db()
            assert not run.is_terminal, run.error
            return run.status == "running" and worker.simulations

        wait_until(is_underway, seconds=30)
        return run

    return started


def still_simulated(run, worker):
    """Return the one process that simulates ``run`` at this moment."""
    (simulation,) = worker.simulations
    run.refresh_from_db()
    assert run.status == "running"
    return simulation


def test_a_run_is_executed_and_sealed(submit, sealed):
    run = sealed(submit(seed=7))
    assert run.status == "completed"
    assert run.counts == {"00": 500, "11": 500}
    assert run.sampling == "exact-probabilities-multinomial"
    assert kinds(run) == [
        "run.requested",
        "run.validated",
        "run.queued",
        "run.claimed",
        "run.started",
        "run.completed",
    ]
    moments = [run.created_at, run.submitted_at, run.started_at, run.finished_at, run.sealed_at]
    assert moments == sorted(moments)


def test_the_log_of_what_was_sealed_is_signed(submit, sealed, worker):
    packet = sealed(submit(seed=7)).packets.get()
    worker.stop()
    worker.running()  # what is due is looked for at the start, and every minute from then on
    wait_until(Checkpoint.objects.exists, seconds=30)
    found = heads.check_proof(log.proof(packet.log_entry).encode(), trust.keys())
    assert (found.is_good, found.evidence_id) == (True, packet.manifest_sha256)


def test_noise_is_simulated_and_sealed(submit, sealed):
    """Damping with certainty leaves 0, and a bit that is flipped in half of the shots is a coin."""
    operations = [
        {"gate": "x", "targets": [0]},
        {"gate": "amplitude_damping", "targets": [0], "probability": 1},
        {"gate": "bit_flip", "targets": [0], "probability": 0.5},
    ]
    run = sealed(submit(device_id="braket_dm", circuit_operations=operations, seed=7))
    assert (run.status, run.sampling) == ("completed", "exact-probabilities-multinomial")
    assert run.counts == {"0": 500, "1": 500}


def test_result_types_are_found_and_sealed_with_shots_and_without(submit, sealed):
    asked = [
        {"type": "expectation", "observable": ["x", "x"], "targets": [0, 1]},
        {"type": "probability", "targets": [0]},
    ]
    exact = sealed(submit(result_types=asked, shots=0))
    assert (exact.status, exact.counts, exact.sampling) == ("completed", None, "exact-values")
    assert [value.get("value") for value in exact.values] == [1, None]
    assert exact.values[1]["probabilities"] == {"0": 0.5, "1": 0.5}

    estimated = sealed(submit(result_types=asked[:1], shots=100, seed=7))
    assert set(estimated.counts) == {"00", "11"}
    assert estimated.values == [asked[0] | {"value": 1, "standardError": 0}]


def test_the_same_seed_gives_the_same_counts(submit, sealed):
    program = "OPENQASM 3.0; qubit[3] q; h q; ry(0.7) q[1]; bit[3] b = measure q;"
    first, again, other = (
        submit(source_kind="openqasm3", circuit_operations=None, source=program, seed=seed)
        for seed in (2026, 2026, 2027)
    )
    assert sealed(first).counts == sealed(again).counts
    assert sealed(other).counts != first.counts


def test_a_refused_request_is_sealed_with_its_error(submit, sealed):
    run = sealed(submit(circuit_operations=[{"gate": "cnot", "targets": [0]}]))
    assert (run.status, run.error_code) == ("failed", "invalid_circuit")
    assert kinds(run) == ["run.requested", "run.rejected"]


def test_a_run_that_was_cancelled_before_it_began_is_sealed(submit, sealed, operator):
    with transaction.atomic():  # no worker sees it before it is cancelled
        run = lifecycle.cancel(submit(), by=operator)
    run = sealed(run)
    assert (run.status, run.counts, run.attempt) == ("cancelled", None, 0)


def test_cancelling_stops_a_simulation_within_a_second_or_so(simulated, sealed, worker, operator):
    run = simulated(5 * LONG)
    simulation = still_simulated(run, worker)
    lifecycle.cancel(run, by=operator)
    wait_until(lambda: not is_alive(simulation), seconds=3)
    run = sealed(run)
    assert (run.status, run.counts) == ("cancelled", None)
    assert run.finished_at - run.cancel_requested_at < timedelta(seconds=3)


def test_runs_that_come_at_once_all_end_once(submit, sealed):
    with transaction.atomic():
        runs = [submit(seed=seed) for seed in range(5)]
    counts = [sealed(run).counts for run in runs]
    assert all(sum(found.values()) == 1000 for found in counts)


def test_a_run_whose_queue_entry_was_lost_is_found(submit, sealed, monkeypatch):
    a_minute_ago = clock.now() - timedelta(minutes=1)
    with transaction.atomic(), monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: a_minute_ago)
        run = submit()
        assert OrmQ.objects.all().delete()[0] == 1
    assert sealed(run).status == "completed"


def test_rows_that_somebody_planted_make_no_worker_run_code(submit, sealed, tmp_path, worker):
    control, canary = tmp_path / "control", tmp_path / "canary"
    planting.explode(control)
    assert control.exists(), "the bombs are good"
    planted = planting.everywhere(canary)

    assert sealed(submit()).status == "completed"

    wait_until(lambda: OrmQ.objects.count() == 0)
    assert worker.said.count("names no run and was thrown away") == planted["django_q_ormq"]
    assert not canary.exists()
    assert Task.objects.count() == planted["django_q_task"]
    assert Schedule.objects.get().task is None


def test_a_killed_task_process_loses_no_run(simulated, sealed, worker):
    run = simulated()
    simulation = still_simulated(run, worker)
    os.kill(worker.busy_task, signal.SIGKILL)
    wait_until(lambda: not is_alive(simulation), seconds=3)
    run = sealed(run)
    assert (run.status, run.attempt) == ("completed", 2)
    assert kinds(run).count("run.attempt_lost") == 1


def test_a_killed_simulator_costs_an_attempt_and_no_run(simulated, submit, sealed, worker):
    run = simulated()
    simulation = still_simulated(run, worker)
    os.kill(worker.simulator, signal.SIGKILL)
    following = submit()
    wait_until(lambda: not is_alive(simulation), seconds=3)
    run = sealed(run)
    assert (run.status, run.attempt, sum(run.counts.values())) == ("completed", 2, 100)
    (lost,) = run.events.filter(kind="run.attempt_lost")
    assert lost.data == {"attempt": 1, "reason": "runner_lost"}
    assert sealed(following).status == "completed"


def test_a_killed_worker_loses_no_run(simulated, sealed, worker):
    run = simulated()
    simulation = still_simulated(run, worker)
    worker.kill()
    assert not is_alive(simulation)
    run.refresh_from_db()
    assert (run.status, run.counts, run.attempt) == ("running", None, 1)
    worker.running()
    run = sealed(run)
    assert (run.status, run.attempt, sum(run.counts.values())) == ("completed", 2, 100)
    assert kinds(run).count("run.attempt_lost") == 1
    assert Run.objects.count() == 1


def test_a_worker_that_is_asked_to_stop_finishes_what_it_has_in_hand(simulated, sealed, worker):
    run = simulated()
    still_simulated(run, worker)
    assert worker.stop() == 0
    run = sealed(run, seconds=1)
    assert (run.status, run.attempt) == ("completed", 1)


def test_a_worker_that_is_asked_to_stop_hands_back_what_takes_longer(
    simulated, sealed, operator, worker
):
    worker.running(WORKER_FINISH_SECONDS="1")
    run = simulated(5 * LONG)
    simulation = still_simulated(run, worker)
    asked = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - asked < 1 + HAND_BACK_SECONDS
    assert not is_alive(simulation)
    run.refresh_from_db()
    assert (run.status, run.attempt, run.lease_token) == ("queued", 1, "")
    assert run.events.last().data == {"attempt": 1, "reason": "worker_stopped"}

    worker.running()
    lifecycle.cancel(run, by=operator)
    assert sealed(run).status == "cancelled"


def test_a_worker_that_is_still_warming_up_ends_at_once(worker):
    worker.stop()
    worker.begin()
    wait_until(lambda: worker.has_simulator, seconds=30)
    said = worker.said

    assert worker.stop() == -signal.SIGTERM

    assert worker.said == said


def test_a_run_that_takes_too_long_ends_with_a_timeout(simulated, sealed, worker):
    worker.running(RUN_LIMIT_WALL_SECONDS="1")
    run = simulated(5 * LONG)
    simulation = still_simulated(run, worker)
    run = sealed(run)
    assert (run.status, run.error_code, run.counts) == ("failed", "timeout", None)
    assert run.error["stage"] == "execute"
    assert not is_alive(simulation)
