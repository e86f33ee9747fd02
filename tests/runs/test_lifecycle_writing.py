"""The database holds exactly what the core decided: no column more, no line less."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from runs import life, lifecycle, trace
from runs.errors import RunError
from runs.lifecycle import writing
from runs.models import Run
from tests.runs.test_lifecycle import OUTCOME, bell

OLD, NEW = "0" * 32, "1" * 32


@pytest.fixture
def decided(monkeypatch):
    """Return the list of all that the core decides."""
    decide, heard = life.decide, []

    def listen(*arguments):
        heard.append(decide(*arguments))
        return heard[-1]

    monkeypatch.setattr(life, "decide", listen)
    return heard


def stored(run):
    """Return the row as it is, and its trace."""
    row = Run.objects.values().get(pk=run.pk)
    return row, [(line.kind, line.data, line.at) for line in run.events.order_by("seq")]


def let_the_lease_run_out(run):
    Run.objects.filter(pk=run.pk).exclude(lease_until=None).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )


def acts(run, person):
    """All that may happen to a run, with the lease that is in force and with an older one."""
    (lease,) = Run.objects.values_list("lease_token", flat=True).filter(pk=run.pk)
    for token in (lease or NEW, OLD):
        yield lambda token=token: lifecycle.start(run.pk, lease=token)
        yield lambda token=token: lifecycle.heartbeat(run.pk, lease=token)
        yield lambda token=token: lifecycle.succeed(run.pk, OUTCOME, lease=token)
        yield lambda token=token: lifecycle.fail(run.pk, RunError("timeout"), lease=token)
        yield lambda token=token: lifecycle.end_cancelled(run.pk, lease=token)
        yield lambda token=token: lifecycle.lose(run.pk, lease=token, reason="runner_lost")
    yield lambda: lifecycle.claim(lease=NEW)
    yield lambda: lifecycle.cancel(run, by=person)
    yield lifecycle.release_expired


LIKELY = [12, 1, 1, 1, 1, 2] + [0.3] * 6 + [8, 0.5, 2]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_decided_is_what_is_written(workflow, operator, decided, seed):
    chance = random.Random(seed)
    met = set()
    for _ in range(4):
        run = lifecycle.submit(bell(), workflow=workflow, by=operator)
        while not Run.objects.get(pk=run.pk).is_terminal:
            if chance.random() < 0.1:
                let_the_lease_run_out(run)
            decided.clear()
            row, lines = stored(run)
            entries = OrmQ.objects.count()
            (act,) = chance.choices(list(acts(run, operator)), LIKELY)
            try:
                act()
            except (lifecycle.LeaseLostError, RunError):
                assert isinstance(decided[-1], life.Refusal)
            expected, told = dict(row), list(lines)
            for decision in decided:
                met.add(type(decision))
                if isinstance(decision, life.Change):
                    expected |= decision.columns
                    told += [(line.kind, line.data, decision.at) for line in decision.lines]
                    entries += decision.tells_workers
            found, kept = stored(run)
            assert kept == told
            assert OrmQ.objects.count() == entries
            derived = ("error", "error_code", "event_count", "trace_head")
            assert all(found[name] == expected[name] for name in found if name not in derived)
            assert found["event_count"] == len(kept)
        run.refresh_from_db()
        assert trace.verify(bytes(event.line) for event in run.events.all()) == run.trace_head
    assert met == {life.Change, life.Refusal}


def test_a_row_that_changed_since_it_was_read_is_not_written(workflow, operator):
    run = lifecycle.submit(bell(), workflow=workflow, by=operator)
    mine = Run.objects.get(pk=run.pk)
    lifecycle.claim(lease=OLD)
    before = stored(run)
    decision = writing.carry_out(mine, life.happenings.Claimed(NEW))
    assert decision == life.Refusal(life.Why.NOT_NOW)
    assert stored(run) == before
    assert (mine.status, mine.attempt) == ("queued", 0)


def test_no_moment_of_a_run_lies_before_another_when_the_clock_is_set_back(
    workflow, operator, monkeypatch
):
    run = lifecycle.submit(bell(), workflow=workflow, by=operator)
    earlier = run.created_at - timedelta(hours=2)
    monkeypatch.setattr(writing.clock, "now", lambda: earlier)
    lifecycle.claim(lease=OLD)
    lifecycle.start(run.pk, lease=OLD)
    assert lifecycle.heartbeat(run.pk, lease=OLD) is False
    ended = lifecycle.succeed(run.pk, OUTCOME, lease=OLD)
    moments = [ended.created_at, ended.submitted_at, ended.started_at, ended.finished_at]
    assert moments == sorted(moments)
    told = [event.at for event in ended.events.order_by("seq")]
    assert told == sorted(told)
