"""The limits of a workspace: set by the operator, never above the server's, told in every answer."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.models import AuditEvent
from runs import execution
from runs.allowances import limits_of
from runs.models import Run, WorkspaceLimits
from runs.providers.local import SOCKET_VARIABLE
from tests import make


@pytest.fixture
def superuser(client, db):
    person = make.user("root@example.org", is_staff=True, is_superuser=True)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    client.force_login(person)
    return client


def wide(qubits):
    return [{"gate": "h", "targets": [qubit]} for qubit in range(qubits)]


def asked(workflow, **changes):
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


def test_the_server_has_the_last_word(workspace, settings):
    assert limits_of(workspace.pk) == settings.RUN_LIMITS
    WorkspaceLimits.objects.create(workspace=workspace, shots=10**6, state_vector_qubits=5)
    limits = limits_of(workspace.pk)
    assert (limits.shots, limits.state_vector_qubits) == (settings.RUN_LIMITS.shots, 5)
    assert limits.density_matrix_qubits == settings.RUN_LIMITS.density_matrix_qubits


def test_a_workspace_is_held_to_its_own_and_others_are_not(
    program, operator, workflow, workspace, stranger
):
    WorkspaceLimits.objects.create(workspace=workspace, state_vector_qubits=4, shots=100)
    caller = program(operator)
    refused = caller.post("/runs/", asked(workflow, circuitOperations=wide(5))).json()
    assert refused["code"] == "runner_limit_exceeded"
    said = " ".join(problem["message"] for problem in refused["problems"])
    assert "100" in said
    assert "4" in said
    looked_at = asked(workflow, circuitOperations=wide(5), shots=100)
    assert caller.post("/runs/preview/", looked_at).json()["valid"] is False
    allowed = asked(workflow, circuitOperations=wide(4), shots=100)
    accepted = caller.post("/runs/", allowed)
    assert accepted.status_code == 202
    context = accepted.json()["route"]["context"]
    assert (context["limits"]["qubits"], context["limits"]["shots"]) == (4, 100)

    [elsewhere] = stranger.memberships.all()
    other = make.workflow(elsewhere.workspace, by=stranger)
    body = asked(other, circuitOperations=wide(5))
    assert program(stranger).post("/runs/", body).status_code == 202


def test_the_form_says_what_the_workspace_may_use(client, operator, workflow, workspace):
    WorkspaceLimits.objects.create(workspace=workspace, state_vector_qubits=4, shots=123)
    client.force_login(operator)
    page = client.get(reverse("runs:new", args=[workflow.pk])).content.decode()
    assert "4 qubits · up to 123 shots" in page
    filled = {
        "device": "local/braket_sv",
        "shots": "100",
        "editor": "json",
        "operations_json": json.dumps(wide(5)),
    }
    preview = client.post(reverse("runs:preview", args=[workflow.pk]), filled).content.decode()
    assert "5 qubits" in preview
    assert "4" in preview


FEEDBACK = """OPENQASM 3.0;
qubit[5] q;
bit[1] c;
h q;
c[0] = measure q[0];
if (c[0] == 0) { x q[4]; }
c[0] = measure q[4];
"""


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ({"state_vector_qubits": 4}, "5 qubits"),
        ({"shots": 999}, "1,000 shots"),
        ({"operations": 2}, "operations"),
    ],
)
@pytest.mark.parametrize(
    "program_sent",
    [
        {"circuitOperations": wide(5)},
        {"sourceKind": "openqasm3", "source": FEEDBACK, "circuitOperations": None},
    ],
    ids=["operations", "feedback"],
)
def test_a_limit_that_came_after_the_request_ends_the_run(
    program, operator, workflow, workspace, provider, monkeypatch, limit, told, program_sent
):
    monkeypatch.setenv(SOCKET_VARIABLE, str(provider.socket_path))
    body = asked(workflow, **program_sent)
    body = {name: value for name, value in body.items() if value is not None}
    assert program(operator).post("/runs/", body).status_code == 202
    WorkspaceLimits.objects.create(workspace=workspace, **limit)
    execution.execute_next()
    run = Run.objects.get()
    assert (run.status, run.error_code) == ("failed", "runner_limit_exceeded")
    assert told in run.error["problems"][0]["message"]


def test_superusers_set_limits_and_it_is_audited(superuser, workspace):
    superuser.post(
        reverse("admin:runs_workspacelimits_add"), {"workspace": workspace.pk, "shots": "50"}
    )
    assert limits_of(workspace.pk).shots == 50
    change = reverse("admin:runs_workspacelimits_change", args=[workspace.pk])
    superuser.post(change, {"shots": ""})
    assert limits_of(workspace.pk).shots > 50
    assert AuditEvent.objects.filter(action="workspace.limits_changed_by_admin").count() == 2
