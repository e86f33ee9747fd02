"""Workspaces and their members: names, roles, leaving, and the last owner."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import workspaces
from accounts.models import AuditEvent, Membership, Role, Workspace
from tests import make


def url(membership, act):
    workspace = membership.workspace.public_id
    return f"/settings/workspaces/{workspace}/members/{membership.pk}/{act}/"


@pytest.fixture
def ownership(owner, workspace):
    return workspace.memberships.get(user=owner)


def test_a_person_makes_another_workspace_and_owns_it(client, viewer, workspace):
    client.force_login(viewer)

    made = client.post("/settings/workspaces/", {"name": "  Ion\ntraps "})

    assert Workspace.objects.get(name="Ion traps").memberships.get().role == Role.OWNER
    page = client.get(made["Location"]).content.decode()
    assert "You are owner" in page
    mine = client.get("/settings/workspaces/").content.decode()
    assert mine.index("Ion traps") < mine.index("Photonics lab")


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_workspace_needs_a_name(client, viewer, name):
    client.force_login(viewer)

    assert client.post("/settings/workspaces/", {"name": name}).status_code == 422
    assert not Workspace.objects.exists()


def test_a_workspace_gets_another_name(client, owner, workspace):
    client.force_login(owner)
    home = f"/settings/workspaces/{workspace.public_id}/"

    client.post(f"{home}rename/", {"rename-name": "Optics lab"})
    assert "Optics lab" in client.get(home).content.decode()

    refused = client.post(f"{home}rename/", {"rename-name": " "})
    assert refused.status_code == 422
    assert "<h1>Optics lab</h1>" in refused.content.decode()


def test_a_role_is_changed_on_the_page(client, owner, viewer, workspace):
    membership = workspace.memberships.get(user=viewer)
    client.force_login(owner)

    page = client.post(url(membership, "role"), {"role": "operator"}, follow=True)

    assert "Vera Viewer is operator now." in page.content.decode()
    membership.refresh_from_db()
    assert membership.role == Role.OPERATOR
    client.post(url(membership, "role"), {"role": "god"})
    membership.refresh_from_db()
    assert membership.role == Role.OPERATOR


def test_the_last_owner_can_neither_step_down_nor_leave(client, owner, ownership):
    client.force_login(owner)

    stepped = client.post(url(ownership, "role"), {"role": "viewer"}, follow=True)
    left = client.post(url(ownership, "remove"))

    assert "A workspace needs an owner" in stepped.content.decode()
    assert left.status_code == 422
    assert "A workspace needs an owner" in left.content.decode()
    assert Membership.objects.get(pk=ownership.pk).role == Role.OWNER


def test_an_owner_who_was_deactivated_does_not_count(owner, operator, ownership):
    colleague = ownership.workspace.memberships.get(user=operator)
    workspaces.change_role(colleague, role="owner", by=owner)
    operator.is_active = False
    operator.save()

    with pytest.raises(ValidationError, match="last one"):
        workspaces.remove(ownership, by=owner)


def test_with_a_second_owner_the_first_may_leave(client, owner, operator, ownership):
    colleague = ownership.workspace.memberships.get(user=operator)
    workspaces.change_role(colleague, role="owner", by=owner)
    client.force_login(owner)

    assert client.post(url(ownership, "remove"))["Location"] == "/settings/workspaces/"

    home = f"/settings/workspaces/{ownership.workspace.public_id}/"
    assert client.get(home).status_code == 404


def test_a_viewer_leaves_of_their_own_accord(client, viewer, workspace):
    membership = workspace.memberships.get(user=viewer)
    client.force_login(viewer)

    assert "Leave “Photonics lab”?" in client.get(url(membership, "remove")).content.decode()
    assert Membership.objects.filter(pk=membership.pk).exists(), "asking is not leaving"
    client.post(url(membership, "remove"))

    assert not Membership.objects.filter(pk=membership.pk).exists()


def test_every_act_leaves_one_line_in_the_audit_log(client, owner, operator, viewer):
    client.force_login(owner)
    made = client.post("/settings/workspaces/", {"name": "Lab"})
    workspace = Workspace.objects.get()
    for person, role in ((operator, "operator"), (viewer, "viewer")):
        workspace.memberships.create(user=person, role=role)
    client.post(f"{made['Location']}rename/", {"rename-name": "New lab"})
    colleague = workspace.memberships.get(user=operator)
    client.post(url(colleague, "role"), {"role": "owner"})
    client.post(url(colleague, "role"), {"role": "owner"})
    answer = client.post(url(workspace.memberships.get(user=viewer), "remove"))
    client.post(url(workspace.memberships.get(user=owner), "remove"))

    events = list(AuditEvent.objects.filter(workspace=workspace).order_by("id"))
    assert [event.action for event in events] == [
        "workspace.created",
        "workspace.renamed",
        "member.role_changed",
        "member.removed",
        "member.left",
    ]
    assert {event.actor for event in events} == {owner}
    assert events[3].request_id == answer["X-Request-Id"]
    assert events[2].data == {"member": operator.pk, "before": "operator", "after": "owner"}


def test_the_pages_cost_the_same_however_many_there_are(client, owner, workspace):
    client.force_login(owner)
    queries = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/settings/workspaces/{workspace.public_id}/")
            client.get("/settings/workspaces/")
        queries.append(len(seen))
        for _ in range(5):
            workspace.memberships.create(user=make.user(), role="viewer")
            make.workspace(owner=owner)

    assert queries[0] == queries[1]
