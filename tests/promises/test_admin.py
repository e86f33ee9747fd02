"""The admin: staff search and read everything that is recorded; nobody rewrites or deletes it."""

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from runs.models import IdempotencyKey
from tests import make

OURS = [
    model
    for app in ("accounts", "runs", "evidence")
    for model in apps.get_app_config(app).get_models()
]
REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)
# The operator's own; what they set there is audited.
ADDED_HERE = {"runs.WorkspaceLimits"}
SEALED = ["runs.Run", "runs.Event", "runs.Source", "evidence.Packet", "evidence.Certificate"]


@pytest.fixture
def staff(db):
    person = make.user("root@example.org", is_staff=True, is_superuser=True)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def records(workflow, operator, owner):
    run = make.run(workflow, by=operator)
    packet = make.packet(run)
    make.run(workflow, by=operator, status="failed", error_code="timeout")
    make.share(packet, by=operator, status="approved", decided_by=owner)
    IdempotencyKey.objects.create(
        user=operator, key="k", fingerprint="f", run=run, status_code=202, body={"canary": "91c3"}
    )
    return run


def pages(model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    yield reverse(f"{name}_changelist")
    yield reverse(f"{name}_changelist") + "?q=anything"
    row = model._default_manager.first()
    if row is not None:
        yield reverse(f"{name}_change", args=[row.pk])


def test_every_record_of_ours_is_in_it_and_nothing_of_the_queue():
    labels = {model._meta.label for model in REGISTERED}
    shown_with_their_owner = {"evidence.ShareVisit"}
    assert {model._meta.label for model in OURS} - labels <= shown_with_their_owner
    assert not {label for label in labels if label.startswith("django_q")}


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_its_pages_can_be_read_and_need_no_exception_from_the_policy(staff, records, model):
    for address in pages(model):
        answer = staff.get(address)
        assert answer.status_code == 200, address
        assert " style=" not in answer.content.decode()


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_nothing_is_added_or_deleted_in_it(staff, records, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    before = model._default_manager.count()
    refused = model._meta.label not in ADDED_HERE
    assert (staff.get(reverse(f"{name}_add")).status_code == 403) is refused
    row = model._default_manager.first()
    if row is not None:
        answer = staff.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"})
        assert answer.status_code == 403
    assert model._default_manager.count() == before


@pytest.mark.parametrize("label", SEALED)
def test_what_is_sealed_is_only_looked_at(staff, records, label):
    model = apps.get_model(label)
    assert not admin.site._registry[model].has_change_permission(staff.get("/admin/").wsgi_request)


def test_a_run_is_found_by_the_identifier_that_people_see(staff, records):
    address = reverse("admin:runs_run_changelist")
    found = staff.get(address, {"q": records.public_id}).content.decode()
    assert records.public_id in found
    assert "1 run" in found


def test_a_run_shows_its_trace_and_no_lease(staff, workflow, operator):
    run = make.run(workflow, by=operator, status="running")
    page = staff.get(reverse("admin:runs_run_change", args=[run.pk])).content.decode()
    assert "run.started" in page
    assert run.trace_head in page
    assert run.lease_token not in page


def test_the_answer_that_a_key_binds_is_not_shown(staff, records):
    key = IdempotencyKey.objects.get()
    page = staff.get(reverse("admin:runs_idempotencykey_change", args=[key.pk])).content.decode()
    assert "91c3" not in page


def test_it_wears_our_name_and_colours(staff):
    page = staff.get("/admin/").content.decode()
    assert "QuantumRuns" in page
    assert "css/admin.css" in page
