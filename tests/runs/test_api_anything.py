"""Whatever a program sends, it gets an answer that the schema knows, and never a bug."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as any_of

_WORDS = ["gate", "targets", "controls", "angle", "angles", "power", "controlState"]
_NUMBERS = any_of.integers(-(2**53) + 1, 2**53 - 1) | any_of.floats(
    allow_nan=False, allow_infinity=False
)
VALUES = any_of.recursive(
    any_of.none() | any_of.booleans() | _NUMBERS | any_of.text(max_size=20),
    lambda inner: (
        any_of.lists(inner, max_size=4)
        | any_of.dictionaries(
            any_of.sampled_from(_WORDS) | any_of.text(max_size=8), inner, max_size=4
        )
    ),
    max_leaves=10,
)
OPERATIONS = any_of.lists(
    any_of.fixed_dictionaries(
        {
            "gate": any_of.sampled_from(["h", "cnot", "rx", "u", "gphase", "measure"]) | VALUES,
            "targets": any_of.lists(any_of.integers(-1, 25), max_size=3) | VALUES,
        },
        optional={"controls": VALUES, "angle": VALUES, "power": VALUES, "unknown": VALUES},
    ),
    max_size=4,
)
RESULTS = any_of.lists(
    any_of.fixed_dictionaries(
        {
            "type": any_of.sampled_from(
                ["probability", "expectation", "variance", "state_vector", "amplitude", "sample"]
            )
            | VALUES
        },
        optional={
            "targets": any_of.lists(any_of.integers(-1, 3), max_size=3) | VALUES,
            "observable": any_of.lists(any_of.sampled_from("xyzih"), max_size=3) | VALUES,
            "states": any_of.lists(any_of.text("01", max_size=3), max_size=3) | VALUES,
            "unknown": VALUES,
        },
    )
    | VALUES,
    max_size=4,
)
LINES = [
    "OPENQASM 3.0;", "qubit[2] q;", "bit[2] c;", 'include "stdgates.inc";', "h q[0];", "{", "}",
    "c = measure q;", "for int i in [0:3] { x q[0]; }", "gate g a { U(0,0,0) a; }", "input float a;",
    "pow(1e999) @ x q[0];", "x q[99999999999999999999];", "cal {", "\x00", "é",
]  # fmt: skip
PROGRAMS = any_of.fixed_dictionaries(
    {"sourceKind": any_of.just("circuitOperations"), "circuitOperations": OPERATIONS | VALUES}
) | any_of.fixed_dictionaries(
    {
        "sourceKind": any_of.sampled_from(["openqasm3", "openqasm2"]),
        "source": any_of.text(max_size=99)
        | any_of.lists(any_of.sampled_from(LINES), max_size=9).map("\n".join),
    }
)
ROUTES = any_of.fixed_dictionaries(
    {
        "mode": any_of.just("simulator") | any_of.text(max_size=50),
        "providerId": any_of.just("local") | any_of.text(max_size=50),
        "deviceId": any_of.just("braket_sv") | any_of.text(max_size=50),
        "shots": any_of.integers(0, 100) | VALUES,
    },
    optional={
        "resultTypes": RESULTS | VALUES,
        "seed": VALUES,
        "name": VALUES,
        "tags": VALUES,
        "parameters": VALUES,
    },
)
PARTS = {"": {200}, "source/": {200}, "events/": {200}, "circuit.svg": {200, 404}}


@pytest.fixture
def caller(program, operator, settings):
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 10**9)
    return program(operator)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(route=ROUTES, program_members=PROGRAMS)
def test_any_request_is_refused_or_recorded_and_can_be_read(
    caller, workflow, route, program_members
):
    body = {**route, **program_members, "workflowId": workflow.public_id}
    answer = caller.raw("/runs/", json.dumps(body).encode())
    run_id = answer.json().get("runId")
    assert (run_id is None) == (answer.status_code in {400, 429})
    for part, expected in PARTS.items():
        if run_id is not None:
            assert caller.get(f"/runs/{run_id}/{part}").status_code in expected


_FILTERS = ["workflow", "status", "mode", "tag", "text", "sourceSha256", "createdAfter", "after"]


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    query=any_of.dictionaries(
        any_of.sampled_from([*_FILTERS, "limit", "unknown"]),
        any_of.text(max_size=130)
        | any_of.sampled_from(["run_0", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]),
        max_size=3,
    )
)
def test_any_query_is_answered(caller, workflow, query):
    assert caller.get("/runs/", query).status_code in {200, 400}
