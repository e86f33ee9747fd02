"""The worker command: owns runners and cluster, repairs what crashes left, ends when wedged."""

import logging
import math
import os
import signal
import sys
import threading
import time
from types import FrameType

from django import db
from django.conf import settings
from django.db.models import Max

from quantumruns import tasks
from quantumruns.worker import pulse
from quantumruns.worker.cluster import WatchedCluster, bind_children_to_parent
from quantumruns.worker.runners import Runners
from quantumruns.worker.watchdog import Watchdog
from runs.contract import Status
from runs.models import Event, Run
from runs.runner.client import RunnerStartError

logger = logging.getLogger(__name__)

LOOP_SECONDS = 0.5
REPAIR_SECONDS = 5.0
SIGN_SECONDS = 60.0
HAND_BACK_SECONDS = 5.0
IDLE_SECONDS = 2.0


class Worker:
    """One worker machine's command, from start to the end of its process group."""

    def __init__(self) -> None:
        self.stopping = False
        self.rounds = 0
        self.starts_runners = False
        self.cluster: WatchedCluster | None = None
        patience = settings.WORKER_PATIENCE_SECONDS
        self.queue_dog = Watchdog(_last_event, is_due=_work_is_due, patience_seconds=patience)
        # These two ask no database, so that one that never answers cannot keep them quiet.
        self.cluster_dog = Watchdog(
            pulse.last_look, is_due=_has_a_free_process, patience_seconds=patience
        )
        self.command_dog = Watchdog(
            lambda: self.rounds,
            is_due=lambda: not self.starts_runners,
            patience_seconds=2 * patience,
        )

    def run(self) -> int:
        """Work until asked to stop; return the exit status for the supervisor."""
        _lead_a_group()
        # Without a database there is nothing to warm up for; forked processes open their own.
        db.connection.ensure_connection()
        db.connections.close_all()
        try:
            with Runners() as runners:
                return self._work(runners)
        except RunnerStartError as error:
            logger.critical("%s", error)
            return 1

    def _work(self, runners: Runners) -> int:
        # Warming up may take a minute, with nothing in work: a signal ends that at once.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        bind_children_to_parent()
        pulse.note_look()
        self.cluster = WatchedCluster()
        self.cluster.start()
        threading.Thread(target=self._guard, daemon=True).start()
        logger.info("Worker ready with %d processes", settings.WORKER_PROCESSES)
        try:
            status = self._watch(runners)
        except Exception:
            logger.exception("The worker cannot go on")
            status = 1
        return self._end(status)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.stopping = True

    def _guard(self) -> None:
        """End the group when it does nothing, or does not stop; a thread of its own."""
        while not self.stopping:
            time.sleep(LOOP_SECONDS)
            if self.cluster_dog.is_wedged():
                _end_group("Processes are free and nobody looks at the queue")
            if self.command_dog.is_wedged():
                _end_group("The command itself does not come round")
        time.sleep(settings.WORKER_FINISH_SECONDS + HAND_BACK_SECONDS + LOOP_SECONDS)
        _end_group("It does not stop")

    def _watch(self, runners: Runners) -> int:
        assert self.cluster is not None
        repaired = signed = -math.inf
        while not self.stopping:
            self.rounds += 1
            time.sleep(LOOP_SECONDS)
            self.starts_runners = True
            runners.ensure_running()
            self.starts_runners = False
            if not self.cluster.is_alive:
                logger.error("The cluster's guard died")
                return 1
            if time.monotonic() - repaired >= REPAIR_SECONDS:
                repaired = time.monotonic()
                if self._repair():
                    return 1
            if time.monotonic() - signed >= SIGN_SECONDS:
                signed = time.monotonic()
                _sign_log()
        return 0

    def _repair(self) -> bool:
        """Finish what crashes left open; return whether work is due that nobody takes."""
        try:
            tasks.repair()
            wedged = self.queue_dog.is_wedged()
        except db.Error:
            logger.exception("The database is away; repair goes on when it is back")
            db.connections.close_all()
            return False
        if wedged:
            patience = self.queue_dog.patience_seconds
            logger.error("Work is due and nothing has moved for %.0f s", patience)
        return wedged

    def _end(self, status: int) -> int:
        if status != 0 or not self._stop_cluster():
            _end_group("Not all of it ends by itself")
        return status

    def _stop_cluster(self) -> bool:
        """Let runs finish, then have those handed back that take longer; return if all ended."""
        assert self.cluster is not None
        pulse.finish()
        stopping = self.cluster.stop()
        _wait_for(stopping, seconds=settings.WORKER_FINISH_SECONDS)
        pulse.hand_back()
        _wait_for(stopping, seconds=HAND_BACK_SECONDS)
        return not stopping.is_alive()


def _wait_for(stopping: threading.Thread, *, seconds: float) -> None:
    """Wait for the end of the cluster, or until nothing has been in work for a moment.

    A process that was killed may have taken a lock of the library's along, which then never ends.
    """
    deadline = time.monotonic() + seconds
    idle_since = time.monotonic()
    while stopping.is_alive() and time.monotonic() < deadline:
        stopping.join(LOOP_SECONDS)
        if pulse.number_at_work():
            idle_since = time.monotonic()
        if time.monotonic() - idle_since > IDLE_SECONDS:
            return


def _sign_log() -> None:
    """Sign the head of the evidence log, where that is due and nothing is in the way."""
    try:
        tasks.sign_log()
    except db.Error:
        logger.exception("The database is away; the log is signed when it is back")
        db.connections.close_all()


def _end_group(why: str) -> None:
    """Kill this command and all that it started; leases bring back what was in work."""
    logger.error("Ending the whole group: %s", why)
    sys.stderr.flush()
    os.killpg(0, signal.SIGKILL)


def _lead_a_group() -> None:
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)


def _has_a_free_process() -> bool:
    return pulse.number_at_work() < settings.WORKER_PROCESSES


def _last_event() -> object:
    return Event.objects.aggregate(last=Max("id"))["last"]


def _work_is_due() -> bool:
    """A run waits and none is underway: a free worker would have taken it at once."""
    underway = [Status.SUBMITTING, Status.RUNNING, Status.CANCELLING]
    if Run.objects.filter(status__in=underway).exists():
        return False
    return Run.objects.filter(status=Status.QUEUED).exists()
