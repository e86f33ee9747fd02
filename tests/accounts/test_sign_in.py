"""Signing in and out, wrong passwords, new passwords, and where one lands."""

import re

import pytest
from django.core import mail

from accounts.models import AuditEvent
from tests import make

NEW_PASSWORD = "seven copper marmots"


@pytest.fixture
def person(owner):
    return make.verified(owner)


def sign_in(client, password=make.PASSWORD, email="olive@example.org", query=""):
    return client.post(f"/accounts/login/{query}", {"login": email, "password": password})


def is_signed_in(client):
    return client.get("/settings/").status_code == 200


def actions():
    return list(AuditEvent.objects.order_by("id").values_list("action", "actor__email"))


def test_one_signs_in_with_the_address_in_any_case(client, person):
    assert sign_in(client, email="Olive@Example.org")["Location"] == "/runs/"
    assert ("person.signed_in", "olive@example.org") in actions()


def test_a_wrong_password_and_an_unknown_address_look_the_same(client, person):
    wrong = sign_in(client, "not the password").content.decode()
    unknown = sign_in(client, "not the password", "nobody@example.org").content.decode()

    assert "There is a problem" in wrong
    without_token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    same = [without_token.sub("", page) for page in (wrong, unknown)]
    assert same[0].replace("olive@", "nobody@") == same[1]
    assert not is_signed_in(client)
    failed = AuditEvent.objects.filter(action="person.sign_in_failed").order_by("id")
    assert [event.object_id for event in failed] == [str(person.pk), ""]


def test_guessing_is_stopped_even_when_the_guess_is_right_at_last(client, person):
    for _ in range(5):
        sign_in(client, "not the password")

    assert "Too many failed" in sign_in(client).content.decode()
    assert not is_signed_in(client)


def test_a_flood_of_requests_is_told_to_wait(client, person):
    for number in range(20):
        client.post("/accounts/password/reset/", {"email": f"{number}@example.org"})

    page = client.post("/accounts/password/reset/", {"email": person.email})

    assert page.status_code == 429
    assert "Too many tries" in page.content.decode()
    assert person.email not in [address for message in mail.outbox for address in message.to]


def test_a_deactivated_person_does_not_get_in(client, person):
    person.is_active = False
    person.save()

    assert sign_in(client)["Location"] == "/accounts/inactive/"
    assert not is_signed_in(client)
    assert client.get("/accounts/inactive/").status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "http:evil.example", "javascript:alert(1)"],
)
def test_signing_in_never_leads_to_another_site(client, person, elsewhere):
    assert sign_in(client, query=f"?next={elsewhere}")["Location"] == "/runs/"


def test_signing_in_leads_back_to_where_one_was(client, person):
    login = client.get("/settings/tokens/")["Location"]

    answer = client.post(login, {"login": person.email, "password": make.PASSWORD})

    assert answer["Location"] == "/settings/tokens/"


def test_signing_out_takes_a_post(client, person):
    sign_in(client)

    client.get("/accounts/logout/")
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)
    assert actions()[-1] == ("person.signed_out", "olive@example.org")


def test_a_forgotten_password_is_replaced_through_the_mail(client, person):
    client.post("/accounts/password/reset/", {"email": person.email})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]

    form = client.get(link, follow=True)
    where = form.redirect_chain[-1][0]
    answer = client.post(where, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert client.get(answer["Location"]).status_code == 200
    sign_in(client)
    assert not is_signed_in(client), "the old password is over"
    assert sign_in(client, NEW_PASSWORD)["Location"] == "/runs/"
    assert "was reset" in mail.outbox[-1].body
    assert ("person.password_reset", person.email) in actions()
    used_again = client.get(link, follow=True)
    assert b"This link does not work" in used_again.content


def test_asking_for_a_new_password_tells_nobody_who_has_an_account(client, person):
    known = client.post("/accounts/password/reset/", {"email": person.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})

    assert known["Location"] == unknown["Location"] == "/accounts/password/reset/done/"
    assert client.get(known["Location"]).status_code == 200
    assert mail.outbox[1].to == ["nobody@example.org"]
    assert "There is none" in mail.outbox[1].body


def test_a_change_of_password_ends_every_session(client, person):
    other_device = type(client)()
    sign_in(client)
    sign_in(other_device)

    client.post(
        "/accounts/password/change/",
        {"oldpassword": make.PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )

    assert not is_signed_in(client)
    assert not is_signed_in(other_device)
    assert sign_in(client, NEW_PASSWORD)["Location"] == "/runs/"
    assert "was changed" in mail.outbox[-1].body
    assert ("person.password_changed", person.email) in actions()


def test_the_current_password_is_asked_for(client, person):
    sign_in(client)

    page = client.post(
        "/accounts/password/change/",
        {"oldpassword": "a guess at it", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )

    assert "current password" in page.content.decode()
    person.refresh_from_db()
    assert person.check_password(make.PASSWORD)


def test_a_second_address_is_added_confirmed_and_made_the_primary_one(client, person):
    sign_in(client)
    ask = client.post("/accounts/email/", {"action_add": "", "email": "olive@home.example"})
    assert ask["Location"].startswith("/accounts/reauthenticate/"), "the password first"
    assert not mail.outbox
    client.post(ask["Location"], {"password": make.PASSWORD})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]

    client.post(link)
    client.post("/accounts/email/", {"action_primary": "", "email": "olive@home.example"})

    person.refresh_from_db()
    assert person.email == "olive@home.example"
    assert mail.outbox[-1].to == ["olive@example.org"], "the old address hears of it"
    assert b"olive@home.example" in client.get("/accounts/email/").content


def test_an_address_that_somebody_signed_up_with_cannot_be_added(client, person, stranger):
    sign_in(client)

    page = client.post("/accounts/email/", {"action_add": "", "email": stranger.email})

    assert "cannot be added" in page.content.decode()
    assert person.emailaddress_set.count() == 1
