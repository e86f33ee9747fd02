"""The profile, and what holds for every page of accounts."""

import re

import pytest
from django.urls import reverse

from accounts import tokens
from accounts.models import AuditEvent
from tests import make

OPEN = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_inactive",
]
SIGNED_IN = [
    "people:settings",
    "people:tokens",
    "people:workspaces",
    "people:invitations",
    "account_email",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
]


def is_our_own_and_clean(page):
    text = page.content.decode()
    assert page.status_code == 200
    assert 'id="main"' in text, "it stands in our shell"
    assert len(re.findall(r"<h1\b", text)) == 1
    assert not re.search(r'\sstyle="|\son\w+="|<style|<script(?![^>]*\ssrc=)', text)
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
    controls = re.findall(
        r'<(?:input|select|textarea)(?![^>]*type="hidden")[^>]* id="([^"]+)"', text
    )
    assert set(controls) <= labelled, "every control has a label"
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids)), "no id twice"
    return True


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPEN)
def test_pages_before_signing_in(client, name):
    assert is_our_own_and_clean(client.get(reverse(name)))


@pytest.mark.parametrize("name", SIGNED_IN)
def test_pages_after_signing_in(client, owner, workspace, name):
    client.force_login(owner)

    assert is_our_own_and_clean(client.get(reverse(name)))


@pytest.mark.parametrize("who", ["owner", "viewer"])
def test_the_page_of_a_workspace(client, workspace, who, request):
    client.force_login(request.getfixturevalue(who))

    assert is_our_own_and_clean(client.get(reverse("people:workspace", args=[workspace.pk])))


@pytest.mark.django_db
@pytest.mark.parametrize("name", SIGNED_IN[:4])
def test_settings_ask_to_sign_in(client, name):
    assert client.get(reverse(name))["Location"].startswith("/accounts/login/?next=/settings/")


def test_name_time_zone_and_theme_are_kept(client, owner):
    client.force_login(owner)

    form = {"name": "Olive  O.", "time_zone": "Europe/Zurich", "theme": "dark"}
    page = client.post("/settings/", form, follow=True)

    assert "Your settings are saved." in page.content.decode()
    assert 'data-theme="dark"' in page.content.decode()
    owner.refresh_from_db()
    assert (owner.name, owner.time_zone, owner.theme) == ("Olive O.", "Europe/Zurich", "dark")
    assert AuditEvent.objects.get().data == {"fields": ["name", "time_zone", "theme"]}


def test_times_are_shown_in_the_chosen_zone(client, workspace):
    person = make.user("zoe@example.org", time_zone="Asia/Tokyo")
    make.workspace(owner=person)
    client.force_login(person)
    token, _ = tokens.issue(person, name="Notebook", scopes=["runs:read"])
    tokens.note_use(token)

    assert " JST</time>" in client.get("/settings/tokens/").content.decode()


def test_a_zone_that_is_none_is_refused(client, owner):
    client.force_login(owner)

    page = client.post("/settings/", {"name": "Olive", "time_zone": "Moon/Base", "theme": "dark"})

    assert page.status_code == 422
    assert "Error: " in page.content.decode()
    owner.refresh_from_db()
    assert owner.time_zone == "UTC"


def test_nobody_makes_themselves_staff(client, owner):
    client.force_login(owner)

    client.post(
        "/settings/",
        {
            "name": "Olive",
            "time_zone": "UTC",
            "theme": "light",
            "is_staff": "on",
            "is_superuser": "on",
            "email": "root@example.org",
        },
    )

    owner.refresh_from_db()
    assert (owner.is_staff, owner.is_superuser, owner.email) == (False, False, "olive@example.org")
