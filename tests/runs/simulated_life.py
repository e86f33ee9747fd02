"""A seeded world around the lifecycle core, in which everything goes wrong that can.

People in several workspaces ask for runs and cancel them; workers claim, freeze, crash and come
back late; entries of the queue are lost, doubled and overtaken; transactions fail, or succeed
without their caller hearing of it; the clock jumps; a provider takes tasks and loses answers. Each
change is shown to the checker. Then the faults stop, and everything has to come to rest.
"""

import itertools
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from runs.contract import TERMINAL, Status, Submission
from runs.errors import RunError
from runs.life import UNDER_LEASE, Change, Life, Rules, begin, decide
from runs.life.happenings import (
    Acknowledged,
    AnswerLost,
    AttemptLost,
    CancelAsked,
    Claimed,
    Completed,
    Failed,
    Heartbeat,
    LeaseExpired,
    Requested,
    Sending,
    SourceRead,
    Started,
    Stopped,
)
from runs.life.turns import Holder, Queue, Waiter

RULES = Rules(attempts=3, hand_backs=2, active_runs=2, queued_runs=4, lease=timedelta(seconds=15))
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
WORKSPACES = ("lab", "course", "startup")
PEOPLE = ("ada", "bob", "cyd", "dan")
WORKERS = 5
STEPS = 500  # of one episode, before the faults stop
QUIET_SECONDS = 600  # the work that is left may take so long once every lease has run out
LIFE_COLUMNS = frozenset(Life.__slots__)
WRONG = RunError("invalid_circuit")
TIMEOUT = RunError("timeout")
UNCONFIRMED = RunError("submission_unconfirmed")


class Run:
    """A row, its trace, and what the checker notes about both."""

    def __init__(self, number, workspace, person, life):
        self.number = number
        self.workspace = workspace
        self.person = person
        self.life = life
        self.columns = {}  # those that the core does not look at
        self.trace = []
        self.notes = None


class Worker:
    """A process that has at most one run in hand, and its own idea of where that stands."""

    def __init__(self):
        self.is_frozen = False
        self.drop()

    def drop(self):
        self.run = None
        self.lease = ""
        self.step = "idle"
        self.last = None


class AwayError(Exception):
    """The database went away in the middle of a transaction; what came of it is not known."""


class World:
    """Everything, moved one step at a time. ``bug`` replaces parts of the core by wrong ones."""

    def __init__(self, seed, checker, bug=None):
        self.random = random.Random(seed)
        self.checker = checker
        self.rules = bug.rules if bug else RULES
        self.pick = bug.pick if bug else pick
        self.decide = (lambda *arguments: bug.decide(decide, *arguments)) if bug else decide
        self.now = START
        self.clock_was_set_back = False
        self.is_faulty = True
        self.open = {}
        self.ended = []
        self.last_served = {}  # by runs that have ended
        self.queue = []
        self.workers = [Worker() for _ in range(WORKERS)]
        self.reports = []
        self.tasks = {}  # at the provider, by run
        self.requests = Counter()
        self.numbers = itertools.count(1)
        self.leases = itertools.count(1)
        self.changes = 0
        self.seen = Counter()

    # --- Time and chance ---------------------------------------------------------------------

    def chance(self, probability):
        return self.random.random() < probability

    def live(self, steps=STEPS):
        """Move on for an episode, then stop the faults and come to rest."""
        for act in self.random.choices(ACTS, cum_weights=WEIGHTS, k=steps):
            act(self)
        self.rest()

    def tick(self):
        self.now += timedelta(seconds=self.random.random() * 6)

    def jump(self):
        """Set the clock of the database forward or back."""
        self.seen["clock jumps"] += 1
        seconds = self.random.choice([5, 60, 7200]) * self.random.choice([-1, 1])
        self.clock_was_set_back |= seconds < 0
        self.now += timedelta(seconds=seconds)

    def rest(self):
        """Stop the faults; everything has to come to an end, and in time."""
        self.is_faulty = False
        for worker in self.workers:
            worker.is_frozen = False
        deadline = self.checker.deadline(self) + timedelta(seconds=QUIET_SECONDS)
        while self.open and self.now <= deadline:
            before = self.changes
            for act in (self.reap, self.remind, self.deliver, self.work, self.collect):
                act()
            leases = [run.life.lease_until for run in self.open.values() if run.life.lease_until]
            is_quiet = self.changes == before and not any(worker.run for worker in self.workers)
            if is_quiet and leases:
                self.now = max(self.now, min(leases))  # nothing happens until then
            self.now += timedelta(seconds=1)
        self.checker.at_rest(self)

    # --- The database ------------------------------------------------------------------------

    def happen(self, run, event, *, by=None):
        """Let ``event`` happen to ``run`` in a transaction, which may fail either way."""
        decision = self.decide(run.life, event, self.now, self.rules)
        if not isinstance(decision, Change):
            self.checker.refused(run, event)
            return decision
        fate = self.random.random() if self.is_faulty else 1.0
        if fate < 0.01:
            raise AwayError
        self.commit(run, event, decision, by)
        if fate < 0.02:
            raise AwayError
        return decision

    def commit(self, run, event, change, by):
        before, entries = run.life, len(self.queue)
        self.now += INSTANT
        self.changes += 1
        columns = dict(change.columns)
        if change.error is not None:
            columns["error"] = change.error.code
        life = {name: columns.pop(name) for name in LIFE_COLUMNS & columns.keys()}
        run.life = replace(before, **life)
        run.columns |= columns
        run.trace += [(line.kind, line.data, change.at) for line in change.lines]
        if change.tells_workers:
            self.queue.append(run.number)
        if run.life.status in TERMINAL and before.status not in TERMINAL:
            self.open.pop(run.number)
            self.ended = [*self.ended[-9:], run]
            self._note_service(run)
        self.checker.changed(self, run, before, event, change, by, told=len(self.queue) - entries)

    def _note_service(self, run):
        moments = (self.last_served.get(run.workspace), run.life.submitted_at)
        known = [moment for moment in moments if moment is not None]
        if known:
            self.last_served[run.workspace] = max(known)

    def waiting(self):
        return [run for run in self.open.values() if run.life.status is Status.QUEUED]

    def underway(self):
        """Return the runs that workers hold, as the rows say."""
        return [
            run
            for run in self.open.values()
            if run.life.lease_token and run.life.status in UNDER_LEASE
        ]

    def served(self):
        """Return when each workspace was last served, as the rows say."""
        served = dict(self.last_served)
        for run in self.open.values():
            moment = run.life.submitted_at
            if moment is not None and moment > served.get(run.workspace, LONG_AGO):
                served[run.workspace] = moment
        return served

    # --- People ------------------------------------------------------------------------------

    def submit(self):
        person = self.random.choice(PEOPLE)
        waiting = sum(run.person == person for run in self.waiting())
        if not self.rules.may_wait(waiting):
            self.seen["no room to wait"] += 1
            return
        is_wrong = self.chance(0.08)
        requested = Requested(
            {"shots": 100},
            checked={"qubits": 2} if self.chance(0.8) else None,
            error=WRONG if is_wrong else None,
            evidence_is_due=self.chance(0.7),
        )
        change = begin(requested, self.now)
        life = Life(
            status=change.columns["status"],
            created_at=change.at,
            is_local=self.chance(0.75),
            evidence_is_due=requested.evidence_is_due,
        )
        run = Run(next(self.numbers), self.random.choice(WORKSPACES), person, life)
        self.open[run.number] = run
        self.checker.made(run, waiting)
        if is_wrong:
            self.ended.append(self.open.pop(run.number))
        run.columns |= {"error": WRONG.code, "finished_at": change.at} if is_wrong else {}
        run.trace += [(line.kind, line.data, change.at) for line in change.lines]
        if change.tells_workers:
            self.queue.append(run.number)

    def cancel(self):
        runs = [*self.open.values(), *self.ended[-2:]]
        if runs:
            self._try(self.random.choice(runs), CancelAsked(by=7))

    def _try(self, run, event):
        try:
            self.happen(run, event)
        except AwayError:
            self.seen["database away"] += 1

    # --- The queue ---------------------------------------------------------------------------

    def deliver(self):
        """Hand an entry of the queue to an idle worker, which looks whose turn it is."""
        idle = [worker for worker in self.workers if worker.run is None and not worker.is_frozen]
        if not idle or not self.queue:
            return
        place = self.random.randrange(len(self.queue)) if self.is_faulty else 0
        if self.is_faulty and self.chance(0.05):
            self.seen["entries doubled"] += 1
        else:
            self.queue.pop(place)
        number = self.pick(self)
        if number is None:
            return
        worker = self.random.choice(idle)
        worker.run, worker.step = self.open[number], "reach"
        self.checker.picked(self, worker.run)

    def lose_an_entry(self):
        if self.queue:
            self.seen["entries lost"] += 1
            self.queue.pop(self.random.randrange(len(self.queue)))

    def remind(self):
        """Make entries for runs that wait without one, as the repair does."""
        waiting = self.waiting()
        self.queue += [run.number for run in waiting[: max(0, len(waiting) - len(self.queue))]]

    # --- Workers -----------------------------------------------------------------------------

    def work(self):
        """Let a worker that has a run in hand do the next thing."""
        busy = [worker for worker in self.workers if worker.run and not worker.is_frozen]
        if not busy:
            return
        self._go_on(self.random.choice(busy))

    def _go_on(self, worker):
        try:
            STEP[worker.step](self, worker)
        except AwayError:
            self.seen["database away"] += 1
            if worker.step == "reach" or self.chance(0.5):
                worker.drop()
            else:
                worker.step = "repeat"  # it does not know what came of the first time

    def crash(self):
        worker = self.random.choice(self.workers)
        if worker.run is not None:
            self.seen["crashes while " + worker.step] += 1
        worker.is_frozen = False
        worker.drop()

    def freeze(self):
        self.random.choice(self.workers).is_frozen = True

    def thaw(self):
        """Let a worker go on at the worst moment: when another has its run, if there is such."""
        asleep = [worker for worker in self.workers if worker.is_frozen]
        late = [one for one in asleep if one.run and one.run.life.lease_token != one.lease]
        worst = [one for one in late if one.run.life.lease_token]
        if worst or (asleep and self.chance(0.3)):
            worker = self.random.choice(worst or asleep)
            worker.is_frozen = False
            if worker.run is not None:
                self._go_on(worker)

    def reap(self):
        for run in list(self.open.values()):
            if run.life.lease_until is not None:
                self._try(run, LeaseExpired())

    def bring(self, worker, event, then):
        """Have the worker bring ``event``; it goes on with the step ``then``, or has to let go."""
        worker.last = (event, then)
        if isinstance(self.happen(worker.run, event, by=worker), Change) and then:
            worker.step = then
        else:
            worker.drop()

    def reach(self, worker):
        run = worker.run
        lease = f"lease {next(self.leases)}"
        same = sum(other.person == run.person for other in self.underway())
        if isinstance(self.happen(run, Claimed(lease, underway=same), by=worker), Change):
            worker.lease = lease
            worker.step = "start" if run.life.is_local else "announce"
        else:
            worker.drop()

    def start(self, worker):
        run, event = worker.run, Started(worker.lease)
        if run.life.status is Status.CANCELLING and run.life.lease_token == worker.lease:
            event = Stopped(worker.lease)
        self.bring(worker, event, "simulate" if isinstance(event, Started) else None)

    def simulate(self, worker):
        lease, dice = worker.lease, self.random.random()
        if dice < 0.4:
            self._beat(worker)
        elif dice < 0.5:
            self.bring(worker, SourceRead(lease, {"qubits": 2}), "simulate")
        elif dice < 0.75:
            self.bring(worker, Completed(lease, {"result": lease}), None)
        elif dice < 0.82:
            self.bring(worker, Failed(lease, TIMEOUT), None)
        elif dice < 0.91:
            self.seen["workers stopped"] += 1
            self.bring(worker, AttemptLost(lease, "worker_stopped"), None)
        else:
            self.seen["runners lost"] += 1
            self.bring(worker, AttemptLost(lease, "runner_lost"), None)

    def _beat(self, worker):
        run = worker.run
        self.bring(worker, Heartbeat(worker.lease), "simulate")
        if worker.run is not None and run.life.cancel_requested_at is not None:
            worker.step = "stop" if self.chance(0.8) else "simulate"

    def repeat(self, worker):
        self.bring(worker, *worker.last)

    def stop(self, worker):
        self.bring(worker, Stopped(worker.lease), None)

    # --- Hardware ----------------------------------------------------------------------------

    def announce(self, worker):
        run = worker.run
        if run.life.status is Status.CANCELLING and run.life.lease_token == worker.lease:
            self.stop(worker)
        else:
            self.bring(worker, Sending(worker.lease), "send")

    def send(self, worker):
        """The request leaves. The provider takes it or does not, and the answer may be lost."""
        number, lease = worker.run.number, worker.lease
        is_taken, is_heard = self.chance(0.8), self.chance(0.8)
        if is_taken:
            self.tasks.setdefault(number, "queued")
        if is_taken or not is_heard:
            self.requests[number] += 1
            self.checker.sent(worker.run)
        if not is_heard:
            worker.step = "tell of silence"
        elif is_taken:
            worker.step = "acknowledge"
        else:
            not_taken = AttemptLost(lease, "provider_throttled", not_taken=True, error=TIMEOUT)
            self.bring(worker, not_taken, None)

    def acknowledge(self, worker):
        self.bring(worker, Acknowledged(worker.lease), None)

    def tell_of_silence(self, worker):
        self.bring(worker, AnswerLost(worker.lease), None)

    def collect(self):
        """Ask the provider about a run that is there or may be; now and then report old news."""
        if self.reports and self.is_faulty and self.chance(0.3):
            self._try(*self.random.choice(self.reports))
        there = [
            run
            for run in self.open.values()
            if not (run.life.is_local or run.life.lease_token)
            and run.life.status is not Status.QUEUED
        ]
        if there:
            run = self.random.choice(there)
            event = self._news(run)
            self.reports = [*self.reports[-9:], (run, event)]
            self._try(run, event)

    def _news(self, run):
        is_cancelling = run.life.status is Status.CANCELLING
        if run.life.submission is Submission.SENT_UNCONFIRMED:
            if run.number in self.tasks:
                return Acknowledged("")
            return Stopped("") if is_cancelling else Failed("", UNCONFIRMED)
        if is_cancelling and self.chance(0.7):
            return Stopped("")
        if run.life.status is Status.SUBMITTED and self.chance(0.6):
            return Started("")
        return Completed("", {"result": ""}) if self.chance(0.9) else Failed("", TIMEOUT)


def pick(world):
    """Return the number of the run whose turn it is, as the core has it."""
    underway = sorted(world.underway(), key=lambda run: (run.life.submitted_at, run.number))
    turn = Queue(
        [Waiter(run.number, run.workspace, run.person) for run in world.waiting()],
        [Holder(run.workspace, run.person) for run in underway],
        world.served(),
        active=world.rules.active_runs,
    ).next()
    return turn.run if turn else None


STEP = {
    "reach": World.reach,
    "start": World.start,
    "simulate": World.simulate,
    "stop": World.stop,
    "repeat": World.repeat,
    "announce": World.announce,
    "send": World.send,
    "acknowledge": World.acknowledge,
    "tell of silence": World.tell_of_silence,
}
_LIKELY = {
    World.submit: 10,
    World.deliver: 16,
    World.work: 36,
    World.collect: 8,
    World.tick: 22,
    World.reap: 6,
    World.remind: 2,
    World.cancel: 2,
    World.crash: 1,
    World.freeze: 3,
    World.thaw: 4,
    World.lose_an_entry: 1,
    World.jump: 0.4,
}
ACTS = list(_LIKELY)
WEIGHTS = list(itertools.accumulate(_LIKELY.values()))
