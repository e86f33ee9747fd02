"""The worker command: owns runners and cluster, repairs what crashes left, ends when wedged."""

import logging
import os
import signal
import sys
import time
from types import FrameType

from django import db
from django.conf import settings
from django.db.models import Max

from quantumruns import tasks
from quantumruns.worker.cluster import WatchedCluster, bind_children_to_parent
from quantumruns.worker.runners import Runners
from quantumruns.worker.watchdog import Watchdog
from runs.contract import Status
from runs.models import Event, Run

logger = logging.getLogger(__name__)

LOOP_SECONDS = 0.5
REPAIR_SECONDS = 5.0
STOP_SECONDS = 25.0  # what is not done by then is taken up by its next attempt
PATIENCE_SECONDS = 30.0


class Worker:
    """One worker machine's command, from start to the end of its process group."""

    def __init__(self) -> None:
        self.stopping = False
        self.cluster: WatchedCluster | None = None
        self.watchdog = Watchdog(
            progress=_last_event, is_due=_work_is_due, patience_seconds=PATIENCE_SECONDS
        )

    def run(self) -> int:
        """Work until asked to stop; return the exit status for the supervisor."""
        _lead_a_group()
        # Without a database there is nothing to warm up for; forked processes open their own.
        db.connection.ensure_connection()
        db.connections.close_all()
        with Runners() as runners:
            # Warming up may take a minute, with nothing in work: a signal ends that at once.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._ask_to_stop)
            bind_children_to_parent()
            self.cluster = WatchedCluster()
            self.cluster.start()
            logger.info("Worker ready with %d processes", settings.WORKER_PROCESSES)
            try:
                status = self._watch(runners)
            except Exception:
                logger.exception("The worker cannot go on")
                status = 1
            return self._end(status)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.stopping = True

    def _watch(self, runners: Runners) -> int:
        assert self.cluster is not None
        repaired = 0.0
        while not self.stopping:
            time.sleep(LOOP_SECONDS)
            runners.ensure_running()
            if not self.cluster.is_alive:
                logger.error("The cluster's guard died")
                return 1
            if time.monotonic() - repaired >= REPAIR_SECONDS:
                repaired = time.monotonic()
                if self._repair():
                    return 1
        return 0

    def _repair(self) -> bool:
        """Finish what crashes left open; return whether the cluster is wedged."""
        try:
            tasks.repair()
            wedged = self.watchdog.is_wedged()
        except db.Error:
            logger.exception("The database is away; repair goes on when it is back")
            db.connections.close_all()
            return False
        if wedged:
            logger.error("Work is due and nothing has moved for %.0f s", PATIENCE_SECONDS)
        return wedged

    def _end(self, status: int) -> int:
        assert self.cluster is not None
        clean = status == 0 and self.cluster.stop(seconds=STOP_SECONDS)
        if not clean:
            logger.error("Ending the whole group; leases bring back what was in work")
            sys.stderr.flush()
            os.killpg(0, signal.SIGKILL)
        return status


def _lead_a_group() -> None:
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)


def _last_event() -> object:
    return Event.objects.aggregate(last=Max("id"))["last"]


def _work_is_due() -> bool:
    """A run waits and none is underway: a free worker would have taken it at once."""
    underway = [Status.SUBMITTING, Status.RUNNING, Status.CANCELLING]
    if Run.objects.filter(status__in=underway).exists():
        return False
    return Run.objects.filter(status=Status.QUEUED).exists()
