"""Whose turn it is, and what those who wait are told of it."""

import random
import re
from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from runs import lifecycle, waiting
from runs.contract import Status
from runs.life.turns import Holder, Queue, Waiter
from runs.lifecycle import claiming
from runs.models import Run
from tests import make
from tests.runs.test_lifecycle import bell

NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)


def waiters(text):
    """``lab:ada course:bob`` are runs in the order of their identifiers."""
    return [Waiter(number, *whose.split(":")) for number, whose in enumerate(text.split())]


def order(text, *, underway="", served=(), active=2):
    held = [Holder(*whose.split(":")) for whose in underway.split()]
    moments = {workspace: NOON + timedelta(seconds=n) for n, workspace in enumerate(served)}
    queue = Queue(waiters(text), held, moments, active=active)
    return " ".join(waiter.workspace for waiter in queue.order())


def test_workspaces_take_turns_however_much_one_of_them_asks_for():
    assert order("lab:ada lab:bob lab:cyd course:dan") == "lab course lab lab"


def test_with_a_single_worker_too_nobody_waits_for_a_whole_workspace():
    """Nothing is underway each time, so the turn is told by who was served last."""
    runs, served, taken = waiters("lab:ada lab:ada lab:ada course:dan startup:eve"), {}, []
    for moment in range(5):
        turn = Queue(runs, [], served, active=2).next()
        served[turn.workspace] = NOON + timedelta(seconds=moment)
        runs.remove(turn)
        taken.append(turn.workspace)
    assert taken == ["lab", "course", "startup", "lab", "lab"]


def test_whoever_has_less_underway_goes_first():
    assert order("lab:ada course:dan", underway="lab:bob") == "course lab"
    assert order("lab:ada course:dan", served=["course", "lab"]) == "course lab"
    assert order("lab:ada course:dan", served=["course"]) == "lab course"


def test_a_person_who_has_enough_underway_is_passed_over_until_one_of_them_ends():
    underway = "lab:ada lab:ada"
    assert order("lab:ada lab:bob course:dan", underway=underway) == "course lab lab"
    runs = Queue(waiters("lab:ada lab:bob"), [Holder("x", "ada")], {}, active=1).order()
    assert [waiter.person for waiter in runs] == ["bob", "ada"]


def test_nobody_is_ready_who_has_enough_underway():
    held = [Holder("lab", "ada"), Holder("lab", "ada")]
    ready = Queue(waiters("lab:ada course:bob course:ada course:bob"), held, {}, active=2).ready()
    assert [waiter.run for waiter in ready] == [1, 3]


def test_where_everybody_has_enough_underway_the_run_that_began_first_ends_first():
    underway = "lab:ada course:dan"
    assert order("course:dan lab:ada", underway=underway, active=1) == "lab course"


def rank(run, *, held, last):
    underway = sum(one.workspace == run.workspace for one in held)
    return underway, last.index(run.workspace) + 1 if run.workspace in last else 0, run.run


def plainly(runs, held, served, *, active):
    """The order as the rules have it, with everything looked at each time."""
    runs, held, last = list(runs), list(held), list(served)
    while runs:
        full = {one.person for one in held if sum(it.person == one.person for it in held) >= active}
        ready = [run for run in runs if run.person not in full]
        if not ready:
            held.pop(0)
            continue
        turn = min(ready, key=partial(rank, held=held, last=last))
        runs.remove(turn)
        held.append(Holder(turn.workspace, turn.person))
        last = [*(one for one in last if one != turn.workspace), turn.workspace]
        yield turn


@pytest.mark.parametrize("seed", range(50))
def test_the_order_is_the_one_that_the_rules_give(seed):
    chance = random.Random(seed)
    runs = [Waiter(n, chance.randrange(4), chance.randrange(5)) for n in range(25)]
    held = [Holder(chance.randrange(4), chance.randrange(5)) for _ in range(chance.randrange(8))]
    served = chance.sample(range(4), chance.randrange(5))
    moments = {workspace: NOON + timedelta(seconds=n) for n, workspace in enumerate(served)}
    active = chance.randint(1, 3)
    told = list(Queue(runs, held, moments, active=active).order())
    assert told == list(plainly(runs, held, served, active=active))


@pytest.mark.parametrize("workspaces", [1, 7, 300])
def test_a_long_queue_costs_no_more_for_each_run_than_a_short_one(workspaces):
    class Counting(Queue):
        looks = 0

        def has_room(self, person):
            self.looks += 1
            return super().has_room(person)

    runs = [Waiter(number, number % workspaces, number % 300) for number in range(3000)]
    queue = Counting(runs, [], {}, active=2)
    assert sum(1 for _ in queue.order()) == 3000
    assert queue.looks < 15 * 3000


@pytest.fixture
def crowd(db):
    """Three workspaces that three people share."""
    people = [make.user(f"{name}@example.org") for name in ("ada", "bob", "cyd")]
    return [
        make.workflow(make.workspace(name, owner=people[0], operator=people[1]), by=people[0])
        for name in ("Lab", "Course", "Startup")
    ], people


def fill(crowd, seed):
    """Make runs that wait, are underway and have ended, by chance."""
    workflows, people = crowd
    chance = random.Random(seed)
    runs = []
    for number in range(chance.randint(4, 24)):
        workflow = chance.choice(workflows)
        run = Run(
            workspace=workflow.workspace,
            workflow=workflow,
            source=make.source(workflow.workspace),
            created_by=chance.choice(people),
            mode="simulator",
            provider_id="local",
            device_id="braket_sv",
            shots=100,
            seed=1,
            status=chance.choice(["queued", "queued", "running", "cancelled"]),
            created_at=NOON,
            evidence_state="not_requested",
        )
        taken_at = NOON + timedelta(seconds=chance.randint(0, 5), microseconds=number)
        if run.status == "running":
            run.lease_token, run.lease_until = f"{number:032}", NOON + timedelta(days=1)
        if run.status == "running" or (run.status == "cancelled" and chance.random() < 0.8):
            run.submitted_at = taken_at
        if run.status == "cancelled":
            run.finished_at = NOON + timedelta(minutes=1)
        runs.append(run)
    return Run.objects.bulk_create(runs)


@pytest.mark.parametrize("seed", range(30))
def test_workers_take_the_runs_in_the_order_that_is_told(crowd, seed, settings):
    fill(crowd, seed)
    told = [waiter.run for waiter in claiming.queue(first=24).order()]
    places = {
        waiting.place_of(run).position: run.pk for run in Run.objects.filter(status=Status.QUEUED)
    }
    assert [places[position] for position in range(1, len(told) + 1)] == told
    taken = []
    while run := lifecycle.claim(lease=f"{len(taken):032}"):
        taken.append(run.pk)
    assert taken == told[: len(taken)]
    left = Run.objects.filter(status=Status.QUEUED).values("created_by")
    for person in Run.objects.filter(created_by__in=left).values("created_by").distinct():
        underway = Run.objects.filter(**person, status__in=["submitting", "running"])
        assert underway.count() >= settings.RUN_LIMITS.active_runs_per_user


@pytest.fixture
def submit(workflow, operator):
    return lambda: lifecycle.submit(bell(), workflow=workflow, by=operator)


def test_a_run_that_waits_for_one_s_own_runs_says_so(submit, owner, workflow):
    runs = [submit() for _ in range(3)]
    assert not any(waiting.place_of(run).is_held for run in runs)
    for lease in ("a" * 32, "b" * 32):
        lifecycle.claim(lease=lease)
    place = waiting.place_of(runs[2])
    assert (place.position, place.is_held) == (1, True)
    other = lifecycle.submit(bell(), workflow=workflow, by=owner)
    assert waiting.place_of(other).position == 1
    assert waiting.place_of(runs[2]).position == 2
    runs[0].refresh_from_db()
    assert waiting.place_of(runs[0]) is None


def test_a_run_that_goes_back_to_the_queue_does_not_cost_its_workspace_a_turn(
    submit, stranger, workflow
):
    first, _ = submit(), submit()
    elsewhere = make.workflow(stranger.memberships.get().workspace, by=stranger)
    lifecycle.claim(lease="a" * 32)
    lifecycle.start(first.pk, lease="a" * 32)
    lifecycle.lose(first.pk, lease="a" * 32, reason="runner_lost")
    other = lifecycle.submit(bell(), workflow=elsewhere, by=stranger)
    first.refresh_from_db()
    assert waiting.place_of(first).position == 1
    assert waiting.place_of(other).position == 2


def test_reading_a_long_queue_takes_no_more_queries_than_a_short_one(
    submit, workflow, owner, django_assert_max_num_queries
):
    runs = [submit() for _ in range(9)]
    runs += [lifecycle.submit(bell(), workflow=workflow, by=owner) for _ in range(9)]
    with django_assert_max_num_queries(3):
        assert waiting.place_of(runs[-1]).position == 18


def test_of_a_long_sweep_it_is_known_only_that_many_go_before(
    submit, stranger, monkeypatch, workflow
):
    monkeypatch.setattr(waiting, "LOOKED_AT", 5)
    runs = [submit() for _ in range(8)]
    elsewhere = make.workflow(stranger.memberships.get().workspace, by=stranger)
    other = lifecycle.submit(bell(), workflow=elsewhere, by=stranger)
    assert [waiting.place_of(run).position for run in (*runs, other)] == [1, 3, 4, 5, 6, 6, 6, 6, 2]
    assert [waiting.place_of(run).is_least for run in runs] == [False] * 5 + [True] * 3


@pytest.fixture
def watch(client, owner):
    client.force_login(owner)
    return lambda run: client.get(reverse("runs:detail", args=[run.pk])).content.decode()


def test_a_run_that_waits_says_on_its_page_about_how_many_go_before(submit, watch):
    first, second, third = (submit() for _ in range(3))
    assert "No run is likely to go before this one" in watch(first)
    assert "About 1 run goes before this one" in watch(second)
    assert "About 2 runs go before this one" in watch(third)
    for lease in ("a" * 32, "b" * 32):
        lifecycle.claim(lease=lease)
    assert 'id="place"' not in watch(first)
    assert "another run of Omar Operator to end: one person may have 2 underway" in watch(third)


def test_the_page_of_a_run_that_waits_moves_with_the_queue(submit, client, owner):
    first, second = submit(), submit()
    client.force_login(owner)
    page = client.get(reverse("runs:detail", args=[second.pk]))
    poll = re.search(r'hx-get="([^"]+)"', page.content.decode())[1].replace("&amp;", "&")
    assert client.get(poll)["HX-Retarget"] == "#poll"
    lifecycle.cancel(first, by=owner)
    answer = client.get(poll)
    assert "HX-Retarget" not in answer
    assert "No run is likely to go before this one" in answer.content.decode()


def test_the_api_says_about_where_a_run_stands(submit, program, owner):
    runs = [submit() for _ in range(3)]
    for lease in ("a" * 32, "b" * 32):
        lifecycle.claim(lease=lease)
    asks = program(owner, "runs:read")
    queue = asks.get(f"/runs/{runs[2].public_id}/").json()["queue"]
    assert queue.pop("readAt")
    assert queue == {"position": 1, "atLeast": False, "held": True, "approximate": True}
    assert asks.get(f"/runs/{runs[0].public_id}/").json()["queue"] is None
