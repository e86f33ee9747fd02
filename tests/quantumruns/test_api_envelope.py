"""What the API says of requests that are no requests: always JSON, always with a code."""

import json

import pytest
from django.test import Client, override_settings
from django.urls import path

from quantumruns.api import problems
from runs.models import Run
from tests import make


@pytest.fixture
def caller(program, operator, workspace):
    return program(operator)


def check(answer, status, code):
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["requestId"] == answer.headers["X-Request-Id"]
    assert problem["type"] == problem["docsUrl"] == f"http://testserver/docs/errors/#{code}"
    assert problem["detail"] == problem["message"]
    return problem


DEEP = b"[" * 33 + b"]" * 33
BOTTOMLESS = b"[" * 100_000


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "name: This field is required."),
        (b"[1, 2]", "Expected a dictionary"),
        (b"null", "No data provided"),
        (b'{"name": "a",}', "not JSON"),
        (b'{"name": "a"', "not JSON"),
        (b"{'name': 'a'}", "not JSON"),
        (b'\xef\xbb\xbf{"name": "a"}', "not JSON"),
        (b'{"name": "\xff"}', "not UTF-8"),
        (b'{"name": "a", "name": "b"}', "twice"),
        (b'{"name": "a", "tags": [{"x": 1, "x": 2}]}', "twice"),
        (b'{"name": NaN}', "NaN"),
        (b'{"name": Infinity}', "Infinity"),
        (b'{"name": -Infinity}', "Infinity"),
        (b'{"name": 1e400}', "too large"),
        (b'{"name": 9007199254740992}', "too large"),
        (b'{"name": ' + b"1" * 5000 + b"}", "too large"),
        (b'{"name": "a\\u0000b"}', "NUL"),
        (b'{"na\\u0000me": "b"}', "NUL"),
        (b'{"name": "\\ud800"}', "surrogate"),
        (DEEP, "nested"),
        (BOTTOMLESS, "nested"),
        (b'{"name": "a", "nmae": "b"}', "no such field"),
        (b'{"name": 7}', "name: Not a valid string."),
        (b'{"name": null}', "name: This field may not be null."),
        (b'{"name": "a", "defaultShots": "12"}', "defaultShots: A valid integer is required."),
        (b'{"name": "a", "defaultShots": true}', "defaultShots: A valid integer is required."),
        (b'{"name": "a", "defaultShots": 1.0}', "defaultShots: A valid integer is required."),
        (b'{"name": "a", "tags": ["x", 1]}', "tags[1]: Not a valid string."),
    ],
)
def test_a_body_that_could_be_read_two_ways_or_none_is_refused(caller, content, told):
    problem = check(caller.raw("/workflows/", content), 400, "invalid_request")
    assert told in problem["message"]


def test_where_the_json_breaks_is_told(caller):
    problem = check(caller.raw("/workflows/", b'{\n  "name": oops\n}'), 400, "invalid_request")
    assert (problem["problems"][0]["line"], problem["problems"][0]["column"]) == (2, 11)


def test_everything_that_is_wrong_is_told_at_once(caller):
    answer = caller.post("/runs/", {"shots": "many", "sourceKind": "python", "colour": "red"})
    problem = check(answer, 400, "invalid_request")
    named = {place["field"] for place in problem["problems"]}
    assert named == {
        "colour", "workflowId", "mode", "providerId", "deviceId", "shots", "sourceKind",
    }  # fmt: skip
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("program_members", "field"),
    [
        ({"sourceKind": "circuitOperations"}, "circuitOperations"),
        ({"sourceKind": "openqasm3"}, "source"),
        ({"sourceKind": "openqasm3", "source": "", "circuitOperations": []}, "circuitOperations"),
        ({"sourceKind": "circuitOperations", "source": "", "circuitOperations": []}, "source"),
        ({"sourceKind": "circuitOperations", "circuitOperations": "h 0"}, "circuitOperations"),
        ({"sourceKind": "openqasm3", "source": "", "parameters": {"a": "1"}}, "parameters.a"),
        ({"sourceKind": "openqasm3", "source": "", "seed": -1}, "seed"),
    ],
)
def test_a_request_has_the_one_program_that_its_kind_names(
    caller, workflow, program_members, field
):
    route = {"mode": "simulator", "providerId": "local", "deviceId": "braket_sv", "shots": 10}
    body = {"workflowId": workflow.public_id, **route, **program_members}
    problem = check(caller.post("/runs/", body), 400, "invalid_request")
    assert [place["field"] for place in problem["problems"]] == [field]


def test_a_body_that_is_too_large_is_not_read(caller):
    content = json.dumps({"name": "a" * 256 * 1024}).encode()
    check(caller.raw("/workflows/", content), 413, "payload_too_large")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
)
def test_json_alone_is_taken(caller, content_type):
    answer = caller.raw("/workflows/", b"name=a", content_type=content_type)
    check(answer, 415, "unsupported_media_type")


def test_an_address_that_takes_no_such_method_says_which_it_takes(caller):
    answer = caller.client.delete("/api/v1/workflows/", headers=caller.headers)
    check(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    check(caller.client.options("/api/v1/runs/", headers=caller.headers), 405, "method_not_allowed")


@pytest.mark.parametrize("accept", ["text/html", "image/png", "nonsense"])
def test_the_answer_is_json_whatever_is_accepted(caller, accept):
    assert caller.get("/workflows/", Accept=accept).headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/nothing/", "/api/v2/runs/", "/api/v1/runs/run_X/", "/api/v1/runs"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_where_nothing_is_the_answer_is_json_too(db, path, method):
    check(getattr(Client(), method)(path), 404, "not_found")


def test_a_forgotten_slash_is_named_and_nothing_is_lost_on_a_redirect(caller):
    answer = caller.client.post("/api/v1/runs", b"{}", content_type="application/json")
    assert "slash" in check(answer, 404, "not_found")["hint"]


def test_without_a_token_nothing_is_told(program, workflow):
    for place in ("/workflows/", f"/workflows/{workflow.public_id}/"):
        answer = program().get(place)
        check(answer, 401, "not_authenticated")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["qrt_nonsense", "", "Bearer", "ü" * 50])
def test_a_token_that_is_none_is_refused(program, workspace, token):
    caller = program()
    caller.headers["Authorization"] = f"Bearer {token}"
    answer = caller.get("/workflows/")
    check(answer, 401, "not_authenticated")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_session_calls_the_api_too_and_needs_a_csrf_token_to_write(program, operator, workspace):
    client = Client(enforce_csrf_checks=True)
    client.force_login(operator)
    caller = program(client=client)
    assert caller.get("/workflows/").status_code == 200
    problem = check(caller.post("/workflows/", {"name": "a"}), 403, "permission_denied")
    assert "CSRF" in problem["detail"]


def test_a_token_without_the_scope_is_told_which_it_lacks(program, operator, workspace):
    answer = program(operator, "workflows:read").post("/workflows/", {"name": "a"})
    problem = check(answer, 403, "permission_denied")
    assert "workflows:write" in problem["detail"]
    assert problem["hint"] == "Make a token with that scope, under Settings."
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_rates_are_counted_told_and_kept(caller, settings, stranger, program):
    settings.API_RATES = {**settings.API_RATES, "read": 2}
    first = caller.get("/workflows/")
    assert first.headers["RateLimit-Policy"] == '"read";q=2;w=60'
    assert first.headers["RateLimit"].startswith('"read";r=1;t=')
    caller.get("/workflows/")
    refused = caller.get("/workflows/")
    check(refused, 429, "rate_limited")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"].startswith('"read";r=0;t=')
    assert program(stranger).get("/workflows/").status_code == 200
    assert caller.post("/workflows/", {"name": "Writes are counted apart"}).status_code == 201


def broken(request):
    raise ZeroDivisionError("a bug with a secret: canary-77")


urlpatterns = [path("api/v1/broken/", broken), path("broken/", broken)]


@override_settings(ROOT_URLCONF=__name__)
def test_a_bug_is_answered_without_detail(db):
    client = Client(raise_request_exception=False)
    answer = client.get("/api/v1/broken/")
    check(answer, 500, "internal_error")
    assert "canary-77" not in answer.content.decode()


def test_a_host_that_is_not_ours_gets_json_too(db):
    answer = Client().get("/api/v1/workflows/", headers={"Host": "evil.example"})
    check(answer, 400, "invalid_request")


def test_a_token_in_the_clear_is_refused_not_redirected(settings, caller):
    settings.SECURE_SSL_REDIRECT = True
    answer = caller.client.get("/api/v1/workflows/", headers=caller.headers)
    assert "https" in check(answer, 403, "permission_denied")["detail"]


def test_what_django_itself_refuses_keeps_its_allow_header(rf):
    from django.http import HttpResponseNotAllowed

    def view(request):
        return HttpResponseNotAllowed(["GET"])

    request = rf.post("/api/v1/schema/")
    answer = problems.ProblemMiddleware(view)(request)
    assert json.loads(answer.content)["code"] == "method_not_allowed"
    assert answer.headers["Allow"] == "GET"


def test_a_name_with_nothing_but_blanks_is_no_name(caller):
    check(caller.post("/workflows/", {"name": "   "}), 400, "invalid_request")


def test_what_is_refused_leaves_no_run_and_no_key(caller, workflow):
    answer = caller.post("/runs/", {"workflowId": workflow.public_id}, Idempotency_Key="k")
    check(answer, 400, "invalid_request")
    assert not Run.objects.exists()
    run = make.run(workflow, by=make.user())
    assert caller.get(f"/runs/{run.public_id}/").status_code == 200
