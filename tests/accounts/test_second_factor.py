"""The second step of signing in, and the admin that waits for it."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail

from accounts.models import AuditEvent
from tests import make
from tests.totp import code_of


def sign_in(client, person, query=""):
    form = {"login": person.email, "password": make.PASSWORD}
    return client.post(f"/accounts/login/{query}", form)


def enrol(client):
    """Go through the pages as a person does, and return the key their app now holds."""
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    if page.redirect_chain:
        where = page.redirect_chain[-1][0]
        page = client.post(where, {"password": make.PASSWORD}, follow=True)
    secret = re.search(r'data-copy="([A-Z2-7]{32})"', page.content.decode())[1]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    return secret


@pytest.fixture
def person(owner):
    return make.verified(owner)


@pytest.fixture
def staff(db):
    return make.verified(make.user("root@example.org", is_staff=True, is_superuser=True))


@pytest.fixture
def later(monkeypatch):
    """Let time pass, so that a code is a new one."""
    now = time.time

    def pass_seconds(seconds):
        monkeypatch.setattr(time, "time", lambda: now() + seconds)

    return pass_seconds


def test_with_a_second_step_the_password_alone_opens_nothing(client, person, later):
    sign_in(client, person)
    secret = enrol(client)
    client.post("/accounts/logout/")
    later(60)

    assert sign_in(client, person)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/settings/").status_code == 302
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    right = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert right["Location"] == "/runs/"
    assert client.get("/settings/").status_code == 200


def test_a_recovery_code_works_once(client, person):
    sign_in(client, person)
    enrol(client)
    shown = client.get("/accounts/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"<li><code>(\w+)</code></li>", shown)
    assert len(codes) == 10
    download = client.get("/accounts/2fa/recovery-codes/download/").content.decode()
    assert all(code in download for code in codes)

    for expected in (302, 200):
        client.post("/accounts/logout/")
        sign_in(client, person)
        answer = client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert answer.status_code == expected


@pytest.mark.django_db(transaction=True)
def test_setting_up_and_turning_off_are_told_by_mail_and_audited(client, person):
    sign_in(client, person)
    enrol(client)
    assert "authenticator app was set up" in mail.outbox[-1].subject

    client.post("/accounts/2fa/totp/deactivate/")

    assert "turned off" in mail.outbox[-1].subject
    assert not Authenticator.objects.exists()
    actions = AuditEvent.objects.values_list("action", flat=True)
    assert {"person.totp_activated", "person.totp_deactivated"} <= set(actions)


def test_keys_of_the_second_step_are_encrypted_at_rest(client, person):
    sign_in(client, person)
    secret = enrol(client)

    stored = Authenticator.objects.get(user=person, type="totp").data

    assert secret not in str(stored)


def test_staff_set_up_their_second_step_before_the_admin_opens(client, staff):
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    assert sign_in(client, staff, "?next=/admin/")["Location"] == "/admin/"
    assert client.get("/admin/")["Location"] == "/accounts/2fa/totp/activate/"
    assert client.get("/admin/accounts/user/").status_code == 302

    enrol(client)

    assert client.get("/admin/").status_code == 200
    client.post("/accounts/2fa/totp/deactivate/")
    assert client.get("/admin/")["Location"] == "/accounts/2fa/totp/activate/"


def test_the_admin_has_no_sign_in_of_its_own_and_no_place_for_others(client, person):
    answer = client.post("/admin/login/", {"username": person.email, "password": make.PASSWORD})
    assert answer["Location"].startswith("/accounts/login/")

    sign_in(client, person)
    assert client.get("/admin/", follow=True).status_code == 403
