"""The attempts of a run are to be seen wherever the run is: its page, the API and its packet."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from runs import attempts, lifecycle
from runs.models import Run
from tests import make
from tests.runs.test_lifecycle import OUTCOME, bell


@pytest.fixture
def queued(workflow, operator):
    return lifecycle.submit(bell(), workflow=workflow, by=operator)


def start(run, lease):
    lifecycle.claim(lease=lease)
    return lifecycle.start(run.pk, lease=lease)


def lose_the_worker():
    Run.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    lifecycle.release_expired()


@pytest.fixture
def third_time_lucky(queued):
    """A run that completed after it lost a runner and then a worker."""
    start(queued, "a" * 32)
    lifecycle.lose(queued.pk, lease="a" * 32, reason="runner_lost")
    lifecycle.claim(lease="b" * 32)
    lose_the_worker()
    start(queued, "c" * 32)
    return lifecycle.succeed(queued.pk, OUTCOME, lease="c" * 32)


def test_a_run_that_waits_for_the_first_time_has_no_attempts(queued):
    assert attempts.of(queued) == ()


def test_an_attempt_is_underway_until_it_ends(queued):
    run = start(queued, "a" * 32)
    (attempt,) = attempts.of(run)
    assert (attempt.number, attempt.ending, attempt.ended_at) == (1, None, None)
    assert (attempt.claimed_at, attempt.started_at) == (run.submitted_at, run.started_at)


def test_each_attempt_says_how_it_ended_and_why_it_was_lost(third_time_lucky):
    first, second, third = attempts.of(third_time_lucky)
    assert (first.ending, first.reason) == ("lost", "runner_lost")
    assert (second.ending, second.reason, second.started_at) == ("lost", "lease_expired", None)
    assert (third.ending, third.reason) == ("completed", "")
    assert [attempt.number for attempt in (first, second, third)] == [1, 2, 3]
    moments = [
        moment
        for attempt in (first, second, third)
        for moment in (attempt.claimed_at, attempt.started_at, attempt.ended_at)
        if moment is not None
    ]
    assert moments == sorted(moments)
    assert third.ended_at == third_time_lucky.finished_at


def test_the_last_attempt_of_a_run_that_was_given_up_was_lost_too(queued, settings):
    for number in range(settings.RUN_LIMITS.attempts):
        start(queued, f"{number}" * 32)
        lose_the_worker()
    queued.refresh_from_db()
    assert queued.error_code == "worker_lost"
    assert [attempt.ending for attempt in attempts.of(queued)] == ["lost"] * 3


def test_a_run_that_is_cancelled_while_it_waits_again_keeps_its_lost_attempt(queued, operator):
    start(queued, "a" * 32)
    lose_the_worker()
    run = lifecycle.cancel(queued, by=operator)
    (attempt,) = attempts.of(run)
    assert (run.status, attempt.ending) == ("cancelled", "lost")


def test_the_api_lists_the_attempts(third_time_lucky, program, operator):
    caller = program(operator, "runs:read")
    listed = caller.get(f"/runs/{third_time_lucky.public_id}/").json()["attempts"]
    assert [(one["number"], one["ending"], one["reason"]) for one in listed] == [
        (1, "lost", "runner_lost"),
        (2, "lost", "lease_expired"),
        (3, "completed", ""),
    ]
    assert listed[1]["startedAt"] is None
    assert listed[2]["endedAt"] is not None


def test_the_page_tells_of_several_attempts_and_is_silent_about_one(
    third_time_lucky, workflow, operator, client
):
    client.force_login(operator)
    page = client.get(reverse("runs:detail", args=[third_time_lucky.pk])).content.decode()
    panel = page.split('id="attempts-title"')[1].split("</section>")[0]
    for words in (
        "3 of at most 3",
        "Attempt 1",
        ": its runner went away",
        ": its worker went away",
    ):
        assert words in panel
    assert "Completed after" in panel
    once = make.run(workflow, by=operator)
    page = client.get(reverse("runs:detail", args=[once.pk])).content.decode()
    assert "1 of at most 3" in page
    assert "Attempt 1" not in page


def test_the_packet_tells_of_several_attempts(third_time_lucky, operator, seal, client):
    client.force_login(operator)
    packet = seal(third_time_lucky)
    page = client.get(reverse("evidence:packet_detail", args=[packet.pk])).content.decode()
    told = page.split('id="attempts"')[1].split("</dl>")[0]
    for words in ("Attempt 1", ": its runner went away", "Attempt 2", ": its worker went away"):
        assert words in told
    assert "Completed after" in told
    assert "Attempt lost; queued again" in page
