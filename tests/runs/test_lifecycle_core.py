"""The lifecycle core: legal in every case there is, and true in a world where everything fails.

``QUANTUMRUNS_LIFE_STEPS=1000000`` makes the walk longer, ``QUANTUMRUNS_LIFE_SEED`` begins it
elsewhere; a failure names the seed of its episode, which alone brings it back.
"""

import functools
import itertools
import os
import time
from collections import Counter
from datetime import timedelta

import pytest

from runs.contract import TERMINAL, Status, Submission
from runs.errors import RunError
from runs.life import TRANSITIONS, UNDER_LEASE, Change, Life, Refusal, Why, decide
from runs.life.happenings import (
    Acknowledged,
    AnswerLost,
    AttemptLost,
    CancelAsked,
    Claimed,
    Completed,
    Failed,
    Fenced,
    Heartbeat,
    LeaseExpired,
    Sending,
    SourceRead,
    Started,
    Stopped,
)
from tests.runs.life_bugs import BUGS
from tests.runs.life_invariants import INVARIANTS, Checker, ViolationError
from tests.runs.simulated_life import RULES, START, STEPS, World

WALK = int(os.environ.get("QUANTUMRUNS_LIFE_STEPS", "50000"))
FIRST_SEED = int(os.environ.get("QUANTUMRUNS_LIFE_SEED", "2026"))
BUG_SEEDS = range(2026, 2126)
# Each of these has to be met in every ten thousand steps, or the walk shows nothing.
MET = {
    "late news refused": 50,
    "LeaseExpired": 50,
    "AttemptLost": 50,
    "attempts lost": 100,
    "CancelAsked": 50,
    "Completed": 200,
    "Failed": 50,
    "AnswerLost": 10,
    "Acknowledged": 50,
    "entries lost": 20,
    "entries doubled": 10,
    "database away": 20,
    "clock jumps": 10,
    "crashes while simulate": 5,
    "crashes while reach": 5,
    "crashes while send": 1,
    "workers stopped": 50,
    "handed back too often": 1,
    "no room to wait": 50,
}


def episode(seed, bug=None):
    """Live one episode and return what was met; a violation names its seed."""
    checker = Checker()
    world = World(seed, checker, bug)
    try:
        world.live()
    except ViolationError as violation:
        violation.add_note(f"QUANTUMRUNS_LIFE_SEED={seed}")
        raise
    return world.seen + checker.seen


def test_whatever_fails_every_run_comes_to_one_true_end():
    seen, began = Counter(), time.perf_counter()
    for seed in range(FIRST_SEED, FIRST_SEED + WALK // STEPS):
        seen += episode(seed)
    seconds = time.perf_counter() - began
    print(f"{WALK} steps, {WALK / seconds:,.0f} a second, {dict(seen)}")
    rare = {name: seen[name] for name, least in MET.items() if seen[name] < least * WALK / 10_000}
    assert not rare


def test_an_episode_is_the_same_each_time():
    assert episode(FIRST_SEED) == episode(FIRST_SEED)


@functools.cache
def first_violation(name):
    for seed in BUG_SEEDS:
        try:
            episode(seed, BUGS[name])
        except ViolationError as violation:
            return violation
    return None


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_found_by_the_invariant_that_it_breaks(name):
    violation = first_violation(name)
    assert violation is not None
    assert violation.invariant in BUGS[name].found_by, violation


def test_every_invariant_finds_a_bug():
    assert {first_violation(name).invariant for name in BUGS} == set(INVARIANTS)


LATER = START + timedelta(minutes=1)


def events(lease):
    refusal = RunError("provider_throttled")
    return [
        Acknowledged(lease),
        AnswerLost(lease),
        AttemptLost(lease, "runner_lost"),
        AttemptLost(lease, "worker_stopped"),
        AttemptLost(lease, "provider_throttled", not_taken=True, error=refusal),
        CancelAsked(by=1),
        Claimed("b"),
        Completed(lease, {}),
        Failed(lease, RunError("timeout")),
        Heartbeat(lease),
        LeaseExpired(),
        Sending(lease),
        SourceRead(lease, {}),
        Started(lease),
        Stopped(lease),
    ]


def lives():
    """Every combination of what decisions are made on, those that cannot come about included."""
    for status, is_local, submission, lease, is_cancelled, attempt in itertools.product(
        Status, (True, False), Submission, ("", "a"), (False, True), (0, RULES.attempts)
    ):
        yield Life(
            status=status,
            created_at=START,
            is_local=is_local,
            submission=submission,
            lease_token=lease,
            lease_until=START if lease else None,
            cancel_requested_at=START if is_cancelled else None,
            attempt=attempt,
        )


def decisions():
    """Every decision that there is: the life, the event, and what comes of it."""
    for life in lives():
        for event in itertools.chain(events(""), events("a")):
            yield life, event, decide(life, event, LATER, RULES)


def test_from_no_state_at_all_an_illegal_change_follows():
    changes = set()
    for life, event, decision in decisions():
        if isinstance(decision, Change):
            status = decision.columns.get("status", life.status)
            changes.add((life.status, status))
            assert (status in TERMINAL) == ("finished_at" in decision.columns), (life, event)
            assert decision.lines or status is life.status, (life, event)
    moves = {(source, target) for source, target in changes if source is not target}
    assert moves == {
        (source, target) for source, targets in TRANSITIONS.items() for target in targets
    }


def test_an_ended_run_and_a_foreign_lease_refuse_everything():
    refused = Counter()
    for life, event, decision in decisions():
        if life.status in TERMINAL:
            assert decision == Refusal(Why.ENDED)
        elif getattr(event, "lease", life.lease_token) != life.lease_token:
            assert decision == Refusal(Why.LEASE_LOST)
            refused[type(event)] += 1
        elif getattr(event, "lease", None) == "" and life.is_local:
            assert decision == Refusal(Why.LEASE_LOST), "nobody else executes local runs"
    assert set(refused) == {type(event) for event in events("a") if isinstance(event, Fenced)}


def test_every_status_can_be_left_or_is_the_end():
    ends = {status for status, targets in TRANSITIONS.items() if not targets}
    assert ends == TERMINAL
    assert set(TRANSITIONS) == set(Status)
    assert not UNDER_LEASE & TERMINAL
