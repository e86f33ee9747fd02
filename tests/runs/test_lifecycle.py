"""The life of a run, told through the functions that every door and every worker uses."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django_q.models import OrmQ

from runs import lifecycle, trace
from runs.contract import EvidenceState, Outcome, RunRequest, Sampling, Status
from runs.errors import RunError
from runs.life import TRANSITIONS
from runs.models import Run, Source
from tests import make


def bell(**changes):
    values = {
        "mode": "simulator",
        "provider_id": "local",
        "device_id": "braket_sv",
        "shots": 1000,
        "source_kind": "circuitOperations",
        "circuit_operations": make.BELL,
        "seed": 11,
    }
    return RunRequest(**{**values, **changes})


OUTCOME = Outcome(
    counts={"00": 493, "11": 507},
    measured_qubits=(0, 1),
    sampling=Sampling.MULTINOMIAL,
    versions={"amazon-braket-default-simulator": "1.41.2"},
    seconds=0.01,
)


def kinds(run):
    return [event.kind for event in run.events.all()]


def check_trace(run):
    run.refresh_from_db()
    lines = [bytes(event.line) for event in run.events.all()]
    assert trace.verify(lines) == run.trace_head
    assert len(lines) == run.event_count


@pytest.fixture
def queued(workflow, operator):
    return lifecycle.submit(bell(), workflow=workflow, by=operator)


@pytest.fixture
def running(queued):
    lifecycle.claim(lease="a" * 32)
    return lifecycle.start(queued.pk, lease="a" * 32)


def test_a_good_request_waits_in_the_queue_with_its_hint(queued):
    assert queued.status == Status.QUEUED
    assert kinds(queued) == ["run.requested", "run.validated", "run.queued"]
    assert OrmQ.objects.count() == 1
    check_trace(queued)


def test_a_run_is_claimed_started_and_completed_once(running):
    run = lifecycle.succeed(running.pk, OUTCOME, lease="a" * 32)
    assert run.status == Status.COMPLETED
    assert run.counts == {"00": 493, "11": 507}
    assert run.created_at <= run.submitted_at <= run.started_at <= run.finished_at
    check_trace(run)
    with pytest.raises(lifecycle.LeaseLostError):
        lifecycle.succeed(running.pk, OUTCOME, lease="a" * 32)
    assert kinds(run).count("run.completed") == 1


def test_a_drawn_seed_is_kept_so_that_the_run_can_be_drawn_again(workflow, operator):
    run = lifecycle.submit(bell(seed=None), workflow=workflow, by=operator)
    assert 0 <= run.seed < 2**53


def test_a_circuit_that_is_wrong_becomes_a_failed_run_with_all_its_problems(workflow, operator):
    wrong = [{"gate": "h", "targets": [0, 0]}, {"gate": "hh", "targets": [1]}]
    request = bell(circuit_operations=wrong)
    run = lifecycle.submit(request, workflow=workflow, by=operator)
    assert run.status == Status.FAILED
    assert run.error["stage"] == "validation"
    assert {problem["operationIndex"] for problem in run.error["problems"]} == {0, 1}
    assert run.error["docsUrl"].endswith(f"/docs/errors/#{run.error_code}")
    assert run.evidence_state == EvidenceState.PENDING
    assert OrmQ.objects.count() == 1
    check_trace(run)


def test_an_unknown_device_is_a_failed_run_too(workflow, operator):
    run = lifecycle.submit(bell(device_id="warp_core"), workflow=workflow, by=operator)
    assert (run.status, run.error_code) == (Status.FAILED, "unsupported_provider_path")


def test_too_many_qubits_is_a_failed_run_too(workflow, operator):
    wide = [{"gate": "h", "targets": [qubit]} for qubit in range(21)]
    run = lifecycle.submit(bell(circuit_operations=wide), workflow=workflow, by=operator)
    assert (run.status, run.error_code) == (Status.FAILED, "runner_limit_exceeded")


def test_fields_out_of_their_bounds_leave_no_run(workflow, operator):
    long = {"source_kind": "morse", "source": "h q;\n" * 301}
    for changes in ({"seed": -1}, {"name": "n" * 121}, {"source_kind": "morse"}, long):
        with pytest.raises(RunError) as refused:
            lifecycle.submit(bell(**changes), workflow=workflow, by=operator)
        assert refused.value.code == "invalid_request"
    assert not Run.objects.exists()


def test_viewers_and_strangers_leave_no_run(workflow, viewer, stranger):
    for person in (viewer, stranger):
        with pytest.raises(PermissionDenied):
            lifecycle.submit(bell(), workflow=workflow, by=person)
    assert not Run.objects.exists()


def test_an_archived_workflow_takes_no_runs(workspace, owner):
    archived = make.workflow(workspace, by=owner, archived=True)
    with pytest.raises(RunError, match="archived"):
        lifecycle.submit(bell(), workflow=archived, by=owner)
    assert not Run.objects.exists()


def test_one_person_may_only_have_so_many_runs_waiting(workflow, operator, owner, settings):
    limit = settings.RUN_LIMITS.queued_runs_per_user
    for _ in range(limit):
        lifecycle.submit(bell(), workflow=workflow, by=operator)
    with pytest.raises(RunError) as refused:
        lifecycle.submit(bell(), workflow=workflow, by=operator)
    assert refused.value.code == "concurrency_limit"
    assert Run.objects.count() == limit
    assert lifecycle.submit(bell(), workflow=workflow, by=owner).status == Status.QUEUED


def test_all_people_together_may_only_have_so_many_runs_waiting(
    workflow, operator, owner, settings
):
    settings.RUN_LIMITS = replace(settings.RUN_LIMITS, queued_runs=3)
    lifecycle.submit(bell(), workflow=workflow, by=operator)
    with pytest.raises(RunError, match="server is full") as refused:
        lifecycle.submit_sweep(bell(), [{"seed": 1}] * 3, workflow=workflow, by=owner)
    assert (refused.value.code, refused.value.retry_after_seconds) == ("concurrency_limit", 60)
    assert Run.objects.count() == 1
    lifecycle.submit_sweep(bell(), [{"seed": 1}] * 2, workflow=workflow, by=owner)
    with pytest.raises(RunError, match="server is full"):
        lifecycle.submit(bell(), workflow=workflow, by=operator)
    lifecycle.cancel(Run.objects.first(), by=owner)
    assert lifecycle.submit(bell(), workflow=workflow, by=operator).status == Status.QUEUED


def test_equal_sources_of_a_workspace_share_one_row(workflow, operator, stranger):
    first = lifecycle.submit(bell(), workflow=workflow, by=operator)
    again = lifecycle.submit(bell(shots=50), workflow=workflow, by=operator)
    elsewhere = make.workflow(stranger.memberships.get().workspace, by=stranger)
    other = lifecycle.submit(bell(), workflow=elsewhere, by=stranger)
    assert first.source == again.source
    assert other.source != first.source
    assert other.source.sha256 == first.source.sha256


def test_a_waiting_run_is_cancelled_at_once(queued, operator):
    run = lifecycle.cancel(queued, by=operator)
    assert run.status == Status.CANCELLED
    assert lifecycle.claim(lease="b" * 32) is None
    check_trace(run)


def test_a_running_run_is_cancelled_by_its_worker(running, operator):
    run = lifecycle.cancel(running, by=operator)
    assert run.status == Status.CANCELLING
    assert lifecycle.heartbeat(run.pk, lease="a" * 32) is True
    run = lifecycle.end_cancelled(run.pk, lease="a" * 32)
    assert run.status == Status.CANCELLED
    assert run.counts is None
    check_trace(run)


def test_a_cancellation_that_comes_too_late_is_noted_and_the_result_stands(running, operator):
    lifecycle.cancel(running, by=operator)
    run = lifecycle.succeed(running.pk, OUTCOME, lease="a" * 32)
    assert run.status == Status.COMPLETED
    assert "before the cancellation" in run.events.last().data["note"]


def test_an_ended_run_cannot_be_cancelled(running, operator):
    run = lifecycle.succeed(running.pk, OUTCOME, lease="a" * 32)
    with pytest.raises(RunError) as refused:
        lifecycle.cancel(run, by=operator)
    assert refused.value.code == "state_conflict"


def test_the_result_of_a_worker_that_was_thought_lost_is_thrown_away(running):
    Run.objects.filter(pk=running.pk).update(lease_until=timezone.now() - timezone.timedelta(1))
    assert lifecycle.release_expired() == [running.pk]
    second = lifecycle.claim(lease="b" * 32)
    assert second.attempt == 2
    with pytest.raises(lifecycle.LeaseLostError):
        lifecycle.succeed(running.pk, OUTCOME, lease="a" * 32)
    with pytest.raises(lifecycle.LeaseLostError):
        lifecycle.heartbeat(running.pk, lease="a" * 32)
    lifecycle.start(second.pk, lease="b" * 32)
    run = lifecycle.succeed(second.pk, OUTCOME, lease="b" * 32)
    assert "run.attempt_lost" in kinds(run)
    check_trace(run)


def test_a_run_that_loses_every_worker_ends_as_worker_lost(queued, settings):
    for attempt in range(1, settings.RUN_LIMITS.attempts + 1):
        claimed = lifecycle.claim(lease=str(attempt) * 32)
        assert claimed.attempt == attempt
        Run.objects.update(lease_until=timezone.now() - timezone.timedelta(seconds=1))
        lifecycle.release_expired()
    run = Run.objects.get(pk=queued.pk)
    assert (run.status, run.error_code) == (Status.FAILED, "worker_lost")
    assert run.error["retry"]["attempt"] == settings.RUN_LIMITS.attempts
    check_trace(run)


def test_a_run_that_waits_again_was_not_started(running, operator):
    Run.objects.update(lease_until=timezone.now() - timezone.timedelta(seconds=1))
    lifecycle.release_expired()
    running.refresh_from_db()
    assert (running.submitted_at, running.started_at) == (None, None)
    lifecycle.claim(lease="b" * 32)
    lifecycle.cancel(running, by=operator)
    run = lifecycle.end_cancelled(running.pk, lease="b" * 32)
    assert run.created_at <= run.submitted_at <= run.finished_at
    assert run.started_at is None


def test_leases_in_force_are_left_alone(running):
    assert lifecycle.release_expired() == []


def test_a_lost_queue_entry_is_made_again(queued):
    OrmQ.objects.all().delete()
    assert lifecycle.hint_due(older_than=timezone.timedelta(seconds=60)) == 0
    assert lifecycle.hint_due(older_than=timezone.timedelta(seconds=0)) == 1
    assert OrmQ.objects.count() == 1


def test_no_entry_is_made_again_for_who_has_no_room(workflow, operator, owner, settings):
    most = settings.RUN_LIMITS.active_runs_per_user
    for _ in range(most + 3):
        lifecycle.submit(bell(), workflow=workflow, by=operator)
    held = [lifecycle.claim(lease=str(number) * 32) for number in range(most)]
    OrmQ.objects.all().delete()
    assert lifecycle.hint_due(older_than=timezone.timedelta(seconds=0)) == 0
    other = lifecycle.submit(bell(), workflow=workflow, by=owner)
    OrmQ.objects.all().delete()
    assert lifecycle.hint_due(older_than=timezone.timedelta(seconds=0)) == 1
    assert OrmQ.objects.get().payload == str(other.pk)
    lifecycle.lose(held[0].pk, lease="0" * 32, reason="worker_stopped")
    OrmQ.objects.all().delete()
    assert lifecycle.hint_due(older_than=timezone.timedelta(seconds=0)) == 2


def test_a_slow_worker_finds_no_more_queue_entries_than_there_are_runs_due(workflow, operator):
    rejected = bell(circuit_operations=[])
    for request in (bell(), bell(), rejected):
        lifecycle.submit(request, workflow=workflow, by=operator)
    for _ in range(5):
        assert lifecycle.hint_due(older_than=timezone.timedelta(seconds=0)) == 0
    assert OrmQ.objects.count() == 3


def test_evidence_whose_queue_entry_was_lost_goes_before_runs_that_wait(workflow, operator):
    rejected = lifecycle.submit(bell(circuit_operations=[]), workflow=workflow, by=operator)
    OrmQ.objects.all().delete()
    for _ in range(2):
        lifecycle.submit(bell(), workflow=workflow, by=operator)
    assert lifecycle.hint_due(older_than=timezone.timedelta(seconds=0)) == 1
    assert OrmQ.objects.last().payload == str(rejected.pk)


def test_workspaces_take_turns(workflow, operator, owner, stranger, settings):
    busy = [lifecycle.submit(bell(), workflow=workflow, by=operator) for _ in range(3)]
    other = make.workflow(stranger.memberships.get().workspace, by=stranger)
    late = lifecycle.submit(bell(), workflow=other, by=stranger)
    assert lifecycle.claim(lease="1" * 32).pk == busy[0].pk
    assert lifecycle.claim(lease="2" * 32).pk == late.pk
    assert lifecycle.claim(lease="3" * 32).pk == busy[1].pk
    assert lifecycle.claim(lease="4" * 32) is None, "one person runs two at a time"


def test_a_retry_is_a_new_run_from_the_same_snapshot(running, operator):
    failed = lifecycle.fail(running.pk, RunError("timeout"), lease="a" * 32)
    assert failed.error["retry"] | {"mode": "new_run", "safe": True} == failed.error["retry"]
    again = lifecycle.retry(failed, by=operator)
    assert again.retry_of == failed
    assert (again.source, again.seed, again.shots) == (failed.source, failed.seed, failed.shots)
    assert again.status == Status.QUEUED


def test_a_retry_that_must_fail_the_same_way_is_not_offered(workflow, operator):
    run = lifecycle.submit(bell(circuit_operations=[]), workflow=workflow, by=operator)
    assert not lifecycle.can_retry(run)
    with pytest.raises(RunError, match="Run again"):
        lifecycle.retry(run, by=operator)


def test_names_and_notes_change_and_nothing_else_does(running, operator, viewer):
    run = lifecycle.succeed(running.pk, OUTCOME, lease="a" * 32)
    head = run.trace_head
    run = lifecycle.annotate(run, name="Better name", tags=["bell"], notes="ok", by=operator)
    assert (run.name, run.tags, run.notes, run.trace_head) == ("Better name", ["bell"], "ok", head)
    with pytest.raises(PermissionDenied):
        lifecycle.annotate(run, name="Mine", tags=[], notes="", by=viewer)
    with pytest.raises(RunError, match="cannot be seen"):
        lifecycle.annotate(run, name="a\u202eb", tags=[], notes="", by=operator)


def test_evidence_can_be_asked_for_later(workflow, operator):
    run = lifecycle.submit(bell(evidence_requested=False), workflow=workflow, by=operator)
    assert run.evidence_state == EvidenceState.NOT_REQUESTED
    run = lifecycle.request_evidence(run, by=operator)
    assert run.evidence_state == EvidenceState.PENDING
    with pytest.raises(RunError):
        lifecycle.request_evidence(run, by=operator)


def test_every_status_can_be_left_or_is_the_end():
    ends = {status for status, targets in TRANSITIONS.items() if not targets}
    assert ends == {Status.COMPLETED, Status.FAILED, Status.CANCELLED}
    assert set(TRANSITIONS) == set(Status)


def test_source_rows_survive_the_same_source_being_refused_elsewhere(workflow, operator):
    """A source that is fine for one device and too wide for another is kept in both readings."""
    wide = [{"gate": "h", "targets": [qubit]} for qubit in range(12)]
    refused = lifecycle.submit(
        bell(circuit_operations=wide, device_id="braket_dm"), workflow=workflow, by=operator
    )
    accepted = lifecycle.submit(bell(circuit_operations=wide), workflow=workflow, by=operator)
    assert (refused.status, accepted.status) == (Status.FAILED, Status.QUEUED)
    assert Source.objects.filter(sha256=accepted.source.sha256).count() == 2
    assert accepted.source.qubits == 12
