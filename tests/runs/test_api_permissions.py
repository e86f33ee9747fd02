"""Who may do what by the API: a truth table of roles, and one of scopes."""

import pytest

from accounts.models import Scope
from tests import make

# For each act: the scope it needs, and what the owner, the operator, the viewer and the stranger get.
ACTS = {
    "GET /workflows/": ("workflows:read", 200, 200, 200, 200),
    "POST /workflows/": ("workflows:write", 201, 201, 403, 201),
    "GET /workflows/{workflow}/": ("workflows:read", 200, 200, 200, 404),
    "PATCH /workflows/{workflow}/": ("workflows:write", 200, 200, 403, 404),
    "GET /runs/": ("runs:read", 200, 200, 200, 200),
    "POST /runs/": ("runs:write", 202, 202, 403, 404),
    "POST /runs/preview/": ("runs:write", 200, 200, 200, 200),
    "GET /runs/{run}/": ("runs:read", 200, 200, 200, 404),
    "PATCH /runs/{run}/": ("runs:write", 200, 200, 403, 404),
    "POST /runs/{queued}/cancel/": ("runs:write", 202, 202, 403, 404),
    "POST /runs/{failed}/retry/": ("runs:write", 202, 202, 403, 404),
    "GET /runs/{run}/events/": ("runs:read", 200, 200, 200, 404),
    "GET /runs/{run}/result/": ("runs:read", 200, 200, 200, 404),
    "GET /runs/{run}/source/": ("runs:read", 200, 200, 200, 404),
    "GET /runs/{run}/circuit.svg": ("runs:read", 200, 200, 200, 404),
    "GET /sweeps/": ("runs:read", 200, 200, 200, 200),
    "POST /sweeps/": ("runs:write", 202, 202, 403, 404),
    "GET /sweeps/{sweep}/": ("runs:read", 200, 200, 200, 404),
    "POST /sweeps/{waiting}/cancel/": ("runs:write", 202, 202, 403, 404),
    "GET /providers/": ("runs:read", 200, 200, 200, 200),
    "GET /providers/local/devices/": ("runs:read", 200, 200, 200, 200),
    "GET /packets/{packet}/": ("evidence:read", 200, 200, 200, 404),
    "GET /packets/{packet}/manifest/": ("evidence:read", 200, 200, 200, 404),
    "GET /packets/{packet}/bundle/": ("evidence:read", 200, 200, 200, 404),
    "GET /packets/{packet}/archive/": ("evidence:read", 200, 200, 200, 404),
    "GET /packets/{packet}/certificate/": ("evidence:read", 404, 404, 404, 404),
    "GET /shares/": ("evidence:read", 200, 200, 200, 200),
    "POST /shares/": ("shares:write", 201, 201, 403, 404),
    "GET /shares/{share}/": ("evidence:read", 200, 200, 200, 404),
    "POST /shares/{share}/approve/": ("shares:write", 200, 403, 403, 404),
    "POST /shares/{share}/decline/": ("shares:write", 200, 200, 403, 404),
    "POST /shares/{approved}/revoke/": ("shares:write", 200, 200, 403, 404),
}
PEOPLE = ("owner", "operator", "viewer", "stranger")


@pytest.fixture
def objects(workflow, operator, owner):
    run = make.run(workflow, by=operator)
    packet = make.packet(run)
    made = {
        "workflow": workflow,
        "run": run,
        "queued": make.run(workflow, by=operator, status="queued"),
        "failed": make.run(workflow, by=operator, status="failed", error_code="timeout"),
        "sweep": make.sweep(workflow, by=operator),
        "waiting": make.sweep(workflow, by=operator, status="queued"),
        "packet": packet,
        "share": make.share(packet, by=operator),
        "approved": make.share(packet, by=operator, status="approved", decided_by=owner),
    }
    return {name: row.public_id for name, row in made.items()}


def bodies(objects):
    route = {
        "mode": "simulator",
        "providerId": "local",
        "deviceId": "braket_sv",
        "shots": 100,
        "sourceKind": "circuitOperations",
        "circuitOperations": make.BELL,
    }
    return {
        "POST /workflows/": {"name": "New"},
        "PATCH /workflows/{workflow}/": {"purpose": "Changed."},
        "POST /runs/": {"workflowId": objects["workflow"], **route},
        "POST /runs/preview/": route,
        "POST /sweeps/": {"workflowId": objects["workflow"], **route, "points": [{"seed": 1}]},
        "PATCH /runs/{run}/": {"notes": "Changed."},
        "POST /shares/": {"packetId": objects["packet"], "label": "For the referees"},
        "POST /shares/{share}/approve/": {},
        "POST /shares/{share}/decline/": {"reason": "Not yet."},
    }


def call(caller, act, objects):
    method, path = act.split()
    path = path.format(**objects)
    if method == "GET":
        return caller.get(path)
    return getattr(caller, method.lower())(path, bodies(objects).get(act))


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_role_may_do_what_the_table_says(program, request, objects, person, act):
    user = request.getfixturevalue(person)
    answer = call(program(user), act, objects)
    assert answer.status_code == ACTS[act][1 + PEOPLE.index(person)]


@pytest.mark.parametrize("act", ACTS)
def test_a_token_needs_the_one_scope_and_a_request_a_token(program, owner, objects, act):
    scope = ACTS[act][0]
    others = [other for other in Scope.values if other != scope]

    assert call(program(), act, objects).status_code == 401
    refused = call(program(owner, *others), act, objects)
    assert refused.status_code == 403
    assert scope in refused.json()["detail"]
    assert call(program(owner, scope), act, objects).status_code == ACTS[act][1]


def test_every_operation_of_the_schema_is_in_the_table():
    from tests.program import BASE, document, operation_of

    public = {"verify"}
    described = {
        operation["operationId"]
        for operations in document()["paths"].values()
        for operation in operations.values()
    }
    tried = set()
    for act in ACTS:
        method, path = act.split()
        tried.add(operation_of(method.lower(), path)["operationId"])
    assert described - public == tried
    assert BASE == "/api/v1"


def test_hardware_needs_a_scope_of_its_own(program, operator, workflow, objects):
    body = {**bodies(objects)["POST /runs/"], "mode": "hardware"}
    refused = program(operator, "runs:write").post("/runs/", body)
    assert refused.status_code == 403
    assert "runs:hardware" in refused.json()["detail"]
    # With the scope it is the route that is judged: there is no hardware at this provider.
    answer = program(operator, "runs:write", "runs:hardware").post("/runs/", body)
    assert answer.json()["code"] == "unsupported_provider_path"
