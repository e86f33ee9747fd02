"""The page of a run: what it says in every state, what it offers to whom, and how it stays live."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from runs import canonical, lifecycle, trace
from runs.models import Run, Source
from tests import make


def text(response):
    return response.content.decode()


def page(name, run):
    return reverse(f"runs:{name}", args=[run.pk])


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def run(workflow, owner):
    return make.run(workflow, by=owner, name="GHZ state", route_rationale="Exact & free.")


def stages(shown):
    return re.findall(r'<li class="(\w+)">\s*<span class="gate[^>]*>.*?</span>\s*<b>([^<]+)', shown)


PAGES = ["detail", "live", "edit", "cancel", "retry", "seal", "counts", "source", "trace"]


@pytest.mark.parametrize("name", PAGES)
def test_for_a_stranger_the_run_does_not_exist(client, stranger, run, name):
    client.force_login(stranger)
    ask = client.post if name == "seal" else client.get
    assert ask(page(name, run)).status_code == 404


@pytest.mark.parametrize("name", ["edit", "cancel", "retry", "seal"])
def test_a_viewer_reads_and_is_told_why_they_may_not_act(client, viewer, run, name):
    client.force_login(viewer)
    answer = client.post(page(name, run))
    assert answer.status_code == 403
    assert "only owners and operators" in text(answer)
    shown = text(client.get(page("detail", run)))
    assert page(name, run) not in shown


def test_a_completed_run_shows_all_of_its_record(signed_in, run):
    make.packet(run)
    shown = text(signed_in.get(page("detail", run)))
    assert [state for state, _ in stages(shown)] == ["done"] * 5 + ["seal"]
    for words in (
        "GHZ state",
        run.public_id,
        "Olive Owner",
        "507",
        "50.7%",
        "Measured counts of 1,000 shots",
        "Exact &amp; free.",
        "Evidence packet sealed",
        run.manifest_sha256,
        "Result stored",
        "No other run",
        "$QUANTUMRUNS_TOKEN",
        'class="circuit"',
    ):
        assert words in shown
    assert 'id="poll"' not in shown
    assert 'http-equiv="refresh"' not in shown


def test_the_trace_ends_with_the_sealing_as_in_the_packet(signed_in, run):
    assert (
        "Evidence sealed"
        not in text(signed_in.get(page("detail", run))).split('id="trace-title"')[1]
    )
    make.packet(run)
    shown = text(signed_in.get(page("detail", run))).split('id="trace-title"')[1]
    assert shown.index("Result stored") < shown.index("Evidence sealed")
    assert "its head differs" in shown


def test_a_lost_attempt_is_not_told_as_time_in_the_queue(signed_in, workflow, owner):
    run = make.run(workflow, by=owner, attempt=2)
    assert "attempt 2 of 3" in text(signed_in.get(page("detail", run)))


def test_a_run_took_equally_long_on_its_page_and_in_the_list(signed_in, workflow, owner):
    at = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    took = {"started_at": at, "finished_at": at + timedelta(seconds=7.3)}
    run = make.run(workflow, by=owner, **took, execution_seconds=5.1)
    assert "7.3 s" in text(signed_in.get(reverse("runs:list")))
    shown = text(signed_in.get(page("detail", run)))
    assert "7.3 s" in shown
    assert "5.1 s" not in shown


def test_a_simulator_is_not_called_a_provider(signed_in, workflow, owner):
    run = make.run(workflow, by=owner, status="running")
    shown = text(signed_in.get(page("detail", run)))
    assert "The simulator is executing it." in shown
    assert "Handed to the simulator" in shown


def test_a_refused_request_says_why_it_has_no_diagram(signed_in, workflow, owner):
    source = make.source(workflow.workspace, openqasm3="", is_read=False)
    refused = {"status": "failed", "error_code": "runner_limit_exceeded", "source": source}
    shown = text(signed_in.get(page("detail", make.run(workflow, by=owner, **refused))))
    assert "Refused requests have no diagram. This one was refused: The run is larger" in shown


def test_refused_operations_are_in_the_command_as_they_were_sent(signed_in, workflow, owner):
    sent = [{"gate": "fsim", "targets": [0, 1]}]
    content = canonical.encode(sent)
    source = Source.objects.create(
        workspace=workflow.workspace,
        kind="circuitOperations",
        sha256=canonical.sha256(content),
        is_valid=False,
        content=content,
    )
    refused = {"status": "failed", "error_code": "unsupported_operation", "source": source}
    run = make.run(workflow, by=owner, **refused)
    shown = html.unescape(text(signed_in.get(page("detail", run))))
    assert '"circuitOperations": [{"gate": "fsim", "targets": [0, 1]}]' in shown


def test_a_rare_outcome_has_a_share(signed_in, workflow, owner):
    run = make.run(workflow, by=owner, shots=100_000, counts={"00": 99_996, "11": 4})
    shown = text(signed_in.get(page("detail", run)))
    assert "0.004%" in shown
    assert "Bars are scaled to the largest outcome" in shown


def test_a_failed_run_answers_three_questions_before_anything_else(signed_in, workflow, owner):
    run = make.run(workflow, by=owner, status="failed", error_code="runner_limit_exceeded")
    make.packet(run)
    shown = text(signed_in.get(page("detail", run)))
    assert [state for state, _ in stages(shown)] == ["fail", *["next"] * 4, "seal"]
    assert "The run is larger than this runner allows" in shown
    assert "Nothing reached the provider, nothing was charged." in shown
    assert "fails the same way" in shown
    assert "are sealed as evidence" in shown
    assert shown.index("error-title") < shown.index("circuit-title") < shown.index("result-title")
    assert "No counts were measured" in shown
    assert f"from={run.public_id}" in shown
    assert f"{reverse('docs:page', args=['errors'])}#runner_limit_exceeded" in shown


def test_the_place_of_an_error_is_named_and_marked(signed_in, workflow, owner):
    operations = [{"gate": "h", "targets": [0]}, {"gate": "cnot", "controls": [0], "targets": [0]}]
    source = make.source(workflow.workspace, operations=operations, is_read=False)
    error = {**make.error(), "operationIndex": 1, "message": "Qubit 0 is used twice"}
    error["problems"] = [{"message": "Qubit 0 is used twice", "operationIndex": 1}]
    run = make.run(workflow, by=owner, status="failed", source=source, error=error)
    shown = text(signed_in.get(page("detail", run)))
    assert "Operation 2." in shown
    assert "Fix operation 2" in shown
    assert "#op-1" in shown
    assert re.search(r'<tr class="failed"><td[^>]*>2</td><td[^>]*>cnot', shown)


@pytest.mark.parametrize(
    ("code", "offered"),
    [("timeout", True), ("provider_throttled", True), ("invalid_circuit", False)],
)
def test_a_retry_is_offered_where_it_is_safe_and_useful(signed_in, workflow, owner, code, offered):
    run = make.run(workflow, by=owner, status="failed", error_code=code)
    assert (page("retry", run) in text(signed_in.get(page("detail", run)))) is offered


def test_a_retry_asks_first_and_makes_a_linked_run(signed_in, workflow, owner):
    run = make.run(workflow, by=owner, status="failed", error_code="timeout")
    assert "Nothing: simulators are free." in text(signed_in.get(page("retry", run)))
    assert Run.objects.count() == 1
    answer = signed_in.post(page("retry", run))
    again = Run.objects.exclude(pk=run.pk).get()
    assert again.retry_of == run
    assert answer.url == page("detail", again)
    assert "Retried as" in text(signed_in.get(page("detail", run)))


def test_a_useless_retry_is_refused_with_its_reason(signed_in, workflow, owner):
    run = make.run(workflow, by=owner, status="failed", error_code="invalid_circuit")
    assert "This run cannot be retried" in text(signed_in.get(page("retry", run)))
    answer = signed_in.post(page("retry", run), follow=True)
    assert "cannot be retried as it is" in text(answer)
    assert Run.objects.count() == 1


def test_a_cancellation_says_what_it_means_and_then_stops_the_run(signed_in, workflow, owner):
    run = make.run(workflow, by=owner, status="queued")
    assert page("cancel", run) in text(signed_in.get(page("detail", run)))
    assert "has not been sent to the provider" in text(signed_in.get(page("cancel", run)))
    run.refresh_from_db()
    assert run.status == "queued"
    shown = text(signed_in.post(page("cancel", run), follow=True))
    run.refresh_from_db()
    assert run.status == "cancelled"
    assert ("stop", "Cancelled") in stages(shown)
    assert "cannot be cancelled" in text(signed_in.post(page("cancel", run), follow=True))


@pytest.mark.parametrize(
    ("status", "reached", "label"),
    [
        ("queued", 1, "Queued"),
        ("submitting", 2, "Submitted"),
        ("submitted", 2, "Submitted"),
        ("unconfirmed", 2, "Submitted"),
        ("running", 3, "Ran"),
        ("cancelling", 3, "Ran"),
    ],
)
def test_the_wire_shows_where_an_open_run_is(signed_in, workflow, owner, status, reached, label):
    run = make.run(workflow, by=owner, status=status)
    line = stages(text(signed_in.get(page("detail", run))))
    assert [state for state, _ in line] == ["done"] * reached + ["now"] + ["next"] * (5 - reached)
    assert line[reached][1] == label


def test_an_open_run_polls_and_reloads_without_scripts(signed_in, workflow, owner):
    run = make.run(workflow, by=owner, status="queued")
    shown = text(signed_in.get(page("detail", run)))
    assert '<noscript><meta http-equiv="refresh" content="15"></noscript>' in shown
    assert 'hx-trigger="load delay:100ms, wake"' in shown
    assert 'role="status" data-status-line' in shown


def next_poll(response):
    match = re.search(r'hx-get="([^"]+)" hx-trigger="load delay:(\d+)ms', text(response))
    return match and (match[1].replace("&amp;", "&"), int(match[2]))


def test_polls_come_quickly_at_first_and_then_more_slowly(signed_in, workflow, owner):
    run = make.run(workflow, by=owner, status="queued")
    answer = signed_in.get(page("detail", run))
    delays = []
    for _ in range(45):
        address, delay = next_poll(answer)
        delays.append(delay)
        answer = signed_in.get(address)
        assert answer["HX-Retarget"] == "#poll"
        assert "GHZ" not in text(answer)
    assert delays[:4] == [100, 200, 400, 1000]
    assert delays == sorted(delays)
    assert delays[-1] == 15_000


def test_a_change_replaces_the_live_part_and_the_end_ends_the_polls(signed_in, workflow, owner):
    run = make.run(workflow, by=owner, status="queued")
    address, _ = next_poll(signed_in.get(page("detail", run)))
    lifecycle.cancel(run, by=owner)
    answer = signed_in.get(address)
    assert "HX-Retarget" not in answer
    assert '<div id="run" data-say="Cancelled.' in text(answer)
    assert "<html" not in text(answer)
    address, _ = next_poll(answer)
    run.refresh_from_db()
    make.packet(run)
    answer = signed_in.get(address)
    assert "Evidence packet sealed" in text(answer)
    assert next_poll(answer) is None


def test_a_poll_after_the_session_ended_leads_to_the_sign_in_page(client, run):
    answer = client.get(page("live", run), headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer[
        "HX-Redirect"
    ] == f"{reverse('account_login')}?next={page('detail', run)}".replace(
        "=/runs/", "=%2Fruns%2F"
    ).replace(f"{run.public_id}/", f"{run.public_id}%2F")


@pytest.mark.parametrize(
    ("view", "words"),
    [("diagram", 'class="circuit"'), ("operations", ">cnot<"), ("openqasm", "OPENQASM 3.0;")],
)
def test_the_circuit_has_three_views_by_links(signed_in, run, view, words):
    shown = text(signed_in.get(page("detail", run), {"view": view}))
    assert words in shown
    assert f'href="?view={view}#circuit" aria-current="true"' in shown


def test_equal_sources_are_told_and_found(signed_in, run, workflow, owner):
    make.run(workflow, by=owner, name="Twin")
    shown = text(signed_in.get(page("detail", run)))
    assert "1 other run" in shown
    found = text(signed_in.get(f"{reverse('runs:list')}?q={run.source.sha256}"))
    assert "Twin" in found


def test_evidence_can_be_asked_for_later(signed_in, workflow, owner):
    run = make.run(workflow, by=owner, evidence_state="not_requested")
    assert "No evidence packet" in text(signed_in.get(page("detail", run)))
    shown = text(signed_in.post(page("seal", run), follow=True))
    run.refresh_from_db()
    assert run.evidence_state == "pending"
    assert "Evidence is being sealed" in shown
    assert "on its way" in text(signed_in.post(page("seal", run), follow=True))


def test_sealing_that_failed_says_that_the_run_is_not_affected(signed_in, workflow, owner):
    run = make.run(workflow, by=owner, evidence_state="build_failed")
    shown = text(signed_in.get(page("detail", run)))
    assert "Sealing failed" in shown
    assert "The run itself is not affected" in shown
    assert page("seal", run) in shown


def test_name_tags_and_notes_change_and_nothing_else(signed_in, run):
    before = Run.objects.values().get(pk=run.pk)
    form = {"name": "Renamed", "tags": "a, b", "notes": "<b>Mind the bits</b>"}
    shown = text(signed_in.post(page("edit", run), form, follow=True))
    after = Run.objects.values().get(pk=run.pk)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"name", "tags", "notes"}
    assert "&lt;b&gt;Mind the bits&lt;/b&gt;" in shown
    assert signed_in.post(page("edit", run), {"name": "x" * 121}).status_code == 422


def test_counts_are_downloaded_most_frequent_first(signed_in, workflow, owner):
    run = make.run(workflow, by=owner, counts={"00": 10, "11": 980, "01": 10})
    answer = signed_in.get(page("counts", run))
    assert text(answer) == "outcome,count\n11,980\n00,10\n01,10\n"
    assert f'filename="{run.public_id}-counts.csv"' in answer["Content-Disposition"]
    failed = make.run(workflow, by=owner, status="failed")
    assert signed_in.get(page("counts", failed)).status_code == 404


def test_the_source_is_downloaded_as_openqasm(signed_in, run):
    assert text(signed_in.get(page("source", run))).startswith("OPENQASM 3.0;")


def test_the_trace_is_downloaded_as_it_is_chained(signed_in, run):
    lines = signed_in.get(page("trace", run)).content.splitlines()
    assert trace.verify(lines) == run.trace_head
    assert canonical.sha256(lines[-1]) == run.trace_head


def test_many_outcomes_are_summed_up_below_the_largest(signed_in, workflow, owner):
    counts = {format(place, "08b"): 1 + place for place in range(200)}
    shown = text(signed_in.get(page("detail", make.run(workflow, by=owner, counts=counts))))
    assert "Other (184)" in shown
    assert "All 200 outcomes that were seen" in shown


def test_what_people_wrote_is_escaped(signed_in, workflow, owner):
    evil = '<script>alert("x")</script>'
    run = make.run(workflow, by=owner, name=evil, notes=evil, tags=[evil], route_rationale=evil)
    shown = text(signed_in.get(page("detail", run)))
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown
