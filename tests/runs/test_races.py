"""Runs that several people and workers reach for at the same moment, on PostgreSQL."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from accounts import workspaces
from runs import life, lifecycle, trace
from runs.lifecycle import recording
from runs.models import Run
from tests.runs.test_lifecycle import OUTCOME, bell

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]
LEASE = "a" * 32


def at_once(*acts):
    """Run the acts in threads that start together; return what they gave or met, in their order."""
    start = threading.Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        futures = [threads.submit(run, act) for act in acts]
    return [future.exception() or future.result() for future in futures]


@pytest.fixture
def submit(workflow, operator):
    return lambda: lifecycle.submit(bell(), workflow=workflow, by=operator)


def test_workers_who_claim_at_once_keep_to_what_one_person_may_run(submit, settings):
    for _ in range(8):
        submit()

    claimed = at_once(*[lambda lease=str(n) * 32: lifecycle.claim(lease=lease) for n in range(8)])

    taken = [run.pk for run in claimed if run is not None]
    assert len(taken) == len(set(taken)) == settings.RUN_LIMITS.active_runs_per_user


def test_a_cancellation_is_not_lost_where_the_run_goes_back_to_the_queue(
    submit, operator, monkeypatch
):
    run = submit()
    lifecycle.claim(lease=LEASE)
    Run.objects.update(lease_until=timezone.now() - timezone.timedelta(seconds=1))
    decide, releasing = life.decide, []

    def meanwhile(*arguments):
        if not releasing:
            releasing.append(threading.Thread(target=lambda: at_once(lifecycle.release_expired)))
            releasing[0].start()
            releasing[0].join(timeout=0.5)
        return decide(*arguments)

    monkeypatch.setattr(life, "decide", meanwhile)
    lifecycle.cancel(run, by=operator)
    releasing[0].join()

    run.refresh_from_db()
    assert run.status == "cancelled"


def test_whoever_comes_first_a_run_ends_once_and_its_trace_holds(submit, operator):
    def work(pk):
        if lifecycle.start(pk, lease=LEASE).status == "running":
            return lifecycle.succeed(pk, OUTCOME, lease=LEASE)
        return lifecycle.end_cancelled(pk, lease=LEASE)

    for _ in range(10):
        run = submit()
        lifecycle.claim(lease=LEASE)
        at_once(
            lambda run=run: work(run.pk),
            lambda run=run: lifecycle.cancel(run, by=operator),
            lambda run=run: lifecycle.cancel(run, by=operator),
        )
        run.refresh_from_db()
        lines = list(run.events.order_by("seq"))
        assert trace.verify([bytes(event.line) for event in lines]) == run.trace_head
        assert sum(event.kind in {"run.completed", "run.cancelled"} for event in lines) == 1
        assert sum(event.kind == "run.cancel_requested" for event in lines) <= 1


def test_who_submits_and_changes_a_role_at_once_does_both(
    workspace, workflow, owner, viewer, monkeypatch
):
    both_hold = threading.Barrier(2)

    def meet(module, name):
        act = getattr(module, name)

        def held(*arguments, **named):
            both_hold.wait(timeout=3)
            return act(*arguments, **named)

        monkeypatch.setattr(module, name, held)

    meet(recording, "record")
    meet(workspaces.permissions, "check_can_own")
    membership = workspace.memberships.get(user=viewer)

    run, changed = at_once(
        lambda: lifecycle.submit(bell(), workflow=workflow, by=owner),
        lambda: workspaces.change_role(membership, role="operator", by=owner),
    )

    assert (run.status, changed.role) == ("queued", "operator")
