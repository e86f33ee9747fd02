"""A newcomer and an owner in a real browser: every page of accounts, looked at and checked."""

import re

import pytest
from django.core import mail

from accounts import invitations, tokens
from tests import make
from tests.totp import code_of

PASSWORD = "quiet amber lighthouse"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def look(look):
    """Keep the pictures of accounts together."""
    return lambda page, name: look(page, f"accounts-{name}")


def path_in(message):
    return re.search(r"http://[^/\s]+(/\S+)", message.body)[1]


def sign_in(page, live_server, email, password=make.PASSWORD):
    page.goto(f"{live_server.url}/accounts/login/?next=/settings/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def confirm_it_is_me(page, password=make.PASSWORD):
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Go on").click()


def test_a_newcomer_signs_up_and_sets_up_a_second_step(page, live_server, look):
    page.goto(f"{live_server.url}/accounts/signup/")
    look(page, "sign-up")
    page.get_by_label("Your name").fill("Nora New")
    page.get_by_label("E-mail address").fill("nora@example.org")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("Password again").fill("short")
    page.get_by_role("button", name="Create account").click()
    assert page.title().startswith("Error: ")
    look(page, "sign-up-problem")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    look(page, "confirm-sent")

    page.goto(live_server.url + path_in(mail.outbox[0]))
    look(page, "confirm")
    page.get_by_role("button", name="Yes, confirm").click()
    page.goto(f"{live_server.url}/accounts/2fa/")
    if "/login/" in page.url:
        sign_in(page, live_server, "nora@example.org", PASSWORD)
        page.goto(f"{live_server.url}/accounts/2fa/")
    look(page, "second-step-off")
    page.get_by_role("link", name="Set up an app").click()
    look(page, "again")
    confirm_it_is_me(page, PASSWORD)
    look(page, "second-step-set-up")
    secret = page.locator("[data-copy]").get_attribute("data-copy")
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Turn on").click()
    assert page.locator(".codes li").count() == 10
    look(page, "recovery-codes")
    page.get_by_role("link", name="Done").click()
    look(page, "second-step-on")


def test_an_owner_finds_everything_under_settings(page, live_server, workspace, owner, look):
    make.verified(owner)
    make.workspace("A workspace with a rather long name, as projects have them", owner=owner)
    token, _ = tokens.issue(owner, name="Nightly calibration", scopes=["runs:read", "runs:write"])
    tokens.note_use(token)
    invitations.invite(workspace, email="nora@example.org", role="viewer", by=owner)

    page.goto(f"{live_server.url}/accounts/login/")
    look(page, "sign-in")
    sign_in(page, live_server, owner.email)
    look(page, "profile")
    for link, name in (
        ("E-mail", "e-mail"),
        ("Password", "password"),
        ("Workspaces", "workspaces"),
    ):
        page.get_by_role("navigation", name="Settings").get_by_role("link", name=link).click()
        look(page, name)
    page.get_by_role("link", name="Photonics lab").click()
    look(page, "workspace")
    page.get_by_role("link", name="Leave").click()
    look(page, "leave")

    page.get_by_role("link", name="API tokens").click()
    look(page, "tokens")
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label("Read runs").check()
    page.get_by_role("button", name="Make token").click()
    confirm_it_is_me(page)
    look(page, "token-made")
    assert tokens.find(page.locator("[data-copy]").get_attribute("data-copy"))


def test_an_invited_colleague_sees_what_to_do(page, live_server, workspace, owner, look):
    _, text = invitations.invite(workspace, email="nora@example.org", role="operator", by=owner)

    page.goto(f"{live_server.url}/invitations/{text}/")

    look(page, "invitation")
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    assert page.get_by_label("E-mail address").input_value() == "nora@example.org"
