"""Signing up: a form, a mail, a link, and a workspace of one's own."""

import re

import pytest
from django.core import mail

from accounts.models import AuditEvent, Role, User
from tests import make

PASSWORD = "quiet amber lighthouse"


def sign_up(client, **changes):
    form = {
        "name": "Nora New",
        "email": "nora@example.org",
        "password1": PASSWORD,
        "password2": PASSWORD,
        **changes,
    }
    return client.post("/accounts/signup/", form)


def link_in(message):
    return re.search(r"http://testserver(/\S+)", message.body)[1]


def sign_in(client, email="nora@example.org", password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


@pytest.mark.django_db
def test_a_person_signs_up_confirms_by_mail_and_works_in_their_own_workspace(client):
    assert sign_up(client)["Location"] == "/accounts/confirm-email/"

    [message] = mail.outbox
    assert message.to == ["nora@example.org"]
    link = link_in(message)
    page = client.get(link)
    assert b"nora@example.org" in page.content
    assert not User.objects.get().emailaddress_set.get().verified, "looking confirms nothing"
    client.post(link)

    client.logout()
    assert sign_in(client)["Location"] == "/runs/"
    assert b"Nora New\xe2\x80\x99s workspace" in client.get("/settings/workspaces/").content
    membership = User.objects.get().memberships.get()
    assert membership.role == Role.OWNER
    assert membership.workspace.is_personal


@pytest.mark.django_db
def test_nobody_gets_in_before_the_address_is_confirmed(client):
    sign_up(client)
    client.logout()
    mail.outbox.clear()

    assert sign_in(client)["Location"] == "/accounts/confirm-email/"
    assert client.get("/settings/")["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_a_name_of_many_lines_becomes_one_line(client):
    sign_up(client, name="  Nora\r\n\tNew ")

    assert User.objects.get().name == "Nora New"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": " "}, "This field is required."),
        ({"password1": "short", "password2": "short"}, "at least 12 characters"),
        ({"password1": "password1234", "password2": "password1234"}, "too common"),
        ({"password2": "another quiet lighthouse"}, "same password"),
        ({"email": "nora"}, "Enter a valid email address."),
    ],
)
def test_what_is_wrong_is_said_twice_and_the_address_is_kept(client, changes, problem):
    page = sign_up(client, **changes).content.decode()

    assert page.count(problem) == 2, "in the summary and beside the field"
    assert "Error: " in page
    assert f'value="{changes.get("email", "nora@example.org")}"' in page
    assert not User.objects.exists()


def test_signing_up_with_a_known_address_looks_the_same_and_tells_its_owner(client, owner):
    answer = sign_up(client, email="OLIVE@example.org")

    assert answer["Location"] == "/accounts/confirm-email/"
    [message] = mail.outbox
    assert message.to == ["olive@example.org"]
    assert "has an account already" in message.body
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_sign_up_mails_carry_no_words_of_the_one_who_signs_up(client):
    sign_up(client, name="Visit evil.example now")

    assert "evil.example" not in mail.outbox[0].body + mail.outbox[0].subject


@pytest.mark.django_db
def test_sign_up_is_audited(client):
    sign_up(client)

    actions = AuditEvent.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["person.signed_up", "workspace.created"]


def test_a_person_made_on_the_command_line_gets_a_workspace_when_they_sign_in(client, db):
    admin = make.verified(make.user("root@example.org", is_staff=True, is_superuser=True))

    sign_in(client, admin.email, make.PASSWORD)

    assert admin.memberships.get().workspace.name == "root’s workspace"
