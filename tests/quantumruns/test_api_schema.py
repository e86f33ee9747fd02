"""The published description is a valid one, complete, and served to everybody."""

from django.core.management import call_command
from django.test import Client

from runs import problems
from runs.errors import ERRORS, RunError
from tests.program import document, validate


def operations():
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_it_is_valid_openapi_3_1_and_made_without_a_warning(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "api.yml"))
    assert document()["openapi"].startswith("3.1")


def test_it_is_served_to_everybody_and_once(db):
    answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    assert answer.json() == document()
    again = Client().get("/api/v1/schema/", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_every_operation_has_a_name_a_description_and_its_refusals():
    for name, operation in operations():
        assert operation["description"], name
        assert {"429", "500"} <= set(operation["responses"]), name
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert set(response["content"]) == {"application/problem+json"}, name
            if status != "304":
                assert {"X-Request-Id", "RateLimit"} <= set(response["headers"]), name
    names = [operation["operationId"] for _, operation in operations()]
    assert len(names) == len(set(names))


def test_writes_take_a_key_unless_they_change_nothing_or_answer_with_a_secret():
    for name, operation in operations():
        keyed = any(p["name"] == "Idempotency-Key" for p in operation.get("parameters", []))
        exempt = operation["operationId"] in {"previewRun", "verify", "approveShare"}
        assert keyed == (not name.startswith("GET") and not exempt), name


def test_each_operation_names_the_scope_it_needs():
    for name, operation in operations():
        requirement = operation["security"][0]
        assert requirement == {} or len(requirement["apiToken"]) == 1, name


def test_the_examples_in_the_error_registry_fit_the_problem_schema():
    reference = {"$ref": "#/components/schemas/ProblemAnswer"}
    for code in ERRORS:
        validate(problems.of(RunError(code), instance="/api/v1/runs/"), reference)
