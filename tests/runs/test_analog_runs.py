"""Analog programs by every door: asked for, run by the real simulator, read, and run again."""

import json
import re

import pytest
from django.urls import reverse

from quantumruns.docs.pages import FOLDER
from runs import analog, execution, lifecycle
from runs.analog.gallery import BY_SLUG
from runs.models import Run
from runs.providers.local import SOCKET_VARIABLE
from tests import make
from tests.runs.analog_programs import chain, constant, program

PAIR = program(chain(3, 6), constant(200, 1e7), filling=[1, 0, 1])


def body(workflow, **changes):
    return {
        "workflowId": workflow.public_id,
        "mode": "simulator",
        "providerId": "local",
        "deviceId": "braket_ahs",
        "shots": 500,
        "seed": 7,
        "sourceKind": "analogProgram",
        "analogProgram": PAIR,
        **changes,
    }


@pytest.fixture
def caller(program, operator):
    return program(operator, "runs:read", "runs:write")


@pytest.fixture
def ended(caller, provider, monkeypatch):
    """Ask for a run by the API, execute it, and return what the API says of it in the end."""
    monkeypatch.setenv(SOCKET_VARIABLE, str(provider.socket_path))

    def end(asked):
        accepted = caller.post("/runs/", asked)
        assert accepted.status_code == 202, accepted.content
        assert execution.execute_next() is not None
        return caller.get(f"/runs/{accepted.json()['runId']}/").json()

    return end


def test_an_analog_program_is_asked_for_run_and_read_again(ended, workflow, caller):
    run = ended(body(workflow))

    assert run["status"] == "completed"
    assert run["source"] == run["source"] | {
        "kind": "analogProgram",
        "qubits": 2,
        "operations": None,
        "depth": None,
    }
    result = run["result"]
    assert sum(result["counts"].values()) == 500
    assert {len(key) for key in result["counts"]} == {2}
    assert (result["measuredQubits"], result["sampling"]) == (
        [0, 2],
        "exact-probabilities-multinomial",
    )
    source = caller.get(f"/runs/{run['runId']}/source/").json()
    assert source["analogProgram"] == PAIR
    assert (source["openqasm"], source["circuitOperations"]) == ("", None)
    assert json.loads(source["source"]) == PAIR


def test_the_record_says_how_it_was_computed(ended, workflow):
    run = ended(body(workflow))

    row = Run.objects.get()
    assert row.solver == {"method": "gauss-legendre-6, commutator-free-4", "timeSteps": 400}
    assert run["result"]["solver"] == row.solver
    trace = {event.kind: event.data for event in row.events.all()}
    assert trace["run.validated"] == {"atoms": 2}


def test_the_same_program_is_the_same_source_however_it_is_written(caller, workflow):
    numbers = json.loads(json.dumps(PAIR))
    first = caller.post("/runs/", body(workflow)).json()
    again = caller.post("/runs/", body(workflow, analogProgram=dict(reversed(numbers.items()))))

    assert again.json()["source"]["sha256"] == first["source"]["sha256"]


def test_a_retry_and_a_new_draft_carry_the_program(workflow, operator, client, caller):
    run_id = caller.post("/runs/", body(workflow)).json()["runId"]
    run = lifecycle.cancel(Run.objects.get(), by=operator)

    retried = lifecycle.retry(run, by=operator)
    assert (retried.source, retried.retry_of, retried.status) == (run.source, run, "queued")

    client.force_login(operator)
    address = reverse("runs:new", args=[workflow.pk])
    form = client.get(address, {"from": run_id}).context["form"]
    assert form.chosen_editor == "analogProgram"
    assert json.loads(form["analog_program"].value()) == PAIR


@pytest.mark.parametrize(
    ("changes", "code", "field", "words"),
    [
        (
            {"deviceId": "braket_sv"},
            "unsupported_provider_path",
            "deviceId",
            "Choose braket_ahs for analog programs.",
        ),
        (
            {"sourceKind": "circuitOperations", "circuitOperations": make.BELL},
            "unsupported_provider_path",
            "deviceId",
            "Choose braket_sv or braket_dm for circuits.",
        ),
        (
            {"resultTypes": [{"type": "probability"}]},
            "unsupported_operation",
            "resultTypes",
            "Leave the result types out.",
        ),
        ({"parameters": {"theta": 1.0}}, "invalid_circuit", "parameters", "into its fields."),
        ({"shots": 0}, "runner_limit_exceeded", "shots", ""),
        ({"analogProgram": {}}, "invalid_circuit", "analogProgram", "to_ir().json()"),
        (
            {"analogProgram": program(chain(10, 6), constant(100, 1e7))},
            "runner_limit_exceeded",
            "analogProgram",
            "",
        ),
    ],
    ids=["device", "circuit", "results", "parameters", "shots", "empty", "atoms"],
)
def test_what_cannot_run_is_refused_and_kept(caller, workflow, changes, code, field, words):
    asked = body(workflow, **changes)
    if asked["sourceKind"] != "analogProgram":
        del asked["analogProgram"]

    answer = caller.post("/runs/", asked)

    assert answer.status_code == 422
    error = answer.json()
    assert (error["code"], len(error["problems"])) == (code, 1)
    assert error["problems"][0]["field"] == field
    assert words in error["problems"][0].get("hint", "")
    run = Run.objects.get()
    assert (run.status, run.source.lowered) == ("failed", None)


def test_a_preview_says_how_large_it_is(caller, workflow):
    asked = body(workflow)
    del asked["seed"]

    found = caller.post("/runs/preview/", asked).json()

    assert (found["valid"], found["qubits"], found["operations"]) == (True, 2, None)


def test_a_request_has_one_program(caller, workflow):
    answer = caller.post("/runs/", body(workflow, source="OPENQASM 3.0;"))

    assert answer.status_code == 400
    assert not Run.objects.exists()


def test_a_sweep_runs_one_program_with_several_seeds(caller, workflow):
    answer = caller.post(
        "/sweeps/", body(workflow, points=[{"seed": 1}, {"seed": 2}, {"shots": 100}])
    )

    assert answer.status_code == 202, answer.content
    runs = list(Run.objects.order_by("sweep_index"))
    assert [(run.seed, run.shots) for run in runs] == [(1, 500), (2, 500), (7, 100)]
    assert len({run.source_id for run in runs}) == 1


def test_a_program_over_the_limits_of_today_is_not_run(caller, workflow, settings, monkeypatch):
    monkeypatch.setenv(SOCKET_VARIABLE, "/nowhere")
    caller.post("/runs/", body(workflow))
    settings.RUN_LIMITS = type(settings.RUN_LIMITS)(analog_atoms=1)

    assert execution.execute_next() is not None

    run = Run.objects.get()
    assert run.error_code == "runner_limit_exceeded"
    assert run.error["message"].endswith("has 2 atoms; Braket analog simulator takes 1")


def test_the_example_of_the_docs_is_true(ended, workflow, capsys):
    page = (FOLDER / "analog-programs.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    asked, told = map(json.loads, re.findall(r"```json\n(.*?)```", page, re.DOTALL))

    exec(script, {})
    assert json.loads(capsys.readouterr().out) == asked["analogProgram"]
    result = ended(asked | {"workflowId": workflow.public_id})["result"]
    assert {name: result[name] for name in told} == told


@pytest.fixture
def visitor(client, operator):
    client.force_login(operator)
    return client


@pytest.fixture
def address(workflow):
    return reverse("runs:new", args=[workflow.pk])


def typed(text, **changes):
    """What a browser sends of the form with an analog program in it."""
    blank = {name: [""] for name in ("op_gate", "op_targets", "op_controls", "op_values")}
    return {
        "idempotency_key": "first-try",
        "act": "run",
        "device": "local/braket_ahs",
        "shots": "100",
        "evidence_requested": "on",
        "editor": "analogProgram",
        "analog_program": text,
        "source": "OPENQASM 3.0;",
        **blank,
        **changes,
    }


@pytest.mark.parametrize("slug", sorted(BY_SLUG))
def test_a_template_is_run_in_two_clicks(visitor, address, slug):
    started = visitor.post(address, typed("", editor="table", act=f"template-{slug}",
                                          device="local/braket_sv"))  # fmt: skip
    form = started.context["form"]
    assert (form.chosen_editor, form["device"].value()) == ("analogProgram", "local/braket_ahs")
    assert form["name"].value() == BY_SLUG[slug].name

    visitor.post(address, typed(form["analog_program"].value()))

    run = Run.objects.get()
    assert (run.status, run.device_id) == ("queued", "braket_ahs")
    assert json.loads(run.source.text) == BY_SLUG[slug].program


def test_a_link_starts_from_a_template(visitor, address):
    form = visitor.get(address, {"template": "rydberg-chain"}).context["form"]

    assert (form.chosen_editor, form["device"].value()) == ("analogProgram", "local/braket_ahs")
    back = visitor.get(address, {"template": "bell"}).context["form"]
    assert (back.chosen_editor, back["device"].value()) == ("table", "local/braket_sv")


def test_the_preview_draws_the_register_and_the_fields(visitor, workflow):
    text = analog.write(BY_SLUG["rydberg-chain"].program)

    answer = visitor.post(reverse("runs:preview", args=[workflow.pk]), typed(text))

    page = answer.content.decode()
    assert "7 atoms, 4 µs" in page
    assert "Amplitude Ω in rad/µs" in page
    assert "The program is well formed" in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "This field is required"),
        ("{", "This is not JSON"),
        ("[]", "Write the program as an object"),
    ],
)
def test_what_is_no_program_is_said_beside_the_field(visitor, address, text, words):
    answer = visitor.post(address, typed(text))

    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors["analog_program"])
    assert not Run.objects.exists()


def test_what_is_wrong_with_a_program_is_said_beside_the_field_and_kept(visitor, address):
    wrong = program(chain(2, 0.5), constant(200, -1e7))

    answer = visitor.post(address, typed(json.dumps(wrong)))

    assert answer.status_code == 422
    said = answer.context["form"].errors["analog_program"]
    assert len(said) == 3
    assert "Sites 0 and 1 are 0.5 µm apart" in said[0]
    assert Run.objects.get().status == "failed"
    assert answer.context["form"]["analog_program"].value() == json.dumps(wrong)
