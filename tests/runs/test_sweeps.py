"""Sweeps: one request, a run at each point; all of them or none, followed and stopped as one."""

import csv
import io
import json
import math
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from quantumruns.docs.pages import FOLDER
from runs import execution, lifecycle, programs, sweeps
from runs.forms.sweep import read_points
from runs.lifecycle import recording
from runs.models import Run, Source, Sweep
from runs.programs import checking
from runs.providers.local import SOCKET_VARIABLE
from tests import guards, make

RABI = """OPENQASM 3.0;
input float theta;
qubit q;
bit c;
rx(theta) q;
c = measure q;
"""


@pytest.fixture
def simulator(provider, monkeypatch):
    monkeypatch.setenv(SOCKET_VARIABLE, str(provider.socket_path))


def body(workflow, points, **changes):
    asked = {
        "workflowId": workflow.public_id,
        "name": "Rabi",
        "mode": "simulator",
        "providerId": "local",
        "deviceId": "braket_sv",
        "shots": 1000,
        "seed": 5,
        "sourceKind": "openqasm3",
        "source": RABI,
        "points": points,
    }
    return {**asked, **changes}


def angles(number):
    return [{"parameters": {"theta": math.pi * place / (number - 1)}} for place in range(number)]


def finish():
    while execution.execute_next():
        pass


def test_a_flop_is_swept_and_its_share_follows_the_angle(program, operator, workflow, simulator):
    caller = program(operator)
    accepted = caller.post("/sweeps/", body(workflow, angles(9)), Idempotency_Key="rabi")
    assert accepted.status_code == 202
    again = caller.post("/sweeps/", body(workflow, angles(9)), Idempotency_Key="rabi")
    assert again.json() == accepted.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    path = accepted.headers["Location"].removeprefix("/api/v1")
    assert caller.get(path).json()["progress"]["waiting"] == 9

    finish()
    sweep = caller.get(path).json()
    assert sweep["progress"] == {
        "total": 9,
        "waiting": 0,
        "underway": 0,
        "completed": 9,
        "failed": 0,
        "cancelled": 0,
    }
    assert [point["index"] for point in sweep["points"]] == list(range(9))
    for point in sweep["points"]:
        run = caller.get(f"/runs/{point['runId']}/").json()
        share = run["result"]["counts"].get("1", 0) / 1000
        assert run["sweep"] == {"sweepId": sweep["sweepId"], "index": point["index"]}
        expected = math.sin(point["parameters"]["theta"] / 2) ** 2
        assert abs(share - expected) < 5 * math.sqrt(0.25 / 1000)
    assert len(caller.get("/runs/", {"sweep": sweep["sweepId"]}).json()["items"]) == 9
    first = caller.get(f"/runs/{sweep['points'][0]['runId']}/events/").json()["items"][0]
    assert first["data"]["sweep"] == {"sweepId": sweep["sweepId"], "point": 1, "points": 9}
    [listed] = caller.get("/sweeps/", {"workflow": workflow.public_id}).json()["items"]
    assert listed["sweepId"] == sweep["sweepId"]


def test_all_points_become_runs_or_none_does(program, operator, workflow):
    points = [{"parameters": {"theta": 1.0}}, {"shots": 10**9}, {"parameters": {"theta": 2.0}}]
    asked = body(workflow, points)
    asked["parameters"] = {"theta": 0.0}
    refused = program(operator).post("/sweeps/", asked)
    assert (refused.status_code, refused.json()["code"]) == (422, "runner_limit_exceeded")
    assert not Sweep.objects.exists()
    run = Run.objects.get()
    assert (run.status, run.public_id) == ("failed", refused.json()["runId"])
    assert run.name == "Rabi (2 of 3)"
    assert run.sweep is None


@pytest.mark.parametrize(
    ("points", "told"),
    [([], "1 to 100 points"), (angles(101), "1 to 100 points"), ([{"theta": 1}], "no such field")],
)
def test_the_points_are_a_list_of_what_differs(program, operator, workflow, points, told):
    refused = program(operator).post("/sweeps/", body(workflow, points))
    assert refused.json()["code"] == "invalid_request"
    assert told in str(refused.json()["problems"])
    assert not Run.objects.exists()


def test_what_waits_of_a_sweep_counts_as_one(program, operator, workflow, settings):
    caller = program(operator)
    points = [{"seed": place} for place in range(settings.RUN_LIMITS.queued_runs_per_user + 5)]
    asked = body(workflow, points, parameters={"theta": 1.0})
    assert caller.post("/sweeps/", asked).status_code == 202
    for _ in range(settings.RUN_LIMITS.queued_runs_per_user - 1):
        make.run(workflow, by=operator, status="queued")
    refused = caller.post("/sweeps/", asked)
    assert (refused.status_code, refused.json()["code"]) == (429, "concurrency_limit")


def test_a_long_source_is_read_once_here_and_by_workers_for_the_rest(
    program, operator, workflow, simulator
):
    lines = "\n".join("rx(theta) q;" for _ in range(40))
    long = RABI.replace("rx(theta) q;", lines)
    program(operator).post("/sweeps/", body(workflow, angles(20), source=long))
    [first, *others] = Run.objects.order_by("sweep_index")
    assert first.source.openqasm
    assert not any(run.source.openqasm for run in others)
    for _ in range(3):
        execution.execute_next()
    done = Run.objects.filter(status="completed").order_by("sweep_index")
    assert [run.sweep_index for run in done] == [0, 1, 2]


@pytest.fixture
def read_at_once(monkeypatch):
    """The requests whose sources are read while the person waits."""
    seen, check = [], programs.check

    def seeing(request, limits):
        seen.append(request)
        return check(request, limits)

    monkeypatch.setattr(programs, "check", seeing)
    return seen


def test_a_short_source_that_grows_is_read_once_here_and_by_workers_for_the_rest(
    program, operator, workflow, simulator, read_at_once
):
    grown = RABI.replace("rx(theta) q;", "for int i in [1:300] { rx(theta) q; }")
    program(operator).post("/sweeps/", body(workflow, angles(8), source=grown))
    assert len(read_at_once) == 1
    assert [run.source.is_read for run in Run.objects.order_by("sweep_index")] == [True] + [
        False
    ] * 7
    for _ in range(2):
        execution.execute_next()
    assert Run.objects.filter(status="completed").count() == 2


def test_a_large_circuit_is_read_once_for_all_its_points(
    program, operator, workflow, simulator, read_at_once
):
    asked = body(workflow, [{"shots": 10}, {"shots": 20}, {"shots": 30}])
    del asked["source"]
    asked |= {"sourceKind": "circuitOperations", "circuitOperations": make.BELL * 500}
    caller = program(operator)
    assert caller.post("/sweeps/", asked).status_code == 202
    assert len(read_at_once) == 1
    assert {run.source.operation_count for run in Run.objects.all()} == {1_000}
    finish()
    assert [sum(run.counts.values()) for run in Run.objects.order_by("sweep_index")] == [10, 20, 30]
    refused = caller.post("/sweeps/", asked | {"points": [{"shots": 10}, {"shots": 0}]}).json()
    assert refused["code"] == "runner_limit_exceeded"


@pytest.fixture
def steps(monkeypatch):
    """What is done for a sweep that takes long for a long program, and when its person is held."""
    seen = []

    def watch(module, name):
        act = getattr(module, name)

        def seeing(*arguments, **named):
            seen.append(name)
            return act(*arguments, **named)

        monkeypatch.setattr(module, name, seeing)

    watch(programs, "snapshot")
    watch(checking, "scan")
    watch(programs, "check")
    watch(recording, "check_room")
    watch(recording, "keep_source")
    return seen


def test_what_all_points_share_is_made_once_and_before_the_person_is_held(
    program, operator, workflow, steps
):
    asked = body(workflow, [{"seed": seed} for seed in range(20)])
    del asked["source"]
    asked |= {"sourceKind": "circuitOperations", "circuitOperations": make.BELL * 500}
    assert program(operator).post("/sweeps/", asked).status_code == 202
    assert steps == ["check", "snapshot", "check_room", "keep_source"]
    assert Run.objects.count() == 20
    assert Source.objects.get().operation_count == 1_000


def test_a_long_text_is_scanned_once_for_all_its_points(program, operator, workflow, steps):
    long = RABI.replace("rx(theta) q;", "rx(theta) q;\n" * 400)
    points = [{"parameters": {"theta": angle}} for angle in (0.5, 1.5, 0.5, 2.5)]
    assert (
        program(operator).post("/sweeps/", body(workflow, points, source=long)).status_code == 202
    )
    assert steps == ["scan", "snapshot", "check_room", *["keep_source"] * 3]
    first, second, third, _ = Run.objects.order_by("sweep_index")
    assert first.source == third.source != second.source


def test_what_is_left_is_cancelled_together(program, operator, workflow, simulator):
    caller = program(operator)
    path = f"/sweeps/{caller.post('/sweeps/', body(workflow, angles(5))).json()['sweepId']}/"
    execution.execute_next()
    cancelled = caller.post(f"{path}cancel/")
    assert cancelled.status_code == 202
    assert cancelled.json()["cancelRequestedAt"]
    assert cancelled.json()["progress"]["completed"] == 1
    assert cancelled.json()["progress"]["cancelled"] == 4
    refused = caller.post(f"{path}cancel/")
    assert (refused.status_code, refused.json()["code"]) == (409, "state_conflict")


def test_a_viewer_asks_for_none_and_it_is_noted(program, viewer, workflow):
    refused = program(viewer).post("/sweeps/", body(workflow, angles(3)), Idempotency_Key="k")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    assert not Run.objects.exists()
    assert AuditEvent.objects.get(action="run.refused").actor == viewer


def test_a_viewer_follows_and_does_not_stop_it(program, operator, viewer, workflow):
    sweep = program(operator).post("/sweeps/", body(workflow, angles(3))).json()
    path = f"/sweeps/{sweep['sweepId']}/"
    assert program(viewer).get(path).status_code == 200
    assert program(viewer).post(f"{path}cancel/").status_code == 403
    assert program(viewer).post("/sweeps/", body(workflow, angles(3))).status_code == 403


@pytest.fixture
def page(client, program, operator, workflow):
    program(operator).post("/sweeps/", body(workflow, angles(5)))
    client.force_login(operator)
    sweep = Sweep.objects.get()

    def read(view="sweep_detail", **query):
        return client.get(reverse(f"runs:{view}", args=[sweep.pk]), query)

    return read


def test_it_grows_as_points_complete(page, simulator):
    before = page().content.decode()
    assert "0 of 5" in before
    assert "Nothing to plot yet" in before
    execution.execute_next()
    during = page("sweep_live").content.decode()
    assert "1 of 5" in during
    assert 'class="plot"' in during
    finish()
    after = page().content.decode()
    assert "5 of 5" in after
    assert "data-poll" not in after
    assert after.count('<circle class="v"') == 5


def test_another_outcome_is_chosen_by_its_address(page, simulator):
    finish()
    shown = page(show="outcome-1", by="theta").content.decode()
    assert "Share of 1 against theta" in shown
    assert page(show="nonsense", by="nonsense").status_code == 200


def test_points_and_plot_are_taken_along(page, simulator):
    assert page("sweep_plot").status_code == 404
    finish()
    rows = list(csv.DictReader(io.StringIO(page("sweep_points").content.decode())))
    assert [row["point"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert float(rows[2]["theta"]) == pytest.approx(math.pi / 2)
    assert {row["status"] for row in rows} == {"completed"}
    picture = page("sweep_plot")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")


def test_cancelling_asks_first(page, client):
    assert "Cancel what is left" in page("sweep_cancel").content.decode()
    sweep = Sweep.objects.get()
    client.post(reverse("runs:sweep_cancel", args=[sweep.pk]))
    assert set(sweep.runs.values_list("status", flat=True)) == {"cancelled"}
    assert page("sweep_cancel").status_code == 302


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("theta = 0, 1", [{"parameters": {"theta": 0}}, {"parameters": {"theta": 1}}]),
        ("shots = 10, 100", [{"shots": 10}, {"shots": 100}]),
        (
            "a = 0 to 2, 3 points\nshots = 10",
            [{"parameters": {"a": x}, "shots": 10} for x in (0, 1, 2)],
        ),
        (
            "a = 1, 2\nb = 3, 4",
            [{"parameters": {"a": a, "b": b}} for a, b in ((1, 3), (1, 4), (2, 3), (2, 4))],
        ),
    ],
)
def test_points_are_written_as_people_do(text, points):
    assert read_points(text) == points


def test_both_ends_of_a_range_are_in_it():
    points = read_points("theta = 0 to 2*pi, 5 points")
    assert [point["parameters"]["theta"] for point in points] == [
        0,
        math.pi / 2,
        math.pi,
        3 * math.pi / 2,
        2 * math.pi,
    ]


@pytest.mark.parametrize(
    "text",
    ["theta", "theta = ", "1 = 2", "theta = 0 to 1, 1 points", "a = 1\na = 2", "shots = 1.5"],
)
def test_what_is_no_sweep_is_told(text):
    with pytest.raises(ValueError, match=r"."):
        read_points(text)


def test_sampled_values_are_plotted_with_their_errors(workflow, operator):
    asked = [{"type": "expectation", "observable": ["z"], "targets": [0]}]
    run = make.run(
        workflow,
        by=operator,
        parameters={"theta": 0.5},
        result_types=asked,
        values=[{**asked[0], "value": 0.25, "standardError": 0.1}],
    )
    [measure, *outcomes] = sweeps.measures_of([run])
    assert measure.label == "⟨Z₀⟩"
    assert outcomes
    sample = sweeps.sample_of(run, measure, "theta")
    assert (sample.x, sample.y) == (0.5, 0.25)
    assert sample.high - sample.low == pytest.approx(2 * 1.96 * 0.1, rel=1e-3)


@pytest.mark.parametrize(("shots", "told"), [(100, "none"), (0, "exact")])
def test_what_all_shots_agreed_on_is_not_called_exact(client, workflow, operator, shots, told):
    sweep = Sweep.objects.create(
        workspace=workflow.workspace,
        workflow=workflow,
        created_by=operator,
        points=[],
        created_at=workflow.created_at,
    )
    asked = [{"type": "expectation", "observable": ["z"], "targets": [0]}]
    error = {"standardError": 0.0} if shots else {}
    for index, theta in enumerate((0.0, 0.1)):
        make.run(
            workflow,
            by=operator,
            sweep=sweep,
            sweep_index=index,
            shots=shots,
            counts={"00": shots},
            parameters={"theta": theta},
            result_types=asked,
            values=[{**asked[0], "value": 1.0, **error}],
        )
    client.force_login(operator)
    shown = client.get(reverse("runs:sweep_detail", args=[sweep.pk])).content.decode()
    intervals = re.findall(r'<td class="n num wide muted">([^<]+)</td>', shown)
    assert intervals == [told, told]


def test_results_too_large_to_be_read_together_stay_with_their_runs(
    client, operator, workflow, django_assert_num_queries
):
    sweep = make.sweep(workflow, by=operator)
    [small, wide, _] = sweeps.runs_of(sweep)
    outcomes = {format(place, "020b"): 1 for place in range(6_000)}
    with guards.taken_down():
        Run.objects.filter(pk=wide.pk).update(counts=outcomes, shots=6_000)
        Run.objects.filter(pk=small.pk).update(counts={"1" * 20: 1_000})
    with django_assert_num_queries(3):
        loaded = [run.counts for run in sweeps.runs_with_results(sweep)]
    assert loaded[:2] == [{"1" * 20: 1_000}, None]
    client.force_login(operator)
    page = client.get(reverse("runs:sweep_detail", args=[sweep.pk])).content.decode()
    assert page.count('<circle class="v"') == 2
    with guards.taken_down():
        Run.objects.update(counts=outcomes)
    page = client.get(reverse("runs:sweep_detail", args=[sweep.pk])).content.decode()
    assert "No point of this sweep has a result that can be plotted" in page


@pytest.mark.parametrize("read", ["sweep", "sweep_cancel"])
def test_no_counts_are_read_to_tell_how_far_a_sweep_is(client, program, operator, workflow, read):
    sweep = make.sweep(workflow, by=operator, status="running")
    client.force_login(operator)
    with CaptureQueriesContext(connection) as captured:
        if read == "sweep":
            answer = program(operator).get(f"/sweeps/{sweep.public_id}/")
        else:
            answer = client.get(reverse("runs:sweep_cancel", args=[sweep.pk]))
    assert answer.status_code == 200
    assert not [query for query in captured if '"runs_run"."counts"' in query["sql"]]


def test_nothing_is_left_to_cancel_where_all_has_ended(workflow, operator):
    assert not lifecycle.can_cancel_sweep(
        Sweep.objects.create(
            workspace=workflow.workspace,
            workflow=workflow,
            created_by=operator,
            points=[],
            created_at=workflow.created_at,
        )
    )


def filled_in(**changes):
    return {
        "act": "run",
        "idempotency_key": "sweep-by-form",
        "device": "local/braket_sv",
        "shots": "1000",
        "editor": "openqasm3",
        "source": RABI,
        "sweep": "theta = 0 to pi, 5 points",
        "name": "Rabi",
        **changes,
    }


@pytest.fixture
def form(client, operator, workflow):
    client.force_login(operator)

    def send(view="new", **changes):
        return client.post(reverse(f"runs:{view}", args=[workflow.pk]), filled_in(**changes))

    return send


def test_the_form_makes_a_sweep_once(form):
    first, second = form(), form()
    sweep = Sweep.objects.get()
    assert first.url == second.url == reverse("runs:sweep_detail", args=[sweep.pk])
    assert [run.parameters["theta"] for run in sweeps.runs_of(sweep)] == [
        math.pi * place / 4 for place in range(5)
    ]


def test_the_preview_shows_the_first_of_the_sweep(form):
    said = form("preview").content.decode()
    assert "A sweep of 5 runs; this is the first" in said


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"sweep": "theta 0 to pi"}, "is not of the form"),
        ({"sweep": "theta = 0 to pi, 200 points"}, "1 to 100 points"),
        ({"sweep": "phi = 0, 1"}, "theta"),
    ],
)
def test_what_cannot_be_swept_is_told_and_nothing_typed_is_lost(form, changes, told):
    page = form(**changes)
    assert page.status_code in {400, 422}
    assert told in page.content.decode()
    assert changes["sweep"] in page.content.decode()
    assert not Sweep.objects.exists()


def test_the_sample_of_the_docs_is_one_that_runs(program, operator, workflow):
    page = (FOLDER / "sweeps.md").read_text(encoding="utf-8")
    [sample] = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    asked = {**json.loads(sample), "workflowId": workflow.public_id}
    assert program(operator).post("/sweeps/", asked).status_code == 202


def test_the_pages_of_workflow_and_run_lead_to_the_sweep(client, operator, workflow):
    sweep = make.sweep(workflow, by=operator, name="Angles")
    client.force_login(operator)
    address = reverse("runs:sweep_detail", args=[sweep.pk])
    page = client.get(reverse("runs:workflow_detail", args=[workflow.pk])).content.decode()
    assert f'<a href="{address}">Angles</a>' in page
    run = sweep.runs.get(sweep_index=1)
    page = client.get(reverse("runs:detail", args=[run.pk])).content.decode()
    assert "Point 2 of" in page
    assert address in page
