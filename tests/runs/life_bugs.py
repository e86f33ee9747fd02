"""Bugs to be planted into the lifecycle core, each with the invariants that may find it.

A bug stands between the world and the core: it changes what the core is told, or what it says.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from runs.contract import TERMINAL, Status, Submission
from runs.life import Change, Refusal, Rules, Why
from runs.life.happenings import (
    Acknowledged,
    AttemptLost,
    CancelAsked,
    Claimed,
    Completed,
    Failed,
    Fenced,
    Heartbeat,
    LeaseExpired,
    Started,
)
from tests.runs.simulated_life import RULES, pick

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bug:
    decide: Callable[..., Any]
    found_by: frozenset[str]
    rules: Rules = RULES
    pick: Callable[..., Any] = pick


BUGS: dict[str, Bug] = {}


def planted(*found_by, **parts):
    def plant(function):
        BUGS[function.__name__] = Bug(function, frozenset(found_by), **parts)
        return function

    return plant


def sound(decide, *arguments):
    """For bugs that lie in the rules, or in whose turn it is."""
    return decide(*arguments)


def without_lines(change):
    return replace(change, lines=()) if isinstance(change, Change) else change


def with_columns(decision, **columns):
    if not isinstance(decision, Change):
        return decision
    return replace(decision, columns={**decision.columns, **columns})


def without_columns(decision, *names):
    columns = {name: value for name, value in decision.columns.items() if name not in names}
    return replace(decision, columns=columns)


# --- Leases and fences ---------------------------------------------------------------------------


@planted("one holder", "I5 legal")
def whoever_is_told_takes_the_run(decide, life, event, now, rules):
    if isinstance(event, Claimed) and life.status is Status.SUBMITTING:
        life = replace(life, status=Status.QUEUED)
    return decide(life, event, now, rules)


@planted("I6 fence")
def nothing_is_fenced(decide, life, event, now, rules):
    if isinstance(event, Fenced):
        event = replace(event, lease=life.lease_token)
    return decide(life, event, now, rules)


@planted("I6 fence")
def a_late_result_is_taken(decide, life, event, now, rules):
    if isinstance(event, Completed):
        event = replace(event, lease=life.lease_token)
    return decide(life, event, now, rules)


@planted("I6 fence")
def a_new_attempt_has_the_lease_of_the_first(decide, life, event, now, rules):
    if isinstance(event, Claimed):
        event = replace(event, new_lease="the one lease")
    if isinstance(event, Fenced) and event.lease:
        event = replace(event, lease="the one lease")
    return decide(life, event, now, rules)


@planted("lease")
def a_heartbeat_does_not_renew_the_lease(decide, life, event, now, rules):
    decision = decide(life, event, now, rules)
    if isinstance(event, Heartbeat) and isinstance(decision, Change):
        return replace(decision, columns={})
    return decision


@planted("lease")
def leases_in_force_are_taken_back(decide, life, event, now, rules):
    if isinstance(event, LeaseExpired):
        now += timedelta(seconds=10)
    return decide(life, event, now, rules)


@planted("I1 rest")
def leases_never_run_out(decide, life, event, now, rules):
    if isinstance(event, LeaseExpired):
        return Refusal(Why.NOT_NOW)
    return decide(life, event, now, rules)


BUGS["leases_are_too_long"] = Bug(
    sound, frozenset({"I1 rest"}), rules=replace(RULES, lease=timedelta(days=1))
)


@planted("whole")
def a_run_that_waits_again_keeps_its_lease(decide, life, event, now, rules):
    decision = decide(life, event, now, rules)
    if isinstance(event, LeaseExpired) and isinstance(decision, Change):
        return without_columns(decision, "lease_token", "lease_until")
    return decision


# --- Ends and attempts ---------------------------------------------------------------------------


@planted("I5 legal")
def an_end_is_not_final(decide, life, event, now, rules):
    if life.status in TERMINAL:
        life = replace(life, status=Status.RUNNING)
    return decide(life, event, now, rules)


@planted("I5 legal")
def old_news_move_a_status_back(decide, life, event, now, rules):
    if isinstance(event, Acknowledged) and life.status is Status.RUNNING:
        life = replace(life, status=Status.UNCONFIRMED, submission=Submission.SENT_UNCONFIRMED)
    return decide(life, event, now, rules)


@planted("trace")
def old_news_are_told_again(decide, life, event, now, rules):
    if isinstance(event, Started) and life.status is Status.RUNNING and not life.is_local:
        life = replace(life, status=Status.SUBMITTED)
    return decide(life, event, now, rules)


BUGS["attempts_have_no_limit"] = Bug(
    sound, frozenset({"attempts"}), rules=replace(RULES, attempts=1000)
)


@planted("attempts")
def an_attempt_is_not_counted(decide, life, event, now, rules):
    decision = decide(life, event, now, rules)
    if isinstance(event, Claimed) and isinstance(decision, Change) and life.attempt:
        return without_columns(decision, "attempt")
    return decision


@planted("hand-backs")
def a_worker_that_is_stopped_costs_an_attempt(decide, life, event, now, rules):
    if isinstance(event, AttemptLost) and event.reason == "worker_stopped":
        event = replace(event, reason="runner_lost")
    return decide(life, event, now, rules)


@planted("hand-backs")
def a_lost_runner_costs_no_attempt(decide, life, event, now, rules):
    if isinstance(event, AttemptLost):
        event = replace(event, reason="worker_stopped")
    return decide(life, event, now, rules)


BUGS["a_run_is_handed_back_forever"] = Bug(
    sound, frozenset({"hand-backs"}), rules=replace(RULES, hand_backs=1000)
)


@planted("cancel")
def a_cancellation_is_forgotten_when_the_run_goes_back(decide, life, event, now, rules):
    if isinstance(event, AttemptLost | LeaseExpired) and life.status is Status.CANCELLING:
        life = replace(life, status=Status.RUNNING)
    return decide(life, event, now, rules)


@planted("I3 one task")
def what_may_have_been_sent_is_sent_again(decide, life, event, now, rules):
    if isinstance(event, LeaseExpired):
        life = replace(life, submission=Submission.NOT_SENT)
    return decide(life, event, now, rules)


@planted("whole")
def a_failure_has_no_error(decide, life, event, now, rules):
    decision = decide(life, event, now, rules)
    return replace(decision, error=None) if isinstance(decision, Change) else decision


@planted("whole")
def a_failure_keeps_a_result(decide, life, event, now, rules):
    decision = decide(life, event, now, rules)
    return with_columns(decision, result="?") if isinstance(event, Failed) else decision


@planted("I19 order")
def the_clock_is_believed(decide, life, event, now, rules):
    fresh = replace(
        life,
        created_at=LONG_AGO,
        submitted_at=life.submitted_at and LONG_AGO,
        started_at=life.started_at and LONG_AGO,
        cancel_requested_at=life.cancel_requested_at and LONG_AGO,
    )
    return decide(fresh, event, now, rules)


# --- The trace and the queue ---------------------------------------------------------------------


@planted("trace")
def a_line_is_missing(decide, life, event, now, rules):
    decision = decide(life, event, now, rules)
    return without_lines(decision) if isinstance(event, LeaseExpired) else decision


@planted("trace")
def a_cancellation_leaves_no_line(decide, life, event, now, rules):
    decision = decide(life, event, now, rules)
    return without_lines(decision) if isinstance(event, CancelAsked) else decision


@planted("trace")
def a_line_is_told_twice(decide, life, event, now, rules):
    decision = decide(life, event, now, rules)
    if isinstance(event, Claimed) and isinstance(decision, Change):
        lost = replace(decision.lines[0], kind="run.attempt_lost")
        return replace(decision, lines=(*decision.lines, lost, *decision.lines))
    return decision


@planted("history")
def a_lost_attempt_gives_no_reason(decide, life, event, now, rules):
    decision = decide(life, event, now, rules)
    if isinstance(event, AttemptLost) and isinstance(decision, Change):
        return replace(decision, lines=tuple(replace(line, data={}) for line in decision.lines))
    return decision


@planted("I2 told")
def nobody_is_told_of_a_run_that_waits_again(decide, life, event, now, rules):
    decision = decide(life, event, now, rules)
    if isinstance(event, AttemptLost | LeaseExpired) and isinstance(decision, Change):
        return replace(decision, tells_workers=False)
    return decision


# --- Turns and limits ----------------------------------------------------------------------------

BUGS["a_person_may_have_any_number_underway"] = Bug(
    sound, frozenset({"active", "fair"}), rules=replace(RULES, active_runs=1000)
)
BUGS["a_person_may_have_any_number_waiting"] = Bug(
    sound, frozenset({"waiting"}), rules=replace(RULES, queued_runs=1000)
)


@planted("active")
def workers_who_claim_at_once_do_not_count_each_other(decide, life, event, now, rules):
    if isinstance(event, Claimed):
        event = replace(event, underway=0)
    return decide(life, event, now, rules)


def first_come(world):
    return min((run.number for run in world.waiting()), default=None)


def favourite(world):
    """Serve one workspace before all others."""
    ranked = sorted(world.waiting(), key=lambda run: (run.workspace != "startup", run.number))
    return ranked[0].number if ranked else None


BUGS["first_come_is_first_served"] = Bug(sound, frozenset({"fair"}), pick=first_come)
BUGS["one_workspace_goes_before_all"] = Bug(sound, frozenset({"fair"}), pick=favourite)
