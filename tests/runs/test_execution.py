"""What becomes of a run when something other than its circuit goes wrong."""

from dataclasses import replace

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from runs import execution, lifecycle
from runs.models import Run
from runs.providers.local import SOCKET_VARIABLE
from tests import make
from tests.runs.test_lifecycle import bell


@pytest.fixture
def queued(workflow, operator):
    return lifecycle.submit(bell(), workflow=workflow, by=operator)


def test_a_database_that_is_away_for_a_moment_costs_an_attempt_and_no_run(queued):
    def away(execute, sql, *arguments):
        if sql.startswith("UPDATE") and "started_at" in sql:
            raise OperationalError("the database is away")
        return execute(sql, *arguments)

    with connection.execute_wrapper(away), pytest.raises(OperationalError):
        execution.execute_next()

    queued.refresh_from_db()
    assert queued.status == "submitting"
    Run.objects.update(lease_until=timezone.now() - timezone.timedelta(seconds=1))
    assert lifecycle.release_expired() == [queued.pk]
    assert lifecycle.claim(lease="b" * 32).attempt == 2


def test_noise_that_was_read_for_another_route_is_refused_where_the_device_has_none(
    workflow, operator, monkeypatch
):
    monkeypatch.setenv(SOCKET_VARIABLE, "/nowhere")
    noise = {"gate": "bit_flip", "targets": [1], "probability": 0.1}
    asked = replace(bell(), device_id="braket_dm", circuit_operations=[*make.BELL, noise])
    run = lifecycle.submit(asked, workflow=workflow, by=operator)
    Run.objects.filter(pk=run.pk).update(device_id="braket_sv")

    execution.execute_next()

    run.refresh_from_db()
    assert (run.status, run.error_code) == ("failed", "unsupported_operation")
    assert run.error["operationIndex"] == len(make.BELL)
    assert "Choose braket_dm" in run.error["hint"]


def test_a_bug_ends_the_run_and_keeps_its_words_private(queued, monkeypatch, caplog):
    def broken(provider_id):
        raise ZeroDivisionError("secret words")

    monkeypatch.setattr(execution.providers, "get", broken)

    assert execution.execute_next() == queued.pk

    queued.refresh_from_db()
    assert (queued.status, queued.error_code) == ("failed", "internal_error")
    assert "secret words" not in str(queued.error)
    assert "secret words" in str(queued.events.last().detail)
    assert "met a bug" in caplog.text
