"""The queue's entry, called as a worker does."""

from dataclasses import replace

import pytest
from django_q.models import OrmQ

from evidence.certificates import issuing
from quantumruns import tasks
from runs import lifecycle
from runs.errors import RunError
from runs.models import Run
from runs.providers.local import SOCKET_VARIABLE
from runs.runner.client import START_SECONDS
from tests.runs.test_lifecycle import bell


@pytest.fixture(autouse=True)
def one_at_a_time(settings, monkeypatch):
    """A person has room for one run, and each ends at once: there is no simulator."""
    settings.RUN_LIMITS = replace(settings.RUN_LIMITS, active_runs_per_user=1)
    monkeypatch.delenv(SOCKET_VARIABLE, raising=False)


def test_the_end_of_a_run_calls_for_the_next_that_had_no_room(workflow, operator):
    first, second, third = (
        lifecycle.submit(bell(evidence_requested=False), workflow=workflow, by=operator)
        for _ in range(3)
    )
    lifecycle.claim(lease="a" * 32)
    OrmQ.objects.all().delete()
    tasks.execute_run(second.pk)
    assert set(Run.objects.values_list("status", flat=True)) == {"submitting", "queued"}
    lifecycle.fail(first.pk, RunError("timeout"), lease="a" * 32)

    tasks.execute_run(third.pk)

    assert Run.objects.get(pk=second.pk).is_terminal
    assert OrmQ.objects.count() == 1


def test_the_queues_own_timeout_comes_after_all_that_a_task_may_do(settings):
    reading_and_executing = 2 * (START_SECONDS + settings.RUN_LIMITS.wall_seconds)
    sealing_two = 2 * (START_SECONDS + issuing._WALL_SECONDS)
    assert settings.Q_CLUSTER["timeout"] > reading_and_executing + sealing_two
    assert settings.Q_CLUSTER["retry"] > settings.Q_CLUSTER["timeout"]
