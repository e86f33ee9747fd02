"""Keys: the same request twice is done once, whatever happens in between."""

import threading

import pytest
from django.db import connections, transaction
from django_q.models import OrmQ

from runs import idempotency
from runs.errors import RunError
from runs.models import IdempotencyKey, Run
from tests import make


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


def test_the_first_answer_is_replayed_though_the_run_went_on(program, operator, workflow):
    caller = program(operator)
    first = caller.post("/runs/", bell(workflow), Idempotency_Key="k")
    caller.post(f"/runs/{first.json()['runId']}/cancel/")

    again = caller.post("/runs/", bell(workflow), Idempotency_Key="k")
    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Run.objects.count() == 1


def test_a_refused_request_that_left_a_run_binds_its_key(program, operator, workflow):
    caller = program(operator)
    body = bell(workflow, circuitOperations=[{"gate": "nonsense", "targets": [0]}])
    first = caller.post("/runs/", body, Idempotency_Key="k")
    again = caller.post("/runs/", body, Idempotency_Key="k")
    assert (again.status_code, again.json()) == (422, first.json())
    assert again.headers["Content-Type"] == "application/problem+json"
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Run.objects.count() == 1


def test_what_left_no_run_does_not_bind_its_key(program, operator, workspace, workflow):
    caller = program(operator)
    archived = make.workflow(workspace, by=operator, archived=True)
    assert caller.post("/runs/", bell(archived), Idempotency_Key="k").status_code == 409
    assert not IdempotencyKey.objects.exists()
    assert caller.post("/runs/", bell(workflow), Idempotency_Key="k").status_code == 202


@pytest.mark.parametrize("changes", [{"shots": 999}, {"name": "Other"}])
def test_another_body_with_the_key_is_refused(program, operator, workflow, changes):
    caller = program(operator)
    caller.post("/runs/", bell(workflow), Idempotency_Key="k")
    other = caller.post("/runs/", bell(workflow, **changes), Idempotency_Key="k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert Run.objects.count() == 1


def test_another_address_with_the_key_is_refused(program, operator, workflow):
    caller = program(operator)
    caller.post("/runs/", bell(workflow), Idempotency_Key="k")
    other = caller.post("/workflows/", {"name": "a"}, Idempotency_Key="k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


def test_the_order_of_members_and_the_spelling_of_numbers_tell_nothing_apart(
    program, operator, workflow
):
    import json

    caller = program(operator)
    body = bell(workflow)
    first = caller.post("/runs/", body, Idempotency_Key="k")
    shuffled = json.dumps(dict(reversed(body.items())), indent=3).encode()
    again = caller.raw("/runs/", shuffled, Idempotency_Key="k")
    assert again.json() == first.json()


def test_a_key_is_one_persons_own(program, owner, operator, workflow):
    first = program(operator).post("/runs/", bell(workflow), Idempotency_Key="k")
    second = program(owner).post("/runs/", bell(workflow), Idempotency_Key="k")
    assert first.json()["runId"] != second.json()["runId"]


@pytest.mark.parametrize("key", ["", " ", "a b", "ü", "x" * 256])
def test_a_malformed_key_is_refused(program, operator, workflow, key):
    answer = program(operator).post("/runs/", bell(workflow), Idempotency_Key=key)
    assert (answer.status_code, answer.json()["problems"][0]["field"]) == (400, "Idempotency-Key")
    assert not Run.objects.exists()


def test_the_longest_key_is_taken(program, operator, workflow):
    caller = program(operator)
    assert caller.post("/runs/", bell(workflow), Idempotency_Key="~" * 255).status_code == 202


def test_a_cancellation_sent_twice_gets_the_same_answer_twice(program, operator, workflow):
    run = make.run(workflow, by=operator, status="queued")
    caller = program(operator)
    first = caller.post(f"/runs/{run.public_id}/cancel/", Idempotency_Key="k")
    again = caller.post(f"/runs/{run.public_id}/cancel/", Idempotency_Key="k")
    assert (again.status_code, again.json()) == (202, first.json())


def test_a_change_sent_again_late_does_not_undo_a_later_one(program, operator, workflow):
    caller = program(operator)
    path = f"/workflows/{workflow.public_id}/"
    caller.patch(path, {"name": "First"}, Idempotency_Key="k")
    caller.patch(path, {"name": "Second"})
    assert caller.patch(path, {"name": "First"}, Idempotency_Key="k").json()["name"] == "First"
    assert caller.get(path).json()["name"] == "Second"


def test_the_link_of_a_share_is_not_kept_with_a_key(program, operator, owner, workflow):
    share = make.share(make.packet(make.run(workflow, by=operator)), by=operator)
    path = f"/shares/{share.public_id}/approve/"
    assert program(owner).post(path, {}, Idempotency_Key="k").status_code == 200
    assert not IdempotencyKey.objects.exists()


def test_a_bug_leaves_neither_run_nor_key(operator, workflow):
    def act():
        make.run(workflow, by=operator)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        idempotency.once(act, key="k", request={}, by=operator)
    assert not Run.objects.exists()
    assert not IdempotencyKey.objects.exists()


def in_parallel(act, times):
    """Return what ``act`` returned in as many threads at once."""
    gate, found = threading.Barrier(times), []

    def wait_and_act():
        gate.wait()
        try:
            found.append(act())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=wait_and_act) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.postgres_only  # SQLite lets one writer in at a time, and so does the test's own
@pytest.mark.django_db(transaction=True)
def test_six_at_once_are_one_run_and_five_replays(program, operator, workflow):
    caller = program(operator)
    body = bell(workflow)
    answers = in_parallel(lambda: caller.post("/runs/", body, Idempotency_Key="k"), 6)

    assert [answer.status_code for answer in answers] == [202] * 6
    assert len({answer.json()["runId"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 5
    assert Run.objects.count() == OrmQ.objects.count() == IdempotencyKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres_only
def test_who_waits_too_long_for_the_first_is_told_to_come_back(operator, monkeypatch):
    monkeypatch.setattr(idempotency, "_WAIT", "100ms")
    bound, ended = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            IdempotencyKey.objects.create(user=operator, key="k", fingerprint="f")
            bound.set()
            ended.wait(5)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    bound.wait(5)
    try:
        with pytest.raises(RunError) as refused:
            idempotency.once(lambda: None, key="k", request={}, by=operator)
    finally:
        ended.set()
        thread.join()
    assert refused.value.code == "idempotency_in_progress"
    assert refused.value.retry_after_seconds == 1
