"""Workflows by the API."""

import pytest

from runs.models import Workflow
from tests import make


def test_a_program_creates_reads_lists_and_changes_a_workflow(program, operator, workspace):
    caller = program(operator, "workflows:read", "workflows:write")

    created = caller.post("/workflows/", {"name": "Bell states", "tags": ["bell", "bell"]})
    assert created.status_code == 201
    workflow = created.json()
    assert workflow["name"] == "Bell states"
    assert workflow["tags"] == ["bell"]
    assert workflow["workspaceId"] == workspace.public_id
    path = created.headers["Location"].removeprefix("/api/v1")
    assert caller.get(path).json() == workflow
    assert caller.get("/workflows/").json() == {"items": [workflow], "next": None}

    changed = caller.patch(path, {"purpose": "Calibrate.", "archived": True}).json()
    assert changed["purpose"] == "Calibrate."
    assert changed["name"] == "Bell states"
    assert changed["archivedAt"] is not None
    assert caller.patch(path, {"archived": False}).json()["archivedAt"] is None


def test_the_list_is_read_in_pages_that_do_not_shift(program, operator, workspace):
    made = [make.workflow(workspace, by=operator, name=f"Number {n}") for n in range(5)]
    caller = program(operator)

    first = caller.get("/workflows/", {"limit": 2}).json()
    make.workflow(workspace, by=operator, name="Meanwhile")
    path = first["next"].removeprefix("http://testserver/api/v1")
    second = caller.get(path).json()
    third = caller.get(second["next"].removeprefix("http://testserver/api/v1")).json()

    names = [item["name"] for page in (first, second, third) for item in page["items"]]
    assert names == [workflow.name for workflow in reversed(made)]
    assert third["next"] is None


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "101"}, {"limit": "-1"}, {"limit": "ten"}, {"after": "x"}]
)
def test_a_malformed_cursor_or_limit_is_refused(program, operator, workflow, query):
    answer = program(operator).get("/workflows/", query)
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["field"] == next(iter(query))


def test_who_operates_several_workspaces_names_one(program, operator, workspace):
    other = make.workspace("Second lab", owner=operator)
    caller = program(operator)

    answer = caller.post("/workflows/", {"name": "Where?"})
    assert answer.status_code == 400
    assert other.public_id in answer.json()["message"]
    body = {"name": "There", "workspaceId": other.public_id}
    assert caller.post("/workflows/", body).json()["workspaceId"] == other.public_id


def test_a_workspace_of_others_does_not_exist(program, operator, workspace, stranger):
    elsewhere = stranger.memberships.get().workspace
    body = {"name": "Mine now", "workspaceId": elsewhere.public_id}
    assert program(operator).post("/workflows/", body).status_code == 404
    assert not Workflow.objects.filter(workspace=elsewhere).exists()


def test_who_only_reads_creates_and_changes_nothing(program, viewer, workflow):
    caller = program(viewer)
    path = f"/workflows/{workflow.public_id}/"
    refused = caller.patch(path, {"name": "Mine"})
    assert refused.status_code == 403
    assert "only owners and operators" in refused.json()["detail"]
    assert caller.post("/workflows/", {"name": "Mine"}).status_code == 403
    workflow.refresh_from_db()
    assert workflow.name == "Bell state calibration"


def test_sending_a_key_twice_creates_one_workflow(program, operator, workspace):
    caller = program(operator)
    first = caller.post("/workflows/", {"name": "Once"}, Idempotency_Key="k1")
    again = caller.post("/workflows/", {"name": "Once"}, Idempotency_Key="k1")
    assert again.status_code == 201
    assert again.json() == first.json()
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert Workflow.objects.count() == 1
