"""The comparison of random circuits bites: it sees every error that is planted in the product."""

import numpy as np
import pytest

from runs.errors import RunError
from runs.providers.local import _request
from runs.runner.client import Runner, call
from runs.runner.protocol import ChildLimits
from tests.runs.planted import READING, SIMULATING
from tests.runs.random_programs.forms import FORMS
from tests.runs.sampled import chance_of, execute, job_of
from tests.runs.test_random_circuits import CIRCUITS, FALSE_ALARM, NUMBERS, SHOTS, likeliest


@pytest.fixture(scope="module")
def wrong(tmp_path_factory, kernels):
    """Have a job run by simulators in which an error is planted; return its counts."""
    started = Runner("tests.runs.programs.planted", tmp_path_factory.mktemp("run"), cache=kernels)
    started.start()

    def run(job, error):
        limits = ChildLimits(memory_bytes=2 * 1024**3, cpu_seconds=60)
        request = {**_request(job), "error": error}
        reply = call(
            started.socket_path, request, wall_seconds=60, limits=limits, checkpoint=lambda: None
        )
        return reply.value["counts"]

    yield run
    started.stop()


def is_seen(form, counts_of):
    """Whether one of the circuits of that form is refused, or its counts are called wrong."""
    for seed in range(NUMBERS[form, "braket_sv"]):
        case = FORMS[form](seed)
        try:
            counts = counts_of(case.request(device="braket_sv", shots=SHOTS, seed=seed))
        except RunError:
            return True
        if likeliest(counts, case.expected) <= FALSE_ALARM / CIRCUITS:
            return True
    return False


@pytest.mark.parametrize("error", SIMULATING)
def test_an_error_of_the_simulation_is_seen(wrong, error):
    form = SIMULATING[error].form

    assert is_seen(form, lambda request: wrong(job_of(request), error))


@pytest.mark.parametrize("error", READING)
def test_an_error_of_the_reading_is_seen(provider, monkeypatch, error):
    READING[error].plant(monkeypatch.setattr)

    assert is_seen(READING[error].form, lambda request: execute(provider, request).counts)


@pytest.mark.parametrize("outcomes", [2, 8, 64])
def test_what_is_right_is_called_wrong_no_more_often_than_is_stated(outcomes):
    """At rates that can be counted: over 4 000 draws from distributions of all kinds."""
    random = np.random.default_rng(outcomes)
    chances = []
    for _ in range(4000):
        expected = random.dirichlet(np.full(outcomes, random.choice([0.05, 0.5, 5])))
        drawn = random.multinomial(random.choice([10, 300, 100_000]), expected)
        width = outcomes.bit_length() - 1
        counts = {f"{place:0{width}b}": n for place, n in enumerate(drawn.tolist()) if n}
        chances.append(chance_of(counts, expected))
    for stated in (0.3, 0.1, 0.01):
        assert np.mean(np.array(chances) <= stated) <= stated


def test_an_outcome_that_is_impossible_is_seen_once():
    assert chance_of({"0": 99_999, "1": 1}, [1 - 1e-30, 1e-30]) < FALSE_ALARM / CIRCUITS
    assert chance_of({"0": 99_999, "1": 1}, {"0": 1.0}) == 0
    assert chance_of({"0": 99_999, "1": 1}, [1 - 1e-5, 1e-5]) > 0.1
