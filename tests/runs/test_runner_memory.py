"""The memory that a run may have: less than the simulator itself takes is refused at the start."""

import os
import re
from pathlib import Path

import pytest

from quantumruns.worker.runners import check_memory
from runs.contract import Job
from runs.runner.client import RunnerStartError
from tests import make
from tests.runs.processes import children_of


@pytest.fixture
def simulator(provider):
    """The process that the simulations are forked from."""
    ours = children_of(os.getpid())
    (found,) = [pid for pid in ours if b"runs.runner.simulation" in _command(pid)]
    return found


def _command(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def bell(memory_bytes):
    return Job(
        device_id="braket_sv",
        shots=10,
        seed=1,
        measured_qubits=(0, 1),
        operations=make.BELL,
        openqasm="",
        wall_seconds=20,
        memory_bytes=memory_bytes,
    )


def test_too_little_memory_is_refused_with_how_much_is_enough(simulator, provider):
    with pytest.raises(RunnerStartError, match="is too little for any run") as refused:
        check_memory(100_000_000, simulator=simulator)
    enough = int(re.search(r"Make it (\d+) or more", str(refused.value))[1])
    check_memory(enough, simulator=simulator)
    outcome = provider.run(bell(enough), checkpoint=lambda: None)
    assert sum(outcome.counts.values()) == 10
