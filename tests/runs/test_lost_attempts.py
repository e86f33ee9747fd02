"""What becomes of a run whose attempt came to nothing by no fault of its own."""

import pytest
from django_q.models import OrmQ

from runs import execution, lifecycle
from runs.errors import AttemptLostError
from tests.runs.test_lifecycle import bell


@pytest.fixture
def queued(workflow, operator):
    return lifecycle.submit(bell(), workflow=workflow, by=operator)


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
