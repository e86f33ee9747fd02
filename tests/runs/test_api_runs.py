"""Runs by the API: ask, watch, cancel, retry, annotate, find."""

from datetime import timedelta

import pytest
from django_q.models import OrmQ

from accounts.models import AuditEvent
from runs import canonical, lifecycle, trace
from runs.contract import Outcome, Sampling
from runs.models import Run
from tests import make

NOISY = [*make.BELL, {"gate": "amplitude_damping", "targets": [1], "probability": 0.25}]


def bell(workflow, **changes):
    body = {
        "workflowId": workflow.public_id,
        "mode": "simulator",
        "providerId": "local",
        "deviceId": "braket_sv",
        "shots": 1000,
        "sourceKind": "circuitOperations",
        "circuitOperations": make.BELL,
    }
    return {**body, **changes}


def finish(run, counts):
    """Carry the run out as a worker would whose simulator measured ``counts``."""
    outcome = Outcome(counts, (0, 1), Sampling.MULTINOMIAL, {"numpy": "2.4.6"}, 0.01)
    lifecycle.claim(lease="a" * 32)
    lifecycle.start(run.pk, lease="a" * 32)
    lifecycle.succeed(run.pk, outcome, lease="a" * 32)


def test_a_request_is_accepted_queued_and_answered_with_its_result(program, operator, workflow):
    caller = program(operator, "runs:read", "runs:write")

    body = bell(workflow, name="Bell pair", tags=["bell"], seed=11, routeRationale="It is free.")
    accepted = caller.post("/runs/", body)
    assert accepted.status_code == 202
    run = accepted.json()
    assert accepted.headers["Location"] == f"/api/v1/runs/{run['runId']}/"
    assert (run["status"], run["phase"]) == ("queued", "waiting")
    assert run["queue"]["position"] == 1
    assert (run["name"], run["tags"], run["seed"]) == ("Bell pair", ["bell"], 11)
    assert run["route"]["routeRationale"] == "It is free."
    assert run["source"]["sha256"] == canonical.sha256(canonical.encode(make.BELL))
    assert (run["result"], run["error"]) == (None, None)
    assert (run["submission"], run["billing"]) == ("not_sent", "none")
    assert OrmQ.objects.count() == 1

    finish(Run.objects.get(), {"00": 489, "11": 511})
    path = f"/runs/{run['runId']}/"
    ended = caller.get(path).json()
    assert (ended["status"], ended["phase"]) == ("completed", "ended")
    assert ended["result"]["counts"] == {"00": 489, "11": 511}
    assert ended["result"]["bitOrder"] == "first-bit-leftmost"
    assert ended["result"]["measuredQubits"] == [0, 1]
    assert (ended["error"], ended["queue"]) == (None, None)
    assert caller.get(f"{path}result/").json() == ended["result"]


def test_the_trace_can_be_checked_line_by_line(program, operator, workflow):
    run = make.run(workflow, by=operator)
    answer = program(operator, "runs:read").get(f"/runs/{run.public_id}/events/").json()

    digests = [item.pop("sha256") for item in answer["items"]]
    lines = [canonical.encode(item) for item in answer["items"]]
    assert trace.verify(lines) == answer["head"] == run.trace_head
    assert [canonical.sha256(line) for line in lines] == digests
    assert [item["type"] for item in answer["items"]][-1] == "run.completed"


def test_what_only_the_workspace_keeps_of_an_event_stays_there(program, operator, workflow):
    run = make.run(workflow, by=operator)
    make.event(run, "run.note", detail={"raw": "canary-0f3d"})
    answer = program(operator).get(f"/runs/{run.public_id}/events/")
    assert "canary-0f3d" not in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        (
            {"circuitOperations": [{"gate": "h", "targets": [0, 1]}]},
            422,
            "invalid_circuit",
            "circuitOperations",
        ),
        (
            {"circuitOperations": [{"gate": "teleport", "targets": [0]}]},
            422,
            "unsupported_operation",
            "circuitOperations",
        ),
        ({"circuitOperations": NOISY}, 422, "unsupported_operation", "circuitOperations"),
        ({"deviceId": "aquila"}, 422, "unsupported_provider_path", "deviceId"),
        ({"providerId": "nowhere"}, 422, "unsupported_provider_path", "providerId"),
        ({"mode": "hardware"}, 422, "unsupported_provider_path", "mode"),
        ({"shots": 10**9}, 422, "runner_limit_exceeded", "shots"),
        ({"shots": 0}, 422, "runner_limit_exceeded", "shots"),
    ],
)
def test_refused_content_is_recorded_and_answered_with_its_run(
    program, operator, workflow, changes, status, code, field
):
    answer = program(operator).post("/runs/", bell(workflow, **changes))

    assert answer.status_code == status
    problem = answer.json()
    assert problem["code"] == code
    assert problem["field"] == field
    run = Run.objects.get()
    assert problem["runId"] == run.public_id
    assert problem["instance"] == answer.headers["Location"] == f"/api/v1/runs/{run.public_id}/"
    assert (run.status, run.error_code) == ("failed", code)
    read = program(operator).get(f"/runs/{run.public_id}/").json()
    assert read["error"].items() <= problem.items()
    assert read["result"] is None


def test_all_problems_of_a_circuit_are_told_at_once(program, operator, workflow):
    operations = [{"gate": "h"}, {"gate": "cnot", "controls": [0], "targets": [0]}]
    answer = program(operator).post("/runs/", bell(workflow, circuitOperations=operations))
    assert [problem["operationIndex"] for problem in answer.json()["problems"]] == [0, 1]


def test_noise_is_taken_where_the_device_carries_it(program, operator, workflow):
    caller = program(operator)

    run = caller.post("/runs/", bell(workflow, deviceId="braket_dm", circuitOperations=NOISY))

    assert run.status_code == 202
    text = caller.get(f"/runs/{run.json()['runId']}/source/").json()
    assert text["circuitOperations"] == NOISY
    assert "#pragma braket noise amplitude_damping(0.25) q[1]\n" in text["openqasm"]
    assert (text["operations"], text["depth"]) == (3, 2)


def test_openqasm_is_taken_as_text(program, operator, workflow):
    source = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[2] q;\nbit[2] c;\nh q[0];\ncx q[0], q[1];\nc = measure q;\n'
    body = bell(workflow, sourceKind="openqasm3", source=source)
    del body["circuitOperations"]
    caller = program(operator)

    run = caller.post("/runs/", body).json()
    text = caller.get(f"/runs/{run['runId']}/source/").json()
    assert text["source"] == source
    assert (text["qubits"], text["operations"]) == (2, 2)
    assert [operation["gate"] for operation in text["circuitOperations"]] == ["h", "cnot"]
    drawn = caller.get(f"/runs/{run['runId']}/circuit.svg")
    assert drawn.content.startswith(b"<svg")


def test_nothing_is_saved_for_a_workflow_that_one_cannot_see(program, stranger, workflow):
    for workflow_id in (workflow.public_id, "wf_00000000000000000000000000", "nonsense"):
        answer = program(stranger).post("/runs/", bell(workflow, workflowId=workflow_id))
        assert answer.status_code == 404
        assert answer.json()["code"] == "workflow_not_found"
    assert not Run.objects.exists()


def test_nothing_is_saved_for_who_may_only_look_but_it_is_noted(program, viewer, workflow):
    answer = program(viewer).post("/runs/", bell(workflow), Idempotency_Key="k")
    assert answer.status_code == 403
    assert answer.json()["code"] == "permission_denied"
    assert not Run.objects.exists()
    assert AuditEvent.objects.get(action="run.refused").actor == viewer


def test_an_archived_workflow_takes_no_runs(program, operator, workspace):
    archived = make.workflow(workspace, by=operator, archived=True)
    answer = program(operator).post("/runs/", bell(archived))
    assert (answer.status_code, answer.json()["code"]) == (409, "state_conflict")


def test_who_has_too_many_runs_waiting_is_told_when_to_come_back(program, operator, workflow):
    for _ in range(20):
        make.run(workflow, by=operator, status="queued")
    answer = program(operator).post("/runs/", bell(workflow))
    assert (answer.status_code, answer.json()["code"]) == (429, "concurrency_limit")
    assert int(answer.headers["Retry-After"]) > 0
    assert Run.objects.count() == 20


def test_a_waiting_run_is_cancelled_at_once_and_asking_again_is_a_conflict(
    program, operator, workflow
):
    run = make.run(workflow, by=operator, status="queued")
    caller = program(operator)
    answer = caller.post(f"/runs/{run.public_id}/cancel/")
    assert (answer.status_code, answer.json()["status"]) == (202, "cancelled")
    again = caller.post(f"/runs/{run.public_id}/cancel/")
    assert (again.status_code, again.json()["code"]) == (409, "state_conflict")


def test_a_running_run_is_asked_to_stop(program, operator, workflow):
    run = make.run(workflow, by=operator, status="running")
    answer = program(operator).post(f"/runs/{run.public_id}/cancel/")
    assert (answer.json()["status"], answer.json()["phase"]) == ("cancelling", "underway")


def test_a_retry_is_a_new_run_that_names_the_first(program, operator, workflow):
    run = make.run(workflow, by=operator, status="failed", error_code="timeout")
    caller = program(operator)
    assert caller.get(f"/runs/{run.public_id}/").json()["retry"]["allowed"]

    answer = caller.post(f"/runs/{run.public_id}/retry/", Idempotency_Key="again")
    assert answer.status_code == 202
    assert answer.json()["retry"]["retryOf"] == run.public_id
    assert answer.json()["source"]["sha256"] == run.source.sha256
    replay = caller.post(f"/runs/{run.public_id}/retry/", Idempotency_Key="again")
    assert replay.json()["runId"] == answer.json()["runId"]
    assert Run.objects.count() == 2


def test_what_fails_the_same_way_is_not_retried(program, operator, workflow):
    run = make.run(workflow, by=operator, status="failed", error_code="invalid_circuit")
    answer = program(operator).post(f"/runs/{run.public_id}/retry/")
    assert (answer.status_code, answer.json()["code"]) == (409, "state_conflict")


def test_names_tags_and_notes_change_and_nothing_else(program, operator, workflow):
    run = make.run(workflow, by=operator, tags=["old"])
    caller = program(operator)
    path = f"/runs/{run.public_id}/"
    changed = caller.patch(path, {"notes": "Looks right."}).json()
    assert (changed["notes"], changed["tags"], changed["name"]) == (
        "Looks right.",
        ["old"],
        "Bell pair",
    )
    refused = caller.patch(path, {"shots": 1})
    assert refused.status_code == 400
    assert refused.json()["problems"][0]["field"] == "shots"


def test_a_preview_tells_the_size_or_the_problems_and_records_nothing(program, operator, workflow):
    caller = program(operator, "runs:write")
    body = {name: value for name, value in bell(workflow).items() if name != "workflowId"}
    good = caller.post("/runs/preview/", body).json()
    assert (good["valid"], good["qubits"], good["operations"], good["depth"]) == (True, 2, 2, 2)
    assert good["offer"]["selectable"]

    bad = caller.post("/runs/preview/", {**body, "circuitOperations": [{"gate": "h"}]}).json()
    assert bad["valid"] is False
    assert bad["error"]["code"] == "invalid_circuit"
    assert bad["qubits"] is None
    assert not Run.objects.exists()


def test_a_long_program_is_not_checked_while_somebody_waits(program, operator, workflow):
    body = bell(workflow, sourceKind="openqasm3")
    del body["workflowId"], body["circuitOperations"]
    body["source"] = "OPENQASM 3.0;\nqubit q;\n" + "U(0.1, 0.2, 0.3) q;\n" * 400
    preview = program(operator).post("/runs/preview/", body).json()
    assert (preview["valid"], preview["qubits"], preview["error"]) == (None, None, None)
    assert preview["offer"]["selectable"]


def test_a_result_that_is_not_there_is_a_conflict(program, operator, workflow):
    run = make.run(workflow, by=operator, status="running")
    answer = program(operator).get(f"/runs/{run.public_id}/result/")
    assert (answer.status_code, answer.json()["code"]) == (409, "state_conflict")
    assert "running" in answer.json()["detail"]


@pytest.mark.parametrize("part", ["result/", "source/", "circuit.svg"])
def test_what_never_changes_is_sent_once(program, operator, workflow, part):
    run = make.run(workflow, by=operator)
    caller = program(operator)
    first = caller.get(f"/runs/{run.public_id}/{part}")
    assert first.status_code == 200
    second = caller.get(f"/runs/{run.public_id}/{part}", If_None_Match=first.headers["ETag"])
    assert (second.status_code, second.content) == (304, b"")
    other = caller.get(f"/runs/{run.public_id}/{part}", If_None_Match='"something else"')
    assert other.status_code == 200


def test_a_source_that_is_no_circuit_has_no_drawing(program, operator, workspace, workflow):
    source = make.source(workspace, openqasm3="OPENQASM 3.0;\n// nothing here\n")
    run = make.run(workflow, by=operator, source=source)
    assert program(operator).get(f"/runs/{run.public_id}/circuit.svg").status_code == 404


@pytest.fixture
def history(workspace, workflow, operator):
    """Runs of all kinds, by name."""
    other = make.workflow(workspace, by=operator, name="Other")
    completed = make.run(workflow, by=operator, name="Completed", tags=["bell", 'a "quoted" ü'])
    at = completed.created_at
    return {
        "completed": completed,
        "failed": make.run(workflow, by=operator, name="Failed", status="failed", error_code="timeout"),
        "other": make.run(other, by=operator, name="Other", device_id="braket_dm", tags=["bell pair"]),
        "old": make.run(workflow, by=operator, name="Old", created_at=at - timedelta(days=9)),
        "source": make.run(
            workflow, by=operator, name="Source", status="queued",
            source=make.source(workspace, operations=[{"gate": "x", "targets": [0]}], qubits=1),
        ),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"completed", "failed", "other", "old", "source"}),
        ({"status": "failed"}, {"failed"}),
        ({"status": ["failed", "queued"]}, {"failed", "source"}),
        ({"mode": "hardware"}, set()),
        ({"provider": "local", "device": "braket_dm"}, {"other"}),
        ({"tag": "bell"}, {"completed"}),
        ({"tag": 'a "quoted" ü'}, {"completed"}),
        ({"tag": "quoted"}, set()),
        ({"errorCode": "timeout"}, {"failed"}),
        ({"text": "oTHe"}, {"other"}),
    ],
)
def test_runs_are_found_by_filters(program, operator, history, query, found):
    answer = program(operator).get("/runs/", query).json()
    assert {item["name"].lower() for item in answer["items"]} == found
    assert all("result" not in item for item in answer["items"])


def test_runs_are_found_by_workflow_digest_identifier_and_time(program, operator, history):
    caller = program(operator)

    def names(**query):
        return {item["name"].lower() for item in caller.get("/runs/", query).json()["items"]}

    assert names(workflow=history["other"].workflow.public_id) == {"other"}
    assert names(sourceSha256=history["source"].source.sha256) == {"source"}
    assert names(sourceSha256=history["source"].source.sha256[:10].upper()) == {"source"}
    assert names(text=history["failed"].public_id) == {"failed"}
    moment = history["completed"].created_at
    assert names(createdBefore=(moment - timedelta(days=1)).isoformat()) == {"old"}
    assert "old" not in names(createdAfter=(moment - timedelta(days=1)).isoformat())


@pytest.mark.parametrize(
    "query",
    [
        {"status": "finished"},
        {"workflow": "wf_x"},
        {"createdAfter": "yesterday"},
        {"satus": "failed"},
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_rather_than_ignored(
    program, operator, history, query
):
    answer = program(operator).get("/runs/", query)
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["field"] == next(iter(query))


def test_pages_keep_the_filters(program, operator, history):
    caller = program(operator)
    first = caller.get("/runs/", {"status": ["failed", "queued"], "limit": 1}).json()
    second = caller.get(first["next"].removeprefix("http://testserver/api/v1")).json()
    assert {item["name"] for item in first["items"] + second["items"]} == {"Failed", "Source"}
    assert second["next"] is None


def test_the_list_costs_the_same_however_long_it_is(
    program, operator, workflow, django_assert_max_num_queries
):
    for number in range(30):
        make.run(workflow, by=operator, name=str(number))
    caller = program(operator)
    caller.get("/runs/")
    with django_assert_max_num_queries(2):
        assert len(caller.get("/runs/", {"limit": 30}).json()["items"]) == 30


def test_a_drawn_seed_can_be_sent_back(program, operator, workflow):
    caller = program(operator)
    seed = caller.post("/runs/", bell(workflow)).json()["seed"]
    assert caller.post("/runs/", bell(workflow, seed=seed)).json()["seed"] == seed


def test_providers_and_devices_say_where_runs_may_go(program, operator, workspace):
    caller = program(operator, "runs:read")
    assert [item["providerId"] for item in caller.get("/providers/").json()["items"]] == ["local"]
    devices = {
        item["deviceId"]: item for item in caller.get("/providers/local/devices/").json()["items"]
    }
    assert set(devices) == {"braket_sv", "braket_dm", "braket_ahs"}
    assert devices["braket_dm"]["limits"]["qubits"] < devices["braket_sv"]["limits"]["qubits"]
    assert {name for name, device in devices.items() if device["carriesNoise"]} == {"braket_dm"}
    assert caller.get("/providers/nowhere/devices/").status_code == 404
