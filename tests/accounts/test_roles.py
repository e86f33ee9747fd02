"""Who may do what in a workspace, as tables."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts import invitations, permissions, workspaces
from tests import make

PEOPLE = ["owner", "operator", "viewer", "stranger", "inactive", "anonymous"]
TABLE = {
    "view": (permissions.can_view, permissions.check_can_view, [1, 1, 1, 0, 0, 0]),
    "operate": (permissions.can_operate, permissions.check_can_operate, [1, 1, 0, 0, 0, 0]),
    "own": (permissions.can_own, permissions.check_can_own, [1, 0, 0, 0, 0, 0]),
}
OWNERS_ACTS = {
    "rename": lambda workspace, by: workspaces.rename(workspace, name="Other", by=by),
    "invite": lambda workspace, by: invitations.invite(
        workspace, email="nora@example.org", role="viewer", by=by
    ),
    "change a role": lambda workspace, by: workspaces.change_role(
        workspace.memberships.get(user__email="vera@example.org"), role="operator", by=by
    ),
    "remove a member": lambda workspace, by: workspaces.remove(
        workspace.memberships.get(user__email="omar@example.org"), by=by
    ),
}


@pytest.fixture
def people(owner, operator, viewer, stranger, workspace):
    inactive = make.user("ines@example.org", is_active=False)
    workspace.memberships.create(user=inactive, role="owner")
    return dict(
        zip(
            PEOPLE,
            [owner, operator, viewer, stranger, inactive, AnonymousUser()],
            strict=True,
        )
    )


@pytest.mark.parametrize("act", TABLE)
@pytest.mark.parametrize("who", PEOPLE)
def test_roles_and_what_they_may(act, who, people, workspace):
    can, check, allowed = TABLE[act]
    may = bool(allowed[PEOPLE.index(who)])

    assert can(people[who], workspace) is may
    if may:
        check(people[who], workspace)
    else:
        with pytest.raises(PermissionDenied):
            check(people[who], workspace)


@pytest.mark.parametrize("act", OWNERS_ACTS)
@pytest.mark.parametrize("who", ["owner", "operator", "viewer", "stranger", "inactive"])
def test_acts_of_owners(act, who, people, workspace):
    by = people[who]
    if who == "operator" and act == "remove a member":
        by = people["viewer"]  # members may take themselves out

    if who == "owner":
        OWNERS_ACTS[act](workspace, by)
    else:
        with pytest.raises(PermissionDenied):
            OWNERS_ACTS[act](workspace, by)


PAGES = {
    "": ("get", [200, 200, 200, 404]),
    "rename/": ("post", [302, 403, 403, 404]),
    "invite/": ("post", [302, 403, 403, 404]),
    "members/{member}/role/": ("post", [302, 403, 403, 404]),
    "members/{member}/remove/": ("get", [200, 403, 200, 404]),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["owner", "operator", "viewer", "stranger"])
def test_pages_of_a_workspace(page, who, people, workspace, client):
    method, statuses = PAGES[page]
    member = workspace.memberships.get(user=people["viewer"]).pk
    client.force_login(people[who])
    form = {
        "rename-name": "Other",
        "invite-email": "nora@example.org",
        "invite-role": "viewer",
        "role": "operator",
    }

    url = f"/settings/workspaces/{workspace.public_id}/{page.format(member=member)}"
    answer = getattr(client, method)(url, form)

    assert answer.status_code == statuses[PEOPLE.index(who)]


@pytest.mark.parametrize("page", [*PAGES, "members/{member}/remove/"])
def test_without_a_session_every_page_asks_to_sign_in(page, people, workspace, client):
    member = workspace.memberships.first().pk
    url = f"/settings/workspaces/{workspace.public_id}/{page.format(member=member)}"

    assert client.post(url)["Location"].startswith("/accounts/login/")


def test_a_member_of_one_workspace_is_not_reached_through_another(client, stranger, workspace):
    own = stranger.memberships.get().workspace
    foreign = workspace.memberships.first()
    client.force_login(stranger)

    for act in ("role", "remove"):
        url = f"/settings/workspaces/{own.public_id}/members/{foreign.pk}/{act}/"
        assert client.post(url, {"role": "viewer"}).status_code == 404
