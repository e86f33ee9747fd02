"""What becomes of a run whose attempt came to nothing by no fault of its own."""

import math
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from django_q.models import OrmQ

from runs import execution, lifecycle
from runs.errors import AttemptLostError
from tests.runs.test_lifecycle import OUTCOME, bell


@pytest.fixture
def queued(workflow, operator):
    return lifecycle.submit(bell(), workflow=workflow, by=operator)


def hand_back(run, serial):
    lease = f"{serial:032}"
    lifecycle.claim(lease=lease)
    return lifecycle.lose(run.pk, lease=lease, reason="worker_stopped")


@pytest.fixture
def runs_by(monkeypatch):
    """Have a function take the place of the simulators."""

    def simulate(function):
        class Provider:
            def run(self, _, *, checkpoint):
                return function(checkpoint)

        monkeypatch.setattr(execution.providers, "get", lambda _: Provider())

    return simulate


def lose_the_runner(_):
    raise AttemptLostError("runner_lost")


def test_a_run_whose_runner_was_lost_is_tried_again_and_at_last_given_up(queued, settings, runs_by):
    runs_by(lose_the_runner)
    for attempt in range(1, settings.RUN_LIMITS.attempts):
        OrmQ.objects.all().delete()
        assert execution.execute_next() == queued.pk
        queued.refresh_from_db()
        assert (queued.status, queued.attempt, queued.submission) == ("queued", attempt, "not_sent")
        assert queued.events.last().kind == "run.attempt_lost"
        assert queued.events.last().data == {"attempt": attempt, "reason": "runner_lost"}
        assert OrmQ.objects.count() == 1, "workers are told of its next attempt"

    assert execution.execute_next() == queued.pk

    queued.refresh_from_db()
    assert (queued.status, queued.error_code) == ("failed", "worker_lost")
    assert queued.events.last().data["reason"] == "runner_lost"


def test_a_run_whose_runner_was_lost_after_its_cancellation_is_cancelled(queued, operator, runs_by):
    def cancel_and_lose(_):
        lifecycle.cancel(queued, by=operator)
        lose_the_runner(_)

    runs_by(cancel_and_lose)
    execution.execute_next()
    queued.refresh_from_db()
    assert (queued.status, queued.attempt) == ("cancelled", 1)


def test_a_worker_that_gives_up_hands_its_run_back(queued, monkeypatch, runs_by):
    def wait(checkpoint):
        while True:
            checkpoint()

    monkeypatch.setattr(execution, "_HEARTBEAT_SECONDS", 0.0)
    runs_by(wait)
    asked = iter([False, False, True])

    assert execution.execute_next(is_giving_up=lambda: next(asked)) == queued.pk

    queued.refresh_from_db()
    assert (queued.status, queued.lease_token) == ("queued", "")
    assert queued.events.last().data == {"attempt": 1, "reason": "worker_stopped"}


@pytest.fixture
def away(monkeypatch, transactional_db):
    """Have the database refuse so many heartbeats; it says how many it refused.

    A worker has no transaction around its heartbeats, so there is none here.
    """
    monkeypatch.setattr(execution, "_HEARTBEAT_SECONDS", 0.01)
    refused = []

    @contextmanager
    def refusing(number):
        def refuse(execute, sql, *arguments):
            if sql.startswith("UPDATE") and '"lease_until"' in sql and len(refused) < number:
                refused.append(sql)
                raise OperationalError("the database is away")
            return execute(sql, *arguments)

        with connection.execute_wrapper(refuse):
            yield refused

    return refusing


def beat(checkpoint):
    time.sleep(0.02)
    checkpoint()


def test_a_database_that_is_away_for_a_moment_does_a_simulation_no_harm(queued, runs_by, away):
    def simulate(checkpoint):
        with away(3) as refused:
            for _ in range(5):
                beat(checkpoint)
        assert len(refused) == 3
        return OUTCOME

    runs_by(simulate)
    assert execution.execute_next() == queued.pk
    queued.refresh_from_db()
    assert (queued.status, queued.attempt) == ("completed", 1)


def test_a_database_that_is_away_for_longer_than_the_lease_ends_the_attempt(
    queued, runs_by, away, settings
):
    settings.LEASE_SECONDS, began = 1, time.monotonic()

    def simulate(checkpoint):
        with away(math.inf):
            while True:
                beat(checkpoint)

    runs_by(simulate)
    with pytest.raises(OperationalError):
        execution.execute_next()
    assert 0.9 < time.monotonic() - began < 5
    queued.refresh_from_db()
    assert (queued.status, queued.attempt) == ("running", 1)


def test_each_heartbeat_that_is_heard_begins_the_lease_anew(queued, runs_by, away, settings):
    settings.LEASE_SECONDS = 1

    def simulate(checkpoint):
        for _ in range(2):
            with away(math.inf) as refused:
                for _ in range(25):
                    beat(checkpoint)
            assert refused
            beat(checkpoint)
            refused.clear()
        return OUTCOME

    runs_by(simulate)
    execution.execute_next()
    queued.refresh_from_db()
    assert queued.status == "completed"


def test_planned_restarts_cost_a_run_no_attempt(queued, settings, runs_by, client, operator):
    for serial in range(settings.RUN_LIMITS.attempts + 1):
        assert hand_back(queued, serial).status == "queued"
    client.force_login(operator)
    page = client.get(reverse("runs:detail", args=[queued.pk])).content.decode()
    assert "4 of at most 7" in page
    assert page.count(": its worker was stopped") == 4

    runs_by(lose_the_runner)
    for _ in range(settings.RUN_LIMITS.attempts):
        assert execution.execute_next() == queued.pk

    queued.refresh_from_db()
    assert (queued.status, queued.attempt, queued.hand_backs) == ("failed", 7, 4)
    assert queued.error["retry"].items() >= {"attempt": 7, "maxAttempts": 7}.items()


def test_a_run_is_not_handed_back_forever(queued, settings):
    settings.RUN_LIMITS = replace(settings.RUN_LIMITS, hand_backs=2)
    for serial in range(2 + settings.RUN_LIMITS.attempts):
        run = hand_back(queued, serial)
    assert (run.status, run.error_code, run.hand_backs) == ("failed", "worker_lost", 2)
