"""The local provider believes nothing that comes back unread."""

import json

import pytest

from runs import providers
from runs.contract import Job, Lowered, Outcome, RunRequest, Sampling
from runs.errors import RunError
from runs.limits import Limits
from runs.providers.local import SOCKET_VARIABLE, LocalProvider
from runs.runner.client import Runner

HONEST = {
    "counts": {"00": 60, "11": 40},
    "measuredQubits": [4, 2],
    "sampling": "exact-probabilities-multinomial",
    "versions": {"numpy": "2.4.6"},
}


@pytest.fixture(scope="module")
def parrot(tmp_path_factory):
    """A runner whose program answers with the text of the job."""
    runner = Runner("tests.runs.programs.misbehaving", tmp_path_factory.mktemp("runner"))
    runner.start()
    yield runner
    runner.stop()


@pytest.fixture
def answer(parrot):
    def run(value):
        job = Job(
            device_id="braket_sv", shots=100, seed=1, measured_qubits=(4, 2), operations=(),
            openqasm=json.dumps(value), wall_seconds=20, memory_bytes=1024**3,
        )  # fmt: skip
        return LocalProvider(parrot.socket_path).run(job, checkpoint=lambda: None)

    return run


def test_an_honest_answer_becomes_an_outcome(answer):
    outcome = answer(HONEST)
    assert outcome == Outcome(
        counts={"00": 60, "11": 40},
        measured_qubits=(4, 2),
        sampling=Sampling.MULTINOMIAL,
        versions={"numpy": "2.4.6"},
        seconds=outcome.seconds,
    )
    assert 0 < outcome.seconds < 20


@pytest.mark.parametrize(
    "lie",
    [
        {"counts": {"00": 60, "11": 41}},
        {"counts": {"00": 60, "11": 39}},
        {"counts": {"00": 110, "11": -10}},
        {"counts": {"00": 100, "11": 0}},
        {"counts": {"00": 100.0}},
        {"counts": {"00": True, "11": 99}},
        {"counts": {"00": "100"}},
        {"counts": {"0": 60, "11": 40}},
        {"counts": {"000": 60, "11": 40}},
        {"counts": {"0x": 60, "11": 40}},
        {"counts": {"٠٠": 100}},
        {"counts": [["00", 100]]},
        {"counts": {}},
        {"counts": None},
        {"measuredQubits": [2, 4]},
        {"measuredQubits": [4]},
        {"measuredQubits": None},
        {"sampling": "guesswork"},
        {"sampling": "exact-values"},
        {"versions": {"numpy": 2}},
        {"versions": None},
        {"versions": {"numpy": "2" * 101}},
        {"versions": {str(place): "2" for place in range(17)}},
    ],
    ids=str,
)
def test_a_lie_is_no_result(answer, lie):
    with pytest.raises(RunError) as caught:
        answer(HONEST | lie)
    assert caught.value.code == "result_unavailable"


READ = {
    "openqasm": "OPENQASM 3.0;",
    "operations": None,
    "measured_qubits": [0, 0],
    "qubits": 1,
    "operation_count": 3,
    "depth": 2,
    "is_measured": True,
    "result_types": [],
}


@pytest.fixture
def reading(parrot):
    def read(value):
        asked = RunRequest(
            "simulator", "local", "braket_sv", 100, "openqasm3", source=json.dumps(value)
        )
        provider = LocalProvider(parrot.socket_path)
        return provider.read(asked, limits=Limits(), checkpoint=lambda: None)

    return read


def test_what_was_read_becomes_a_lowered_source(reading):
    assert reading(READ) == Lowered(**READ)


@pytest.mark.parametrize(
    "lie",
    [
        {"openqasm": None},
        {"operations": {}},
        {"measured_qubits": None},
        {"measured_qubits": ["0"]},
        {"qubits": 0},
        {"qubits": "1"},
        {"qubits": True},
        {"operation_count": None},
        {"depth": -1},
        {"is_measured": 1},
        {"result_types": None},
        {"workspace": 7},
    ],
    ids=str,
)
def test_a_lie_is_no_lowered_source(reading, lie):
    with pytest.raises(RunError) as caught:
        reading(READ | lie)
    assert caught.value.code == "result_unavailable"


EXACT = {
    "counts": None,
    "values": [
        {"type": "expectation", "observable": ["z", "y"], "targets": [2, 4], "value": -0.25},
        {"type": "variance", "observable": ["x"], "targets": [2], "value": 1.0},
        {"type": "probability", "targets": [4, 2], "probabilities": {"01": 0.25, "10": 0.75}},
        {"type": "state_vector", "amplitudes": {"01": [0.0, 0.6], "11": [-0.8, 0.0]}},
        {"type": "amplitude", "states": ["11", "00"], "amplitudes": {"11": [0.8, 0], "00": [0, 0]}},
    ],
    "measuredQubits": [4, 2],
    "sampling": "exact-values",
    "versions": {"numpy": "2.4.6"},
}


@pytest.fixture
def exact_answer(parrot):
    found = {"value", "probabilities", "amplitudes"}
    asked = [{k: v for k, v in value.items() if k not in found} for value in EXACT["values"]]

    def run(value):
        job = Job(
            device_id="braket_sv", shots=0, seed=1, measured_qubits=(4, 2), operations=(),
            openqasm=json.dumps(value), wall_seconds=20, memory_bytes=1024**3,
            result_types=tuple(asked),
        )  # fmt: skip
        return LocalProvider(parrot.socket_path).run(job, checkpoint=lambda: None)

    return run


def test_exact_values_become_an_outcome_without_counts(exact_answer):
    outcome = exact_answer(EXACT)
    assert (outcome.counts, outcome.sampling) == (None, Sampling.EXACT)
    assert outcome.values == tuple(EXACT["values"])


@pytest.mark.parametrize(
    "lie",
    [
        {"counts": {}},
        {"counts": {"00": 1}},
        {"values": None},
        {"values": []},
        {"values": EXACT["values"][:-1]},
        {"values": EXACT["values"][::-1]},
        {"sampling": "exact-probabilities-multinomial"},
        {"measuredQubits": [2, 4]},
    ],
    ids=str,
)
def test_what_is_not_exact_values_is_no_result(exact_answer, lie):
    with pytest.raises(RunError) as caught:
        exact_answer(EXACT | lie)
    assert caught.value.code == "result_unavailable"


@pytest.mark.parametrize(
    ("place", "lie"),
    [
        (0, {"value": 1.01}),
        (0, {"value": None}),
        (0, {"value": True}),
        (0, {"value": "0.5"}),
        (0, {"standardError": 0.1}),
        (0, {"observable": ["z", "z"]}),
        (0, {"targets": [4, 2]}),
        (1, {"value": -0.01}),
        (1, {"value": 1.01}),
        (2, {"probabilities": {"01": 0.25, "10": 0.7}}),
        (2, {"probabilities": {"10": 0.75, "01": 0.25}}),
        (2, {"probabilities": {"00": 0.0, "01": 0.25, "10": 0.75}}),
        (2, {"probabilities": {"01": -0.25, "10": 1.25}}),
        (2, {"probabilities": {"1": 1.0}}),
        (2, {"probabilities": {"1x": 1.0}}),
        (2, {"probabilities": {}}),
        (2, {"probabilities": [0.25, 0.75]}),
        (3, {"amplitudes": {"01": [0.6, 0.0]}}),
        (3, {"amplitudes": {"01": [0.6, 0.0], "11": [0.8]}}),
        (3, {"amplitudes": {"01": [0.6, 0.0], "11": 0.8}}),
        (3, {"amplitudes": {"11": [0.8, 0.0], "01": [0.6, 0.0]}}),
        (3, {"amplitudes": {"00": [0.0, 0.0], "01": [1.0, 0.0]}}),
        (4, {"amplitudes": {"00": [0, 0], "11": [0.8, 0]}}),
        (4, {"amplitudes": {"11": [0.8, 0]}}),
        (4, {"amplitudes": {"11": [0.8, 0.7], "00": [0, 0]}}),
    ],
    ids=str,
)
def test_values_that_no_state_has_are_no_result(exact_answer, place, lie):
    values = [dict(value) for value in EXACT["values"]]
    values[place] |= lie
    with pytest.raises(RunError) as caught:
        exact_answer(EXACT | {"values": values})
    assert caught.value.code == "result_unavailable"


def test_counts_do_not_pass_for_exact_values_nor_these_for_counts(answer, exact_answer):
    for asked, lie in ((exact_answer, HONEST), (answer, EXACT)):
        with pytest.raises(RunError) as caught:
            asked(lie)
        assert caught.value.code == "result_unavailable"


@pytest.mark.parametrize("missing", HONEST)
def test_half_the_truth_is_no_result(answer, missing):
    with pytest.raises(RunError) as caught:
        answer({name: value for name, value in HONEST.items() if name != missing})
    assert caught.value.code == "result_unavailable"


def test_the_worker_says_where_the_runner_is(parrot, monkeypatch):
    monkeypatch.setenv(SOCKET_VARIABLE, str(parrot.socket_path))
    assert providers.get("local") == LocalProvider(parrot.socket_path)


def test_without_a_runner_the_provider_is_not_ready(monkeypatch):
    monkeypatch.delenv(SOCKET_VARIABLE, raising=False)
    with pytest.raises(RunError) as caught:
        providers.get("local")
    assert caught.value.code == "provider_not_ready"


def test_an_unknown_provider_is_no_route():
    with pytest.raises(RunError) as caught:
        providers.get("carrier-pigeon")
    assert caught.value.code == "unsupported_provider_path"


@pytest.mark.parametrize("solver", [None, [], {"timeSteps": 0.5}, {"method": None}, {"a": [1]}])
def test_an_analog_program_is_believed_only_with_how_it_was_solved(parrot, solver):
    told = HONEST | ({} if solver is None else {"solver": solver})
    job = Job(
        device_id="braket_ahs", shots=100, seed=1, measured_qubits=(4, 2), operations=None,
        openqasm=json.dumps(told), wall_seconds=20, memory_bytes=1024**3, analog_program={"a": 1},
    )  # fmt: skip
    provider = LocalProvider(parrot.socket_path)

    with pytest.raises(RunError) as caught:
        provider.run(job, checkpoint=lambda: None)
    assert caught.value.code == "result_unavailable"
