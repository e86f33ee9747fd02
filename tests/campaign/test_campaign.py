"""The fault campaign: whatever dies, every accepted run reaches one true end.

``bin/with-postgres pytest -m campaign --campaign-seconds 1800 --campaign-seed 7``
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone
from django_q.models import Schedule, Task

from accounts.models import AuditEvent
from evidence.models import Packet
from runs import trace
from runs.lifecycle import queue
from runs.models import Event, IdempotencyKey, Run
from tests import guards, make
from tests.campaign.checker import ENDS
from tests.campaign.clients import Asked
from tests.campaign.nemesis import STAGES


def test_the_campaign_hit_every_stage_of_a_run(campaign):
    assert campaign.stages_hit == {stage.name for stage in STAGES}


def test_nobody_s_program_met_a_bug(campaign, site):
    assert [person.failure for person in site.people] == [None] * len(site.people)


def test_nothing_was_lost_stuck_or_doubled(campaign):
    assert campaign.checker.wrong() == []


def sealed():
    """Return a run that was completed and sealed, as the campaign left many."""
    return Run.objects.filter(status="completed", evidence_state="ready", attempt=1).first()


def change(run, **columns):
    Run.objects.filter(pk=run.pk).update(**columns)


def retell(run, kinds):
    """Give a run another trace, chained as it should be."""
    run.events.all().delete()
    run.event_count, run.trace_head = 0, trace.GENESIS
    for kind in kinds:
        make.event(run, kind, at=run.created_at)


def lose_a_run(run):
    IdempotencyKey.objects.filter(run=run).update(run=None)
    Packet.objects.filter(run=run).update(run=another(run))
    run.events.all().delete()
    run.delete()


def another(run):
    return Run.objects.exclude(pk=run.pk).first()


def double_a_run(run):
    run.pk, run.packet_id = uuid4(), None
    run.save(force_insert=True)


def seal_again(run):
    packet = run.packets.get()
    packet.pk = uuid4()
    packet.save(force_insert=True)


def overlap(run):
    """Let the first runs of a person all end long after they began."""
    runs = Run.objects.filter(created_by=run.created_by, attempt=1)[:3]
    Event.objects.filter(run__in=runs, kind__in=ENDS).update(at=F("at") + timedelta(days=1))


def keep_a_result(_):
    Task.objects.bulk_create([Task(id="1", started=timezone.now(), stopped=timezone.now())])


def seal_in_the_log_alone(run):
    AuditEvent.objects.filter(
        action="packet.sealed", object_id=run.packets.get().public_id
    ).delete()


# What is planted, and the complaint that it has to bring about.
DEFECTS = {
    "a lost run": (lose_a_run, "was told of a lost run_"),
    "a lost key": (lambda run: IdempotencyKey.objects.filter(run=run).delete(), "is not bound to"),
    "a run twice": (double_a_run, "runs without a key: 1"),
    "a run of two keys": (
        lambda run: IdempotencyKey.objects.filter(run=another(run)).update(run=run),
        "runs that two keys made",
    ),
    "a stuck run": (
        lambda run: change(run, status="running", finished_at=None, counts=None),
        "is stuck: running",
    ),
    "a lease": (lambda run: change(run, lease_token="a" * 32), "has a lease left"),
    "another end": (
        lambda run: change(run, status="failed", counts=None, error={}, error_code="timeout"),
        "failed with timeout",
    ),
    "a cancellation by nobody": (
        lambda run: change(run, status="cancelled", counts=None),
        "was cancelled by nobody",
    ),
    "endless attempts": (lambda run: change(run, attempt=99), "had 99 attempts"),
    "a changed line": (
        lambda run: run.events.filter(seq=1).update(line=b"{}"),
        "does not follow the one before it",
    ),
    "a lost last line": (lambda run: run.events.last().delete(), "has another trace than its row"),
    "an event retold": (
        lambda run: run.events.filter(seq=1).update(kind="run.started"),
        "tells its trace otherwise",
    ),
    "two ends": (lambda run: make.event(run, "run.completed"), "ended 2 times"),
    "a way that is not allowed": (
        lambda run: retell(run, ["run.requested", "run.queued", "run.completed"]),
        "went from queued to completed",
    ),
    "a claim nobody made": (
        lambda run: retell(run, ["run.claimed", "run.claimed", "run.completed"]),
        "was claimed 2 times",
    ),
    "a lost shot": (lambda run: change(run, shots=run.shots + 1), "counts of"),
    "a wide outcome": (lambda run: change(run, measured_qubits=[0] * 9), "of another width"),
    "a result of a run that has none": (
        lambda run: change(run, status="cancelled"),
        "has counts and is cancelled",
    ),
    "a start before the request": (
        lambda run: change(run, started_at=run.created_at - timedelta(seconds=1)),
        "times out of order",
    ),
    "another clock": (
        lambda run: change(run, created_at=run.created_at - timedelta(days=30)),
        "times of another clock",
    ),
    "an event before its time": (
        lambda run: run.events.filter(seq=2).update(at=run.created_at - timedelta(seconds=1)),
        "tells its trace out of order",
    ),
    "no seal": (lambda run: change(run, evidence_state="build_failed"), ": build_failed"),
    "two seals": (seal_again, "was sealed 2 times"),
    "a seal nobody asked for": (
        lambda run: change(run, evidence_state="not_requested"),
        "was sealed unasked",
    ),
    "a manifest exchanged": (
        lambda run: run.packets.update(manifest=b"{}"),
        "another manifest in its archive",
    ),
    "another packet named": (lambda run: change(run, packet_id=uuid4()), "names another packet"),
    "a seal without an audit": (seal_in_the_log_alone, "the audit log tells of other seals"),
    "too many at once": (overlap, "runs underway"),
    "an entry": (lambda run: queue.hint(run.pk), "entries are left in the queue"),
    "a result of django-q2": (keep_a_result, "django-q2 kept 3 results"),
    "a schedule that ran": (lambda _: Schedule.objects.update(task="1"), "planted schedules ran"),
}


@pytest.fixture
def loose(campaign):
    """Take the constraints off the tables, until the test is over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass, conname FROM pg_constraint"
            " WHERE contype IN ('c', 'u', 'f') AND connamespace = 'public'::regnamespace"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')


@pytest.mark.parametrize(("plant", "complaint"), DEFECTS.values(), ids=DEFECTS)
def test_the_checker_finds_what_is_planted(plant, complaint, campaign, loose):
    with guards.taken_down():
        plant(sealed())
    assert complaint in "\n".join(campaign.checker.wrong())


def test_the_checker_finds_damaged_bytes(campaign, site):
    digest = sealed().packets.get().archive_sha256
    path = site.disk.store / digest[:2] / digest[2:4] / digest
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    try:
        assert "damaged bytes" in "\n".join(campaign.checker.wrong())
    finally:
        path.write_bytes(whole)


def test_the_checker_finds_a_secret_at_rest(campaign):
    change(sealed(), notes=f"My token is {campaign.checker.secrets[0]}")
    assert campaign.checker.wrong() == ["a secret is at rest in table runs_run"]


def test_the_checker_finds_what_clients_saw_otherwise(campaign):
    campaign.checker.ended[sealed().public_id] = "failed"
    try:
        assert "was seen failed and is completed" in "\n".join(campaign.checker.wrong())
    finally:
        campaign.checker.ended[sealed().public_id] = "completed"


def test_the_checker_finds_a_key_that_nobody_answered(campaign):
    campaign.checker.asked.append(Asked("nobody-1", "/runs/", {}))
    try:
        assert campaign.checker.wrong() == ["nobody-1 was never answered"]
    finally:
        campaign.checker.asked.pop()


def test_the_checker_finds_planted_code_that_ran(campaign):
    campaign.checker.canary.touch()
    try:
        assert campaign.checker.wrong() == ["planted code was executed"]
    finally:
        campaign.checker.canary.unlink()
