"""Invitations: an owner, a colleague without an account, and somebody who finds the link."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts import identifiers, invitations
from accounts.models import AuditEvent, Invitation, Membership, Role, User
from tests import make

PASSWORD = "quiet amber lighthouse"


def page_of(workspace):
    return f"/settings/workspaces/{workspace.public_id}/"


def invite(client, workspace, email, role="operator"):
    return client.post(f"{page_of(workspace)}invite/", {"invite-email": email, "invite-role": role})


def link_in(message):
    return re.search(r"http://testserver(/\S+)", message.body)[1]


def test_a_colleague_without_an_account_signs_up_and_joins(client, owner, workspace):
    client.force_login(owner)
    invite(client, workspace, "Nora@example.org")
    assert b"nora@example.org" in client.get(page_of(workspace)).content
    [invitation] = mail.outbox
    assert invitation.to == ["nora@example.org"]
    assert "Olive Owner" in invitation.subject
    client.logout()

    nora = type(client)()
    link = link_in(invitation)
    shown = nora.get(link).content.decode()
    assert "Photonics lab" in shown
    sign_up = re.search(r'href="(/accounts/signup/[^"]+)"', shown)[1].replace("&amp;", "&")
    assert 'value="nora@example.org"' in nora.get(sign_up).content.decode()
    form = {"name": "Nora", "email": "nora@example.org"}
    nora.post(sign_up, {**form, "password1": PASSWORD, "password2": PASSWORD})

    elsewhere = type(client)()
    elsewhere.post(link_in(mail.outbox[-1]))
    landed = elsewhere.post(
        "/accounts/login/", {"login": "nora@example.org", "password": PASSWORD}
    )["Location"]
    waiting = elsewhere.get(landed).content.decode()
    assert "Photonics lab" in waiting, "the invitation waits, whatever browser the mail opened in"
    answer = re.search(r'action="(/settings/invitations/inv_\w+/)"', waiting)[1]
    assert elsewhere.post(answer, {"answer": "accept"})["Location"] == page_of(workspace)

    membership = Membership.objects.get(user__email="nora@example.org", workspace=workspace)
    assert membership.role == Role.OPERATOR
    assert nora.get(link).status_code == 404, "a link works once"


def test_a_colleague_with_an_account_joins_through_the_link(client, owner, stranger, workspace):
    make.verified(stranger)
    client.force_login(owner)
    invite(client, workspace, stranger.email, "viewer")

    client.force_login(stranger)
    client.post(link_in(mail.outbox[0]), {"answer": "accept"})

    assert workspace.memberships.get(user=stranger).role == Role.VIEWER


def test_who_finds_the_link_gets_nowhere(client, owner, stranger, workspace):
    make.verified(stranger)
    client.force_login(owner)
    invite(client, workspace, "nora@example.org")
    link = link_in(mail.outbox[0])

    client.force_login(stranger)

    assert "signed in as sten@example.org" in client.get(link).content.decode()
    assert client.post(link, {"answer": "accept"}).status_code == 403
    found = Invitation.objects.get()
    answer = f"/settings/invitations/{identifiers.encode('inv', found.pk)}/"
    assert client.post(answer, {"answer": "accept"}).status_code == 404
    assert not workspace.memberships.filter(user=stranger).exists()


def test_an_address_that_is_not_verified_opens_nothing(owner, stranger, workspace):
    _, text = invitations.invite(workspace, email=stranger.email, role="viewer", by=owner)

    with pytest.raises(PermissionDenied, match="another e-mail address"):
        invitations.accept(text, by=stranger)


def test_an_invitation_can_be_declined(client, owner, stranger, workspace):
    make.verified(stranger)
    invitations.invite(workspace, email=stranger.email, role="viewer", by=owner)
    client.force_login(stranger)
    waiting = client.get("/settings/invitations/").content.decode()

    client.post(
        re.search(r'action="(/settings/invitations/inv_\w+/)"', waiting)[1], {"answer": "decline"}
    )

    assert not workspace.memberships.filter(user=stranger).exists()
    assert "No invitations wait" in client.get("/settings/invitations/").content.decode()


def test_a_withdrawn_an_expired_and_a_damaged_link_open_nothing(client, owner, stranger, workspace):
    make.verified(stranger)
    client.force_login(owner)
    withdrawn, first = invitations.invite(workspace, email="a@example.org", role="viewer", by=owner)
    _, second = invitations.invite(workspace, email="b@example.org", role="viewer", by=owner)
    Invitation.objects.filter(email="b@example.org").update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    shown = client.get(page_of(workspace)).content.decode()
    client.post(re.search(rf'action="({page_of(workspace)}invitations/\w+/withdraw/)"', shown)[1])

    for text in (first, second, first[:-1] + "x", "x"):
        assert client.get(f"/invitations/{text}/").status_code == 404
        with pytest.raises(ValidationError, match="no longer open"):
            invitations.accept(text, by=stranger)
    withdrawn.refresh_from_db()
    assert withdrawn.withdrawn_at


def test_inviting_again_replaces_the_link(owner, workspace):
    _, first = invitations.invite(workspace, email="nora@example.org", role="viewer", by=owner)
    _, second = invitations.invite(workspace, email="Nora@example.org", role="owner", by=owner)

    assert invitations.find(first) is None
    assert invitations.find(second).role == Role.OWNER


def test_the_link_stands_in_the_mail_alone(client, owner, workspace):
    client.force_login(owner)
    answer = invite(client, workspace, "nora@example.org")

    text = link_in(mail.outbox[0]).split("/")[2]
    stored = str(list(Invitation.objects.values())) + str(list(AuditEvent.objects.values()))
    assert text not in stored
    assert text not in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"email": "vera@example.org"}, "is a member of the workspace already"),
        ({"email": "nobody"}, "Enter a valid email address"),
        ({"role": "god"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said(client, owner, workspace, wrong, problem):
    client.force_login(owner)

    page = invite(client, workspace, **{"email": "nora@example.org", **wrong})

    assert page.status_code == 422
    assert page.content.decode().count(problem) == 2
    assert not mail.outbox


def test_a_mail_that_cannot_be_sent_is_said_and_can_be_sent_again(
    client, owner, workspace, settings
):
    client.force_login(owner)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    page = client.get(invite(client, workspace, "nora@example.org")["Location"])
    assert "could not be sent" in page.content.decode()

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    invite(client, workspace, "nora@example.org")
    assert mail.outbox[0].to == ["nora@example.org"]


def test_nobody_sends_invitations_without_end(owner, workspace, monkeypatch):
    monkeypatch.setattr(invitations, "PER_DAY", 2)
    for number in range(2):
        invitations.invite(workspace, email=f"{number}@example.org", role="viewer", by=owner)

    with pytest.raises(ValidationError, match="within a day"):
        invitations.invite(workspace, email="3@example.org", role="viewer", by=owner)


def test_every_step_is_audited_once(owner, stranger, workspace):
    make.verified(stranger)
    _, text = invitations.invite(workspace, email=stranger.email, role="viewer", by=owner)
    lost, _ = invitations.invite(workspace, email="nora@example.org", role="viewer", by=owner)
    invitations.withdraw(lost, by=owner)
    invitations.withdraw(lost, by=owner)
    invitations.accept(text, by=stranger)

    events = AuditEvent.objects.filter(workspace=workspace).order_by("id")
    assert [(event.action, event.actor) for event in events] == [
        ("invitation.sent", owner),
        ("invitation.sent", owner),
        ("invitation.withdrawn", owner),
        ("invitation.accepted", stranger),
    ]
    assert User.objects.filter(memberships__workspace=workspace).count() == 4
