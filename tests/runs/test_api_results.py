"""Result types by the API: asked for with a run, found by the real simulator, read with the run."""

import json
import re

import pytest

from quantumruns.docs.pages import FOLDER
from runs import execution
from runs.models import Run
from runs.providers.local import SOCKET_VARIABLE
from tests import make

ZZ = {"type": "expectation", "observable": ["z", "z"], "targets": [0, 1]}
XX = {"type": "expectation", "observable": ["x", "x"], "targets": [0, 1]}
HALF = round(0.5**0.5, 12)


def body(workflow, *result_types, **changes):
    return {
        "workflowId": workflow.public_id,
        "mode": "simulator",
        "providerId": "local",
        "deviceId": "braket_sv",
        "shots": 0,
        "sourceKind": "circuitOperations",
        "circuitOperations": make.BELL,
        "resultTypes": list(result_types),
        **changes,
    }


@pytest.fixture
def ended(program, operator, provider, monkeypatch):
    """Ask for a run, execute it, and return what the API says of it in the end."""
    monkeypatch.setenv(SOCKET_VARIABLE, str(provider.socket_path))

    def end(asked):
        caller = program(operator, "runs:read", "runs:write")
        accepted = caller.post("/runs/", asked)
        assert accepted.status_code == 202, accepted.content
        assert execution.execute_next() is not None
        return caller.get(f"/runs/{accepted.json()['runId']}/").json()

    return end


def test_exact_values_come_without_counts(ended, workflow, program, operator):
    states = {"type": "amplitude", "states": ["11", "01"]}
    run = ended(body(workflow, ZZ, {"type": "probability"}, states))

    result = run["result"]
    assert (run["status"], result["counts"], result["sampling"]) == (
        "completed",
        None,
        "exact-values",
    )
    assert result["values"] == [
        ZZ | {"value": 1},
        {"type": "probability", "targets": [0, 1], "probabilities": {"00": 0.5, "11": 0.5}},
        states | {"amplitudes": {"11": [HALF, 0], "01": [0, 0]}},
    ]  # fmt: skip
    asked = [ZZ, {"type": "probability", "targets": [0, 1]}, states]
    assert run["resultTypes"] == result["resultTypes"] == asked
    assert program(operator).get(f"/runs/{run['runId']}/result/").json() == result


def test_with_shots_values_are_estimated_beside_the_counts(ended, workflow):
    run = ended(body(workflow, XX, shots=500))
    assert sum(run["result"]["counts"].values()) == 500
    assert run["result"]["values"] == [XX | {"value": 1, "standardError": 0}]


def test_a_run_without_result_types_has_none(ended, workflow):
    asked = body(workflow, shots=100)
    del asked["resultTypes"]
    run = ended(asked)
    assert (run["resultTypes"], run["result"]["values"]) == ([], [])


def test_refused_result_types_are_recorded_with_their_place(program, operator, workflow):
    asked = body(workflow, ZZ, {"type": "expectation", "observable": ["z"], "targets": [4]})
    problem = program(operator).post("/runs/", asked).json()
    assert (problem["code"], problem["field"]) == ("invalid_circuit", "resultTypes[1]")
    run = Run.objects.get()
    assert (run.status, run.counts, run.values) == ("failed", None, None)
    assert run.result_types[0] == ZZ


@pytest.mark.parametrize("nonsense", [{"type": "probability"}, "probability", 3, None])
def test_result_types_are_a_list(program, operator, workflow, nonsense):
    answer = program(operator).post("/runs/", body(workflow, resultTypes=nonsense))
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["field"] == "resultTypes"
    assert not Run.objects.exists()


def test_whatever_stands_in_the_list_is_refused_in_order(program, operator, workflow):
    deep = []
    for _ in range(20):
        deep = [deep]
    for members in (
        None,
        1e300,
        "x" * 5_000,
        {"type": {"a": 1}},
        {"type": "variance", "targets": deep},
        deep,
    ):
        answer = program(operator).post("/runs/", body(workflow, members))
        assert answer.status_code == 422, members
        assert answer.json()["field"] == "resultTypes[0]"


def test_a_preview_tells_what_will_come_out(program, operator, workflow):
    asked = body(workflow, {"type": "probability"}, ZZ)
    del asked["workflowId"]
    caller = program(operator)
    preview = caller.post("/runs/preview/", asked).json()
    assert (preview["valid"], preview["error"]) == (True, None)
    assert preview["resultTypes"] == [{"type": "probability", "targets": [0, 1]}, ZZ]

    refused = caller.post("/runs/preview/", asked | {"resultTypes": []}).json()
    assert (refused["valid"], refused["error"]["field"]) == (False, "shots")


def test_a_retry_asks_for_the_same(program, operator, workflow):
    caller = program(operator, "runs:read", "runs:write")
    first = caller.post("/runs/", body(workflow, ZZ)).json()
    caller.post(f"/runs/{first['runId']}/cancel/")
    again = caller.post(f"/runs/{first['runId']}/retry/").json()
    assert (again["resultTypes"], again["shots"]) == ([ZZ], 0)
    assert again["retry"]["retryOf"] == first["runId"]


def test_a_long_program_is_given_its_result_types_where_it_is_read(ended, workflow):
    long = "OPENQASM 3.0;\nqubit[2] q;\n" + "x q[0];\n" * 401 + "i q[1];\n"
    asked = body(workflow, {"type": "probability"}, ZZ, sourceKind="openqasm3", source=long)
    del asked["circuitOperations"]
    for _ in range(2):
        run = ended(asked)
        assert run["resultTypes"] == [{"type": "probability", "targets": [0, 1]}, ZZ]
        assert run["result"]["values"][1]["value"] == -1


def test_a_long_program_is_held_to_its_result_types(ended, workflow, program, operator):
    long = "OPENQASM 3.0;\nqubit[2] q;\n" + "x q[0];\n" * 401 + "i q[1];\n"
    far = {"type": "probability", "targets": [5]}
    asked = body(workflow, far, sourceKind="openqasm3", source=long)
    del asked["circuitOperations"]
    run = ended(asked)
    assert (run["status"], run["error"]["code"]) == ("failed", "invalid_circuit")
    assert run["error"]["field"] == "resultTypes[0]"
    ended(asked | {"resultTypes": [ZZ]})
    at_once = program(operator).post("/runs/", asked)
    assert (at_once.status_code, at_once.json()["field"]) == (422, "resultTypes[0]")


def test_the_docs_show_what_comes_out(ended, workflow):
    page = (FOLDER / "result-types.md").read_text(encoding="utf-8")
    asked, values, estimate = map(json.loads, re.findall(r"```json\n(.*?)```", page, re.DOTALL))
    asked["workflowId"] = workflow.public_id
    assert ended(asked)["result"]["values"] == values

    (first, *_) = asked["resultTypes"]
    run = ended(asked | {"resultTypes": [first], "shots": 1_000, "seed": 11})
    assert run["result"]["values"] == [estimate]
