"""Every published code, met by a person at the form and by a program at the API, in the same words.

What ends a run is told by the run's page, the API and the sealed packet from one payload; what
leaves no run is told at the door. A code that nobody can meet fails here.
"""

import dataclasses
import html
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence import layout
from runs import execution, lifecycle, providers
from runs.errors import ERRORS, RunError, Stage
from runs.models import Run
from runs.providers.local import SOCKET_VARIABLE
from tests import make

SLOW = [{"gate": "h", "targets": [place % 20]} for place in range(2000)]
NARROW = [{"gate": "h", "targets": [0, 1]}]
UNKNOWN = [{"gate": "nonsense", "targets": [0]}]
WIDE = [{"gate": "h", "targets": [qubit]} for qubit in range(21)]


@dataclasses.dataclass
class Refuses:
    """A provider that answers every job with one error."""

    error: Exception

    def run(self, *_, **__):
        raise self.error


@pytest.fixture
def answers(monkeypatch):
    """Make the provider of local devices answer every job with an error."""

    def answer(error):
        monkeypatch.setattr(providers, "get", lambda _: Refuses(error))

    return answer


@pytest.fixture
def by_form(client, operator, workflow):
    """Send a circuit as the form does; return its answer."""
    client.force_login(operator)

    def send(operations=make.BELL, **changes):
        filled = {
            "idempotency_key": "by-form",
            "act": "run",
            "mode": "simulator",
            "device": "local/braket_sv",
            "shots": "1000",
            "editor": "json",
            "evidence_requested": "on",
            "operations_json": json.dumps(operations),
        }
        return client.post(reverse("runs:new", args=[workflow.pk]), {**filled, **changes})

    return send


@pytest.fixture
def by_api(program, operator, workflow):
    """Send a circuit as a program does; return its answer."""
    caller = program(operator)

    def send(operations=make.BELL, *, caller=caller, key="by-api", **changes):
        body = {
            "workflowId": workflow.public_id,
            "mode": "simulator",
            "providerId": "local",
            "deviceId": "braket_sv",
            "shots": 1000,
            "sourceKind": "circuitOperations",
            "circuitOperations": operations,
        }
        return caller.post("/runs/", {**body, **changes}, Idempotency_Key=key)

    return send


def text_of(answer):
    """Return what a page says, as it is read."""
    return html.unescape(answer.content.decode())


def says_why(page, error):
    """Tell whether a page shows an error in the words of its payload."""
    heard = (error["code"], ERRORS[error["code"]].headline, error["message"], error["hint"])
    return all(words in page for words in heard)


def has_its_place_in_the_docs(error):
    page, _, anchor = error["docsUrl"].removeprefix("http://testserver").partition("#")
    assert anchor == error["code"]
    assert re.search(rf'id="{anchor}"', Client().get(page).content.decode())


def told_alike(runs, code, client, program, operator, seal):
    """Check that each run of ``runs`` says ``code`` on its page, in the API and in its packet."""
    heard = set()
    for run in runs:
        run.refresh_from_db()
        assert (run.status, run.error_code) == ("failed", code)
        error = run.error
        assert error["stage"] in set(Stage)
        assert error["retry"]["maxAttempts"] == 3
        assert says_why(text_of(client.get(reverse("runs:detail", args=[run.pk]))), error)
        assert program(operator).get(f"/runs/{run.public_id}/").json()["error"] == error
        seal(run)
        owned = client.get(reverse("evidence:packet_archive", args=[run.packet_id]))
        archive = zipfile.ZipFile(io.BytesIO(b"".join(owned)))
        [name] = [name for name in archive.namelist() if name.endswith(layout.ERROR)]
        sealed = json.loads(archive.read(name))
        shared = ("code", "stage", "message", "hint")
        assert {member: sealed[member] for member in shared} == {
            member: error[member] for member in shared
        }
        has_its_place_in_the_docs(error)
        heard.add((error["message"], error["hint"], error["stage"]))
    assert len(heard) == 1


# --- What ends a run before it is queued -----------------------------------------------------

REFUSED = {
    "invalid_circuit": (NARROW, {}),
    "unsupported_operation": (UNKNOWN, {}),
    "unsupported_provider_path": (make.BELL, {"device": "local/gone", "deviceId": "gone"}),
    "runner_limit_exceeded": (WIDE, {}),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_refused_is_kept_and_told_alike(
    code, by_form, by_api, client, program, operator, seal
):
    operations, changes = REFUSED[code]
    api_only = {"deviceId"} & changes.keys()
    form_only = {"device"} & changes.keys()
    form = by_form(operations, **{name: changes[name] for name in form_only})
    assert form.status_code == 422
    [seen] = Run.objects.all()
    assert seen.public_id in text_of(form)
    assert seen.error["message"] in text_of(form)
    api = by_api(operations, **{name: changes[name] for name in api_only})
    assert api.status_code == ERRORS[code].http_status
    assert api.json()["runId"] != seen.public_id
    assert api.json()["detail"] == seen.error["message"]
    told_alike(Run.objects.all(), code, client, program, operator, seal)


# --- What ends a run while it is executed ----------------------------------------------------


def in_its_wall_time(settings, monkeypatch, answers, provider):
    settings.RUN_LIMITS = dataclasses.replace(settings.RUN_LIMITS, wall_seconds=1)
    monkeypatch.setenv(SOCKET_VARIABLE, str(provider.socket_path))


def without_a_runner(settings, monkeypatch, answers, provider):
    monkeypatch.delenv(SOCKET_VARIABLE, raising=False)


def with_a_bug(settings, monkeypatch, answers, provider):
    answers(ZeroDivisionError("canary-88"))


def by_its_provider(code):
    """A provider's answer of its own, as the adapters translate it."""

    def arrange(settings, monkeypatch, answers, provider):
        answers(RunError(code))

    return arrange


EXECUTED = {
    "timeout": in_its_wall_time,
    "provider_not_ready": without_a_runner,
    "internal_error": with_a_bug,
    **{
        code: by_its_provider(code)
        for code in (
            "provider_error",
            "provider_quota",
            "provider_throttled",
            "provider_auth_failed",
            "provider_rejected",
            "spending_limit_exceeded",
            "submission_unconfirmed",
            "result_unavailable",
        )
    },
}


@pytest.mark.parametrize("code", EXECUTED)
def test_what_fails_in_execution_is_told_alike(
    code,
    by_form,
    by_api,
    client,
    program,
    operator,
    seal,
    settings,
    monkeypatch,
    answers,
    provider,
):
    operations = SLOW if code == "timeout" else make.BELL
    assert by_form(operations).status_code == 302
    assert by_api(operations).status_code == 202
    EXECUTED[code](settings, monkeypatch, answers, provider)
    while execution.execute_next():
        pass
    assert Run.objects.count() == 2
    told_alike(Run.objects.all(), code, client, program, operator, seal)
    assert not any("canary-88" in json.dumps(run.error) for run in Run.objects.all())


def test_a_run_whose_workers_are_lost_is_told_alike(
    by_form, by_api, client, program, operator, seal
):
    by_form()
    by_api()
    long_ago = timezone.now() - timedelta(hours=1)
    while Run.objects.filter(status="queued").exists():
        run = lifecycle.claim(lease="of a worker that dies")
        Run.objects.filter(pk=run.pk).update(lease_until=long_ago)
        lifecycle.release_expired()
    told_alike(Run.objects.all(), "worker_lost", client, program, operator, seal)


ENDS_RUNS = {*REFUSED, *EXECUTED, "worker_lost"}


# --- What leaves no run ----------------------------------------------------------------------


def check(answer, code):
    """Check that the API answers ``code`` as the registry has it; return the problem."""
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (ERRORS[code].http_status, code)
    assert problem["title"] == ERRORS[code].headline
    assert problem["runId"] is None
    has_its_place_in_the_docs(problem)
    return problem


def test_a_workflow_of_others_is_not_there(client, by_api, program, stranger, workflow):
    refused = by_api(caller=program(stranger))
    check(refused, "workflow_not_found")
    client.force_login(stranger)
    assert client.post(reverse("runs:new", args=[workflow.pk])).status_code == 404


def test_a_viewer_may_not_run(client, by_api, program, viewer, workflow):
    problem = check(by_api(caller=program(viewer)), "permission_denied")
    client.force_login(viewer)
    page = client.post(reverse("runs:new", args=[workflow.pk]))
    assert page.status_code == 403
    assert problem["detail"] in text_of(page)


def test_nobody_is_asked_who_they_are(by_api, program, workflow):
    check(by_api(caller=program()), "not_authenticated")
    asked = Client().post(reverse("runs:new", args=[workflow.pk]))
    assert asked.url.startswith("/accounts/login/")


def test_an_archived_workflow_takes_no_runs(by_form, by_api, workflow):
    workflow.archived_at = timezone.now()
    workflow.save()
    problem = check(by_api(), "state_conflict")
    page = by_form()
    assert page.status_code == 409
    assert problem["detail"] in text_of(page)


def test_one_person_waits_with_so_many_runs(by_form, by_api, operator, workflow, settings):
    most = settings.RUN_LIMITS.queued_runs_per_user
    for _ in range(most):
        make.run(workflow, by=operator, status="queued")
    problem = check(by_api(), "concurrency_limit")
    page = by_form()
    assert page.status_code == 429
    assert problem["detail"] in text_of(page)
    assert Run.objects.count() == most


def test_the_server_has_so_many_runs_waiting(by_form, by_api, owner, workflow, settings, client):
    settings.RUN_LIMITS = dataclasses.replace(settings.RUN_LIMITS, queued_runs=1)
    make.run(workflow, by=owner, status="queued")
    answer = by_api()
    problem = check(answer, "concurrency_limit")
    assert "server is full" in problem["detail"]
    assert answer.headers["Retry-After"] == "60"
    assert problem["detail"] in text_of(by_form())
    limits = re.sub("<[^>]*>", " ", text_of(client.get("/docs/runs-api/")))
    assert " queued runs 1 " in " ".join(limits.split())


def test_a_key_is_for_one_request(by_form, by_api):
    by_api(shots=10)
    check(by_api(shots=20), "idempotency_mismatch")
    by_form(shots="10")
    page = by_form(shots="20")
    assert page.status_code == 422
    assert ERRORS["idempotency_mismatch"].headline in text_of(page)
    assert Run.objects.count() == 2


def test_a_malformed_request_names_its_fields(by_form, by_api):
    long = "n" * 121
    problem = check(by_api(name=long), "invalid_request")
    assert problem["field"] == "name"
    page = by_form(name=long)
    assert page.status_code == 400
    assert 'aria-invalid="true"' in text_of(page)
    assert "at most 120" in text_of(page)
    assert not Run.objects.exists()


# Met by programs alone, whose envelopes are their own work. The key that is still in work needs
# locks that are waited for: tests/runs/test_api_idempotency.py meets it, on PostgreSQL.
ENVELOPE = {
    "not_found",
    "method_not_allowed",
    "unsupported_media_type",
    "payload_too_large",
    "idempotency_in_progress",
    "rate_limited",
}


def test_the_envelope_is_told_from_the_same_registry(program, operator, workspace, settings):
    caller = program(operator)
    answers = {
        "not_found": caller.client.get("/api/v1/nothing/"),
        "method_not_allowed": caller.client.delete("/api/v1/runs/", headers=caller.headers),
        "unsupported_media_type": caller.raw("/runs/", b"a=1", content_type="text/plain"),
        "payload_too_large": caller.raw("/runs/", b" " * (256 * 1024 + 1)),
    }
    settings.API_RATES = {**settings.API_RATES, "read": 1}
    caller.get("/runs/")
    answers["rate_limited"] = caller.get("/runs/")
    for code, answer in answers.items():
        check(answer, code)


def test_no_code_is_out_of_reach():
    met = {
        *ENDS_RUNS,
        *ENVELOPE,
        "workflow_not_found",
        "permission_denied",
        "not_authenticated",
        "state_conflict",
        "concurrency_limit",
        "idempotency_mismatch",
        "invalid_request",
    }
    assert met == set(ERRORS)
