"""The main job, as a program does it: from a workflow to a link that works, with nothing pretended."""

import pytest
from django.test import Client

from evidence import trust
from evidence.packet import verify_packet
from runs import canonical, execution
from runs.models import Run
from runs.providers.local import SOCKET_VARIABLE
from tests import make


@pytest.fixture
def simulator(provider, monkeypatch):
    """Let executions find the real simulator, as the worker command does."""
    monkeypatch.setenv(SOCKET_VARIABLE, str(provider.socket_path))


def test_a_program_does_the_whole_job(program, owner, operator, workspace, simulator, seal):
    """Create a workflow, run a circuit, read the evidence, share it, open the link, verify it."""
    caller = program(operator)
    workflow = caller.post("/workflows/", {"name": "Bell states"}).json()
    body = {
        "workflowId": workflow["workflowId"],
        "mode": "simulator",
        "providerId": "local",
        "deviceId": "braket_sv",
        "shots": 1000,
        "seed": 7,
        "sourceKind": "circuitOperations",
        "circuitOperations": make.BELL,
    }
    accepted = caller.post("/runs/", body, Idempotency_Key="main-job")
    path = accepted.headers["Location"].removeprefix("/api/v1")

    assert execution.execute_next() is not None
    run = caller.get(path).json()
    assert run["status"] == "completed"
    assert set(run["result"]["counts"]) == {"00", "11"}
    assert sum(run["result"]["counts"].values()) == 1000
    assert run["evidence"]["state"] == "pending"

    seal(Run.objects.get())
    evidence = caller.get(path).json()["evidence"]
    assert evidence["state"] == "ready"
    packet = caller.get(evidence["url"].removeprefix("http://testserver/api/v1")).json()
    assert packet["evidenceId"] == evidence["manifestSha256"]
    place = f"/packets/{packet['packetId']}/"
    manifest = caller.get(f"{place}manifest/").content
    assert canonical.sha256(manifest) == packet["evidenceId"]
    pdf = caller.get(f"{place}certificate/").content
    assert pdf.startswith(b"%PDF-")
    assert canonical.sha256(pdf) == packet["certificate"]["sha256"]
    archive = caller.get(f"{place}archive/").content
    assert verify_packet(archive, trust.keys()).is_good

    asked = {"packetId": packet["packetId"], "label": "For the referees", "profile": "results"}
    share = caller.post("/shares/", asked).json()
    approved = program(owner).post(f"/shares/{share['shareId']}/approve/", {}).json()
    assert approved["status"] == "approved"
    link = approved["link"].removeprefix("http://testserver")
    assert Client().get(link).status_code == 200

    report = program().raw("/verify/", archive, content_type="application/zip").json()
    assert report["report"]["verdict"] == "valid"
    assert report["known"]["evidenceId"] == packet["evidenceId"]
    assert program().raw("/verify/", pdf, content_type="application/pdf").json()["known"]

    program(owner).post(f"/shares/{share['shareId']}/revoke/")
    assert Client().get(link).status_code == 404
