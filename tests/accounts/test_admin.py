"""The admin over people, workspaces and the audit log: to look, hardly ever to touch."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.urls import reverse

from accounts import bearer, invitations, tokens
from accounts.models import AuditEvent
from tests import make

MODELS = ["user", "workspace", "membership", "invitation", "apitoken", "auditevent"]


@pytest.fixture
def root(db):
    return with_second_step(make.user("root@example.org", is_staff=True, is_superuser=True))


def with_second_step(user):
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    return user


@pytest.fixture
def records(owner, workspace):
    """One row of every kind, and the secrets that belong to them."""
    _, token = tokens.issue(owner, name="Notebook", scopes=["runs:read"], by=owner)
    _, link = invitations.invite(workspace, email="nora@example.org", role="viewer", by=owner)
    return [token, link]


def pages_of(model):
    row = admin.site._registry
    cls = next(cls for cls in row if cls._meta.label_lower == f"accounts.{model}")
    name = f"admin:accounts_{model}"
    return reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[cls.objects.first().pk])


@pytest.mark.parametrize("model", MODELS)
def test_records_are_listed_searched_and_shown_without_secrets(client, root, records, model):
    client.force_login(root)
    listed, shown = pages_of(model)

    pages = [client.get(listed), client.get(listed, {"q": "olive"}), client.get(shown)]

    assert [page.status_code for page in pages] == [200, 200, 200]
    text = "".join(page.content.decode() for page in pages)
    for secret in (*records, *map(bearer.digest, records), root.password):
        assert secret not in text


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_added_or_deleted(client, root, records, model):
    client.force_login(root)
    listed, shown = pages_of(model)

    assert client.get(f"{listed}add/").status_code == 403
    assert client.post(shown.replace("change", "delete"), {"post": "yes"}).status_code == 403
    client.post(listed, {"action": "delete_selected", "_selected_action": "1", "post": "yes"})
    assert pages_of(model) == (listed, shown), "the row is still there"


@pytest.mark.parametrize("model", [model for model in MODELS if model != "user"])
def test_records_are_not_changed(client, root, records, model):
    client.force_login(root)

    assert client.post(pages_of(model)[1], {"name": "Other", "action": "x"}).status_code == 403


def test_a_superuser_deactivates_a_person_and_it_is_audited(client, root, owner):
    client.force_login(root)
    AuditEvent.objects.all().delete()
    url = reverse("admin:accounts_user_change", args=[owner.pk])

    client.post(url, {"email": "other@example.org", "is_staff": ""})

    owner.refresh_from_db()
    assert not owner.is_active
    assert owner.email == "olive@example.org"
    event = AuditEvent.objects.get()
    assert (event.actor, event.object_id, event.data) == (root, str(owner.pk), {"is_active": False})


def test_staff_who_are_no_superusers_only_look(client, owner, records):
    clerk = with_second_step(make.user("clerk@example.org", is_staff=True))
    client.force_login(clerk)
    url = reverse("admin:accounts_user_change", args=[owner.pk])

    assert client.get(url).status_code == 200
    assert client.post(url, {"is_superuser": "on"}).status_code == 403
    listed = reverse("admin:accounts_apitoken_changelist")
    assert "Revoke selected" not in client.get(listed).content.decode()


def test_a_superuser_revokes_a_token(client, root, records):
    client.force_login(root)
    token = tokens.find(records[0])
    listed = reverse("admin:accounts_apitoken_changelist")

    client.post(listed, {"action": "revoke", "_selected_action": [str(token.pk)]})

    assert tokens.find(records[0]) is None
    assert AuditEvent.objects.get(action="token.revoked").actor == root


def test_keys_of_the_second_step_and_groups_are_not_in_the_admin():
    labels = {model._meta.label_lower for model in admin.site._registry}

    assert not {"mfa.authenticator", "auth.group", "account.emailaddress"} & labels
