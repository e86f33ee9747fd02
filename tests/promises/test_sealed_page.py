"""Whatever becomes of the rows that a record was made from: the reviewer sees the same bytes.

Most of it no program can do; here somebody who owns the database takes the guards down first.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.utils import timezone

from evidence import shares
from evidence.models import ShareVisit
from runs.models import Run
from tests import guards, make
from tests.runs import results_by_hand as by_hand

OURS = ("accounts", "runs", "evidence")
FILES = ["", "certificate.pdf", "packet.zip", "manifest.json", "manifest.sigstore.json"]
# What a link is: which bytes it opens, whether it works, until when, and who decided.
LINK = {
    *("share.token_sha256", "share.archive_sha256", "share.status"),
    *("share.expires_at", "share.self_approved"),
}
# Who may be believed: that a key was revoked is said on every page.
KEYS = "signingkey."
# What the database does not let be changed alone; the first line is changed together.
HELD_BY_CONSTRAINTS = {
    *("run.status", "run.error", "run.error_code"),
    *("run.evidence_state", "run.lease_token", "run.sweep_index"),
    *("share.decided_at", "share.revoked_at"),
}


@pytest.fixture
def run(workflow, operator, owner, seal):
    """A run whose link is approved, with values of the workspace disclosed on its page."""
    make.verified(operator)
    workflow.purpose, workflow.tags = "Find the drift", ["calibration"]
    workflow.save()
    run = make.run(
        workflow,
        by=operator,
        values=by_hand.SAMPLED,
        counts=by_hand.SAMPLED_COUNTS,
        notes="Try again",
        tags=["bell"],
        route_rationale="Free",
    )
    seal(run)
    return run


@pytest.fixture
def address(run, operator, owner):
    share = shares.request(
        run.packets.get(),
        label="Journal review",
        purpose="Round 2",
        profile="full",
        openings=["workflow.name", "run.notes"],
        expires_at=timezone.now() + timedelta(days=30),
        by=operator,
    )
    _, token = shares.approve(share, expires_at=share.expires_at, label=share.label, by=owner)
    return f"/s/{token}/"


def seen_at(address):
    reviewer = Client()
    answers = [reviewer.get(address + name) for name in FILES]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.content for answer in answers]


def other(field, value, row):
    """Return something else that ``field`` could hold in ``row``."""
    if field.choices:
        return next(choice for choice, _ in field.choices if choice != value)
    changes = {
        models.BooleanField: lambda: not value,
        models.DateTimeField: lambda: (
            (value or datetime(2020, 1, 1, tzinfo=UTC)) + timedelta(days=1)
        ),
        models.UUIDField: lambda: row.pk,
        models.JSONField: lambda: ["changed"],
        models.BinaryField: lambda: b"changed",
        models.FloatField: lambda: (value or 0) + 1000,
        models.IntegerField: lambda: (value or 0) + 1000,
        models.BigIntegerField: lambda: (value or 0) + 1000,
        models.EmailField: lambda: f"changed{row.pk}@example.net",
        models.CharField: lambda: f"changed {row.pk}"[: field.max_length],
        models.TextField: lambda: "changed",
    }
    return next(changes[kind] for kind in type(field).__mro__ if kind in changes)()


def change_everything():
    """Change every value of every row, one by one; return the names of those that refused."""
    refused = set()
    for model in (found for app in OURS for found in apps.get_app_config(app).get_models()):
        for field in model._meta.concrete_fields:
            name = f"{model._meta.model_name}.{field.name}"
            if field.primary_key or field.is_relation or name in LINK or name.startswith(KEYS):
                continue
            for row in model._base_manager.all():
                value = other(field, getattr(row, field.name), row)
                try:
                    with transaction.atomic():
                        model._base_manager.filter(pk=row.pk).update(**{field.name: value})
                except IntegrityError:
                    refused.add(name)
    return refused


def test_the_page_and_its_files_stay_the_same_to_the_byte(run, address):
    before = seen_at(address)
    with guards.taken_down():
        assert change_everything() <= HELD_BY_CONSTRAINTS
        Run.objects.update(
            status="failed",
            counts=None,
            values=None,
            error=make.error("timeout"),
            error_code="timeout",
        )
    run.refresh_from_db()
    assert run.name == f"changed {run.pk}"
    assert seen_at(address) == before


def test_the_page_outlives_the_rows_that_it_does_not_need(run, address):
    before = seen_at(address)
    with guards.taken_down():
        run.events.all().delete()
        ShareVisit.objects.all().delete()
        run.packets.get().certificate.delete()
    assert seen_at(address) == before
