"""Pages of workflows: who sees them, who changes them, and what they show."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from runs.models import Workflow
from tests import make

LIST = reverse("runs:workflow_list")
NEW = reverse("runs:workflow_new")


def text(response):
    return response.content.decode()


def page(name, workflow):
    return reverse(f"runs:{name}", args=[workflow.pk])


@pytest.fixture
def filled_in():
    return {
        "name": "Bell after upgrades",
        "purpose": "Even pairs?",
        "tags": "nightly, calibration,  nightly",
        "default_route": "local/braket_dm",
        "default_shots": "2000",
    }


@pytest.mark.parametrize("person", ["owner", "operator", "viewer"])
def test_members_see_the_workflows_of_their_workspace(client, request, workflow, person):
    client.force_login(request.getfixturevalue(person))
    assert workflow.name in text(client.get(LIST))
    assert workflow.name in text(client.get(page("workflow_detail", workflow)))


@pytest.mark.parametrize(
    "name", ["workflow_detail", "workflow_edit", "workflow_archive", "workflow_restore"]
)
def test_for_a_stranger_the_workflow_does_not_exist(client, stranger, workflow, name):
    client.force_login(stranger)
    assert workflow.name not in text(client.get(LIST))
    assert client.get(page(name, workflow)).status_code == 404
    assert client.post(page(name, workflow)).status_code in {404, 405}


def test_a_viewer_is_offered_no_run_anywhere(client, viewer, workflow, owner):
    run = make.run(workflow, by=owner)
    client.force_login(viewer)
    run_page = reverse("runs:detail", args=[run.pk])
    for address in (LIST, page("workflow_detail", workflow), reverse("runs:list"), run_page):
        shown = text(client.get(address))
        assert "New run<" not in shown, address
        assert page("new", workflow) not in shown, address


def test_runs_are_offered_in_the_workflows_that_one_operates_only(client, viewer, workflow):
    own = make.workflow(make.workspace("Ions", owner=viewer), by=viewer)
    client.force_login(viewer)
    shown = text(client.get(LIST))
    assert page("new", own) in shown
    assert page("new", workflow) not in shown
    elsewhere = text(client.get(page("workflow_detail", workflow)))
    assert reverse("runs:start") in elsewhere
    assert page("new", workflow) not in elsewhere


@pytest.mark.parametrize("name", ["workflow_edit", "workflow_archive", "workflow_restore"])
def test_a_viewer_is_told_why_they_may_not_change_it(client, viewer, workflow, name):
    client.force_login(viewer)
    for answer in (client.get(page(name, workflow)), client.post(page(name, workflow))):
        assert answer.status_code == 403
        assert "only owners and operators may change it" in text(answer)
    assert Workflow.objects.get().archived_at is None


def test_a_viewer_is_not_offered_what_they_may_not_do(client, viewer, workflow):
    client.force_login(viewer)
    shown = text(client.get(page("workflow_detail", workflow)))
    assert page("workflow_edit", workflow) not in shown
    assert "Nothing was run in this workflow." in shown
    assert client.get(NEW).status_code == 403


def test_somebody_who_is_not_signed_in_is_sent_to_sign_in(client, workflow):
    answer = client.get(page("workflow_detail", workflow))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_an_operator_creates_a_workflow(client, operator, workspace, filled_in):
    client.force_login(operator)
    answer = client.post(NEW, filled_in)
    made = Workflow.objects.get()
    assert answer.url == page("workflow_detail", made)
    assert made.workspace == workspace
    assert made.created_by == operator
    assert made.tags == ["nightly", "calibration"]
    assert (made.default_device_id, made.default_shots) == ("braket_dm", 2000)
    assert AuditEvent.objects.filter(action="workflow.created", actor=operator).count() == 1


def test_a_person_of_two_workspaces_chooses_one_of_those_they_operate(
    client, operator, workspace, viewer, filled_in
):
    other = make.workspace("Ions", owner=operator)
    foreign = make.workspace("Foreign", owner=viewer, viewer=operator)
    client.force_login(operator)
    assert "Foreign" not in text(client.get(NEW))
    refused = client.post(NEW, {**filled_in, "workspace": str(foreign.pk)})
    assert refused.status_code == 422
    client.post(NEW, {**filled_in, "workspace": str(other.pk)})
    assert Workflow.objects.get().workspace == other


def test_mistakes_are_summed_up_at_the_top_and_told_beside_their_fields(
    client, owner, workspace, filled_in
):
    client.force_login(owner)
    answer = client.post(NEW, {**filled_in, "name": "", "default_shots": "100001"})
    shown = text(answer)
    assert answer.status_code == 422
    assert "<title>Error: New workflow" in shown
    assert '<a href="#id_name">Enter a name for the workflow</a>' in shown
    assert '<a href="#id_default_shots">' in shown
    assert 'aria-describedby="id_name_hint id_name_error"' in shown
    assert "Even pairs?" in shown
    assert not Workflow.objects.exists()


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        (", ".join(f"t{number}" for number in range(21)), "Give at most 20 tags."),
        ("x" * 41, "A tag has at most 40 characters"),
    ],
)
def test_tags_have_limits(client, owner, workspace, filled_in, tags, message):
    client.force_login(owner)
    assert message in text(client.post(NEW, {**filled_in, "tags": tags}))


def test_an_owner_changes_a_workflow(client, owner, workflow, filled_in):
    client.force_login(owner)
    assert workflow.name in text(client.get(page("workflow_edit", workflow)))
    client.post(page("workflow_edit", workflow), filled_in)
    workflow.refresh_from_db()
    assert workflow.name == "Bell after upgrades"
    assert workflow.default_provider_id == "local"


def test_archiving_asks_first_and_can_be_undone(client, owner, workflow):
    client.force_login(owner)
    assert "Archive Bell state calibration?" in text(client.get(page("workflow_archive", workflow)))
    workflow.refresh_from_db()
    assert workflow.archived_at is None
    client.post(page("workflow_archive", workflow))
    client.post(page("workflow_archive", workflow))
    assert AuditEvent.objects.filter(action="workflow.archived").count() == 1
    client.get(LIST)  # the message of the act is read
    assert workflow.name not in text(client.get(LIST))
    assert workflow.name in text(client.get(LIST, {"show": "archived"}))
    shown = text(client.get(page("workflow_detail", workflow)))
    assert "It takes no new runs" in shown
    assert reverse("runs:new", args=[workflow.pk]) not in shown.split("</header>")[1]
    client.post(page("workflow_restore", workflow))
    assert workflow.name in text(client.get(LIST))


def test_the_page_shows_the_runs_and_numbers_of_this_workflow_alone(
    client, owner, workspace, workflow
):
    other = make.workflow(workspace, by=owner, name="Other")
    make.run(workflow, by=owner, name="Mine one")
    make.run(workflow, by=owner, name="Mine two", status="failed")
    make.run(other, by=owner, name="Not mine")
    make.run(workflow, by=owner, name="Old", created_at=timezone.now() - timedelta(days=40))
    client.force_login(owner)
    shown = text(client.get(page("workflow_detail", workflow)))
    assert "Mine one" in shown
    assert "Mine two" in shown
    assert "Not mine" not in shown
    assert "50.0%" in shown


def test_an_empty_workflow_offers_circuits_to_begin_with(client, owner, workflow):
    client.force_login(owner)
    shown = text(client.get(page("workflow_detail", workflow)))
    assert "No runs yet" in shown
    assert f"{reverse('runs:new', args=[workflow.pk])}?template=bell" in shown


def test_without_workflows_the_list_says_what_one_is_and_offers_to_make_it(client, stranger):
    client.force_login(stranger)
    shown = text(client.get(LIST))
    assert "No workflows yet" in shown
    assert f'href="{NEW}"' in shown


def test_the_list_costs_the_same_for_one_workflow_and_for_many(client, owner, workspace):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(LIST)
        return len(captured)

    client.force_login(owner)
    for _ in range(2):
        make.run(make.workflow(workspace, by=owner), by=owner)
    few = queries()
    for _ in range(10):
        make.run(make.workflow(workspace, by=owner), by=owner)
    assert queries() == few


def test_a_first_run_leads_over_a_workflow_to_its_template(client, owner, workspace, filled_in):
    client.force_login(owner)
    start = reverse("runs:start")
    answer = client.get(start, {"template": "bell"})
    assert answer.url == f"{NEW}?template=bell"
    answer = client.post(answer.url, filled_in)
    only = Workflow.objects.get()
    assert answer.url == f"{reverse('runs:new', args=[only.pk])}?template=bell"
    assert client.get(start).url == reverse("runs:new", args=[only.pk])
    make.workflow(workspace, by=owner, name="Second")
    assert "Second" in text(client.get(start))
