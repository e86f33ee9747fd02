"""The history of runs: what it shows, how it is searched, and that its pages do not skip."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from runs import history
from tests import make

RUNS = reverse("runs:list")


def text(response):
    return response.content.decode()


def titles(response):
    return re.findall(r'<a class="name" href="[^"]+">([^<]+)</a>', text(response))


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner)
    return client


@pytest.mark.parametrize("person", ["owner", "operator", "viewer"])
def test_members_see_the_runs_of_their_workspace(client, request, workflow, owner, person):
    make.run(workflow, by=owner, name="Ours")
    client.force_login(request.getfixturevalue(person))
    assert titles(client.get(RUNS)) == ["Ours"]


def test_a_stranger_sees_none_of_them(client, stranger, workflow, owner):
    run = make.run(workflow, by=owner, name="Ours")
    client.force_login(stranger)
    assert "No runs yet" in text(client.get(RUNS))
    assert titles(client.get(RUNS, {"q": run.public_id})) == []
    assert titles(client.get(RUNS, {"workflow": workflow.public_id})) == []


def test_a_row_says_what_ran_where_how_long_and_whether_it_is_sealed(signed_in, workflow, owner):
    sealed = make.run(workflow, by=owner, name="GHZ state", shots=2048, counts={"00": 2048})
    packet = make.packet(sealed)
    make.share(packet, by=owner, status="approved")
    shown = text(signed_in.get(RUNS))
    for words in (
        "GHZ state",
        sealed.public_id,
        "Completed",
        "Simulator",
        "State vector",
        'title="Braket state vector simulator"',
        '<span class="zone"> UTC</span>',
        "2,048",
        "1 share",
        "data:image/svg+xml",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "queued"}, "in the queue"),
        ({"status": "running"}, "so far"),
        ({"status": "cancelled"}, "Cancelled in the queue"),
        ({"status": "failed"}, "Did not start"),
        ({"evidence_state": "not_requested"}, "Not requested"),
        ({"evidence_state": "build_failed"}, "Sealing failed"),
    ],
)
def test_a_row_says_where_the_run_stands(signed_in, workflow, owner, fields, words):
    make.run(workflow, by=owner, **fields)
    assert words in text(signed_in.get(RUNS))


def test_newest_first_across_workspaces(signed_in, workflow, owner):
    elsewhere = make.workflow(make.workspace("Ions", owner=owner), by=owner)
    for place, line_of_work in enumerate([workflow, elsewhere, workflow, elsewhere]):
        make.run(line_of_work, by=owner, name=f"Run {place}")
    assert titles(signed_in.get(RUNS)) == ["Run 3", "Run 2", "Run 1", "Run 0"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "failed"}, {"Broken"}),
        ({"status": ["failed", "queued"]}, {"Broken", "Waiting"}),
        ({"mode": "simulator"}, {"Broken", "Waiting", "Good pair", "Mixed"}),
        ({"mode": "hardware"}, set()),
        ({"device": "braket_dm"}, {"Mixed"}),
        ({"code": "runner_limit_exceeded"}, {"Broken"}),
        ({"q": "good"}, {"Good pair"}),
        ({"q": "density"}, {"Mixed"}),
        ({"q": "pair", "status": "queued"}, set()),
        (
            {"status": "nonsense", "device": "nonsense", "code": "nonsense"},
            {
                "Broken",
                "Waiting",
                "Good pair",
                "Mixed",
            },
        ),
    ],
)
def test_filters_of_the_address(signed_in, workflow, owner, query, found):
    make.run(workflow, by=owner, name="Good pair")
    make.run(workflow, by=owner, name="Mixed", device_id="braket_dm")
    make.run(workflow, by=owner, name="Waiting", status="queued")
    make.run(workflow, by=owner, name="Broken", status="failed", error_code="runner_limit_exceeded")
    assert set(titles(signed_in.get(RUNS, query))) == found


def test_search_by_identifier_and_by_digest(signed_in, workflow, owner):
    wanted = make.run(
        workflow,
        by=owner,
        name="Wanted",
        source=make.source(
            workflow.workspace, operations=[{"gate": "x", "targets": [0]}], qubits=1
        ),
        counts={"1": 1000},
    )
    packet = make.packet(wanted)
    make.run(workflow, by=owner, name="Other", created_at=timezone.now() + timedelta(days=1))
    for query in (
        wanted.public_id,
        wanted.public_id[:-1],
        wanted.source.sha256,
        packet.manifest_sha256[:12],
    ):
        assert "Wanted" in titles(signed_in.get(RUNS, {"q": query})), query
    assert titles(signed_in.get(RUNS, {"q": wanted.public_id})) == ["Wanted"]
    assert titles(signed_in.get(RUNS, {"q": "run_"})) == []


def test_a_character_that_no_text_holds_is_left_out_of_the_search(signed_in, workflow, owner):
    make.run(workflow, by=owner, name="Bell pair")
    assert titles(signed_in.get(RUNS, {"q": "Bell\0 pair"})) == ["Bell pair"]


def test_filters_are_shown_and_each_can_be_taken_away(signed_in, workflow, owner):
    make.run(workflow, by=owner, status="failed")
    query = {"q": "Bell", "status": "failed", "workflow": workflow.public_id}
    shown = text(signed_in.get(RUNS, query))
    assert "“Bell”" in shown
    assert workflow.name in shown
    assert f'href="?q=Bell&amp;workflow={workflow.public_id}"' in shown
    assert "Remove filter Failed" in shown


def test_pages_meet_without_gap_or_overlap(signed_in, workflow, owner, monkeypatch):
    monkeypatch.setattr(history.page, "__kwdefaults__", {"after": "", "before": "", "size": 3})
    names = [f"Run {place}" for place in range(8)]
    for name in names:
        make.run(workflow, by=owner, name=name)

    def link(response, words):
        match = re.search(rf'href="([^"]+)" rel="{words}"', text(response))
        return match and RUNS + match[1].replace("&amp;", "&")

    first = signed_in.get(RUNS)
    second = signed_in.get(link(first, "next"))
    third = signed_in.get(link(second, "next"))
    assert [*titles(first), *titles(second), *titles(third)] == names[::-1]
    assert link(first, "prev") is None
    assert link(third, "next") is None
    assert titles(signed_in.get(link(third, "prev"))) == titles(second)
    assert titles(signed_in.get(link(second, "prev"))) == titles(first)


def test_a_page_keeps_its_place_when_newer_runs_arrive(signed_in, workflow, owner):
    marker = [make.run(workflow, by=owner, name=f"Run {place}") for place in range(3)][1]
    before = titles(signed_in.get(RUNS, {"after": marker.public_id}))
    make.run(workflow, by=owner, name="Newer")
    assert titles(signed_in.get(RUNS, {"after": marker.public_id})) == before == ["Run 0"]


def test_a_cursor_that_is_none_is_as_good_as_absent(signed_in, workflow, owner):
    make.run(workflow, by=owner, name="Only")
    assert titles(signed_in.get(RUNS, {"after": "run_nonsense", "before": "wf_1"})) == ["Only"]


def test_three_ways_to_be_empty(signed_in, workflow, owner):
    assert "Bell pair on the local simulator" in text(signed_in.get(RUNS))
    run = make.run(workflow, by=owner)
    assert "No run matches these filters" in text(signed_in.get(RUNS, {"q": "zzz"}))
    assert "Nothing further" in text(signed_in.get(RUNS, {"after": run.public_id}))


def test_a_page_costs_the_same_number_of_queries_for_few_and_many_runs(signed_in, workflow, owner):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            signed_in.get(RUNS)
        return len(captured)

    def add(count):
        for _ in range(count):
            make.share(make.packet(make.run(workflow, by=owner)), by=owner, status="approved")

    add(2)
    few = queries()
    add(20)
    assert queries() == few <= 8
