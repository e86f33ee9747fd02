"""What goes wrong in a campaign, and when: kills that are aimed at moments, and breakdowns.

A kill is aimed: the proxy sees the statement that stands for the moment and kills before it goes
on, or after it was done and before anybody is told. So each stage of a run's life is hit for
certain, however short it is. Between them come breakdowns of database, network, disk and clock.
"""

import os
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass

from tests.campaign.machines import kill
from tests.campaign.proxy import Shot
from tests.runs.processes import children_of, parent_of

SIMULATION, PRINTING = b"runs.runner.simulation", b"evidence.certificates.program"
AIM_SECONDS = 12
_CHILD_SECONDS = 3.0


@dataclass(frozen=True)
class Stage:
    """Where a run stands when something is killed: around which statement, on which side of it."""

    name: str
    moment: str
    is_after: bool = False
    in_web: bool = False
    victims: tuple = ("task",)
    child: bytes = b""  # the kill waits until this runner has a child at work


STAGES = [
    Stage("creating", "commit of creating", in_web=True, victims=("web process", "connection")),
    Stage("created, not yet told", "commit of creating", True, True, ("web process",)),
    Stage("cancelling", "commit of cancelling", in_web=True, victims=("web process",)),
    Stage("queued", "taking the entry", victims=("task", "pusher")),
    Stage("queued, entry taken", "commit of taking the entry", True),
    Stage("claiming", "commit of claiming", victims=("task", "connection")),
    Stage("claimed, not yet told", "commit of claiming", True, victims=("task", "connection")),
    Stage("submitting", "starting", victims=("task", "worker", "guard")),
    Stage("running, no child yet", "commit of starting", True),
    Stage("reading a long source", "commit of reading"),
    Stage(
        "running, in its child",
        "heartbeat",
        victims=("task", "worker", "guard", "child", "zygote", "monitor"),
        child=SIMULATION,
    ),
    Stage("finishing", "commit of ending", victims=("task", "connection", "worker")),
    Stage("finished, not yet told", "commit of ending", True, victims=("task", "connection")),
    Stage("seal claimed", "claiming the seal", True),
    Stage(
        "printing the certificate",
        "claiming the seal",
        True,
        victims=("task", "child", "zygote"),
        child=PRINTING,
    ),
    Stage("sealing", "commit of sealing", victims=("task", "worker", "connection")),
    Stage("sealed, not yet told", "commit of sealing", True, victims=("task",)),
]


class Nemesis:
    """Does everything once in an order drawn from the seed, and then at random until told to stop.

    ``kills`` counts them by stage and victim, ``breakdowns`` the other faults by name.
    """

    def __init__(self, site, *, seed):
        self.site = site
        self.kills = Counter()
        self.missed = Counter()
        self.breakdowns = Counter()
        self._random = random.Random(seed)

    @property
    def stages_hit(self):
        return {stage for stage, _ in self.kills}

    @property
    def faults(self):
        return self.kills.total() + self.breakdowns.total() + self.site.proxy.cuts

    def plan(self):
        """Return every act once, with the breakdowns spread among the kills."""
        kills = [(stage, victim) for stage in STAGES for victim in stage.victims]
        acts = [lambda s=stage, v=victim: self.aim(s, v) for stage, victim in kills]
        acts += [self.database_restarts, self.database_restarts, self.clock_jumps]
        acts += [self.black_hole, self.cut_connections, self.slow_network, self.random_cuts]
        acts += [self.disk_is_full, self.worker_is_asked_to_stop, self.master_is_killed]
        acts += [self.idle_process_is_killed]
        self._random.shuffle(acts)
        return acts

    def rage(self, *, until, at_most):
        """Act until the time ``until``, and until every stage was hit or it is ``at_most``."""
        acts = self.plan()
        while time.monotonic() < at_most:
            if not acts:
                if time.monotonic() >= until and self.stages_hit == {s.name for s in STAGES}:
                    return
                acts = self._left()
            acts.pop()()

    def _left(self):
        """Return what to do next: stages that were missed, or anything."""
        missed = [stage for stage in STAGES if stage.name not in self.stages_hit]
        if missed:
            stage = self._random.choice(missed)
            return [lambda: self.aim(stage, stage.victims[0])]
        return [self._random.choice(self.plan())]

    # --- aimed kills ------------------------------------------------------------------------------

    def aim(self, stage, victim):
        """Kill ``victim`` of whichever machine comes to ``stage`` first."""
        has = self.site.web.has if stage.in_web else self.site.is_task
        is_now = not stage.child and victim != "connection"
        looks_on = bool(stage.child) or victim in {"pusher", "monitor"}
        struck = threading.Event()

        def fire(pid):
            if is_now:
                self._strike(victim, pid)
            struck.set()

        shot = Shot(stage.moment, fire, has, stage.is_after, forwards=looks_on)
        self.site.proxy.aim(shot)
        hit = struck.wait(AIM_SECONDS)
        self.site.proxy.aim(None)
        if hit and stage.child:
            hit = self._strike_in_child(stage.child, victim, shot.pid)
        (self.kills if hit else self.missed)[stage.name, victim] += 1

    def _strike_in_child(self, program, victim, task):
        """Wait until the runner of this task's machine has a child, and strike then."""
        machine = self.site.machine_of(task)
        deadline = time.monotonic() + _CHILD_SECONDS
        while machine is not None and time.monotonic() < deadline:
            zygote = machine.zygote(program)
            children = children_of(zygote) if zygote else []
            if children:
                self._strike(victim, {"child": children[0], "zygote": zygote}.get(victim, task))
                return True
            time.sleep(0.002)
        return False

    def _strike(self, victim, pid):
        """Kill the victim, which is ``pid`` itself or one of the cluster that it is in."""
        guard = parent_of(pid)
        kin = {"guard": guard, "worker": guard and parent_of(guard)}
        machine = self.site.machine_of(pid)
        if victim in {"pusher", "monitor"} and machine is not None:
            kin |= machine.roles()
        kill(kin.get(victim, pid))

    # --- breakdowns -------------------------------------------------------------------------------

    def _note(self, name):
        self.breakdowns[name] += 1

    def database_restarts(self):
        self._note("database stopped")
        self.site.restart_database(away_seconds=self._random.uniform(0.5, 2.5))

    def clock_jumps(self):
        self._note("clock jumped an hour")
        self.site.restart_database(away_seconds=0.2, jump_seconds=3600)

    def black_hole(self):
        self._note("network black hole")
        self.site.proxy.hold()
        time.sleep(self._random.uniform(1, 3))
        self.site.proxy.release()

    def cut_connections(self):
        self._note("network cut")
        self.site.proxy.cut()

    def slow_network(self):
        self._note("network slow")
        self.site.proxy.delay_seconds = 0.05
        time.sleep(3)
        self.site.proxy.delay_seconds = 0.0

    def random_cuts(self):
        self._note("network cuts 1 % of messages")
        self.site.proxy.cut_share = 0.01
        time.sleep(6)
        self.site.proxy.cut_share = 0.0

    def disk_is_full(self):
        self._note(self.site.disk.fault)
        self.site.disk.fill()
        time.sleep(3)
        self.site.disk.free()

    def worker_is_asked_to_stop(self):
        commands = [worker.pid for worker in self.site.workers if worker.pid]
        if commands:
            self._note("worker asked to stop")
            os.kill(self._random.choice(commands), signal.SIGTERM)

    def master_is_killed(self):
        self._note("web master killed")
        kill(self.site.web.pid)

    def idle_process_is_killed(self):
        """A process that waits may hold a lock of the library's, and take it along."""
        processes = [pid for worker in self.site.workers for pid in worker.tasks]
        if processes:
            self._note("cluster process killed anywhere")
            kill(self._random.choice(processes))
