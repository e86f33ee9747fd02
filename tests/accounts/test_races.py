"""Acts at the same moment, on a database that truly runs them at the same moment."""

import threading
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts import invitations, workspaces
from accounts.models import AuditEvent, Invitation, Membership, Role
from tests import make

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]


def at_once(*acts):
    """Run the acts in threads that start together; return the errors they met."""
    start, refusals = threading.Barrier(len(acts)), []

    def run(act):
        start.wait()
        try:
            act()
        except ValidationError as refusal:
            refusals.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


@pytest.fixture
def meet(monkeypatch):
    """Hold threads inside a function until the others are there too, or are kept out of it."""

    def hold(module, name, threads):
        door, act = threading.Barrier(threads), getattr(module, name)

        def held(*arguments, **named):
            answer = act(*arguments, **named)
            with suppress(threading.BrokenBarrierError):
                door.wait(timeout=0.5)
            return answer

        monkeypatch.setattr(module, name, held)

    return hold


def test_two_owners_who_step_down_at_once_do_not_leave_it_without_one(owner, stranger, meet):
    workspace = make.workspace(owner=owner)
    first = workspace.memberships.get()
    second = workspace.memberships.create(user=stranger, role=Role.OWNER)
    meet(workspaces, "is_last_owner", 2)

    refusals = at_once(
        lambda: workspaces.remove(first, by=owner),
        lambda: workspaces.change_role(second, role="viewer", by=stranger),
    )

    assert refusals == ["last_owner"]
    assert workspace.memberships.filter(role=Role.OWNER).count() == 1


def test_a_link_opened_often_at_once_is_used_once(workspace, owner, stranger, meet):
    make.verified(stranger)
    _, text = invitations.invite(workspace, email=stranger.email, role="viewer", by=owner)
    meet(invitations, "is_for", 4)

    refusals = at_once(*[lambda: invitations.accept(text, by=stranger)] * 4)

    assert refusals == ["invitation_over"] * 3
    assert AuditEvent.objects.filter(action="invitation.accepted").count() == 1
    assert Membership.objects.filter(workspace=workspace, user=stranger).count() == 1


def test_an_address_invited_twice_at_once_has_one_link_that_works(workspace, owner, meet):
    meet(invitations, "_check", 2)

    def invite():
        invitations.invite(workspace, email="nora@example.org", role="viewer", by=owner)

    assert at_once(invite, invite) == []
    assert Invitation.objects.open().filter(email="nora@example.org").count() == 1
