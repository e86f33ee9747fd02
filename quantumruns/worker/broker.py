"""The broker of django-q2's cluster: it looks at the queue and trusts no row of it.

What the cluster gets is a ticket, made in its own process from nothing that the database says: a
free task process then takes an entry by itself (:func:`quantumruns.tasks.work`). So no entry waits
in the hands of a machine whose processes are all busy, and none is lost with a process that was
killed before it began.
"""

import logging
import time
from typing import Any
from uuid import uuid4

from django import db
from django.core.cache.backends.dummy import DummyCache
from django.utils import timezone
from django_q.brokers import Broker as AnyBroker
from django_q.signing import SignedPackage

from quantumruns.worker import pulse
from runs.lifecycle import queue, wakeup

logger = logging.getLogger(__name__)

# How long to wait for the next look, where this process is woken and where it is not.
WOKEN_SECONDS = 0.25
POLL_SECONDS = 0.04
# An entry that is still there may have been seen by a process that died: it is announced again.
_AGAIN_SECONDS = 1.0
_DATABASE_AWAY_SECONDS = 1.0
_LOOK_AT = 100


class Broker(AnyBroker):  # type: ignore[misc]  # the package has no types
    """Announces each entry of the queue once, and keeps nothing of what becomes of it."""

    def __init__(self, list_key: str | None = None) -> None:
        super().__init__(list_key)
        self._announced: set[int] = set()
        self._announced_at = 0.0
        self._listener = wakeup.listener()

    @staticmethod
    def get_cache() -> DummyCache:
        """Return a cache that forgets: results and statistics would be kept as pickles."""
        return DummyCache("", {})

    def ping(self) -> bool:
        """Say that the cluster may start; the command has tried the database already."""
        return True

    def info(self) -> str:
        """Return what this is."""
        return "QuantumRuns"

    def dequeue(self) -> list[tuple[int, str]] | None:
        """Return a ticket for an entry that has none yet, or wait a moment and return None."""
        pulse.note_look()
        try:
            # Before the look, so that no word falls between it and the wait.
            is_woken = self._listener.listen()
            waiting = [] if pulse.is_finishing() else queue.oldest(_LOOK_AT)
            entry = self._first_new(waiting)
            if entry is None:
                self._wait(is_woken=is_woken)
                return None
        except db.Error:
            logger.warning("The queue cannot be read; it is tried again", exc_info=True)
            db.connections.close_all()
            time.sleep(_DATABASE_AWAY_SECONDS)
            return None
        return [(entry, _ticket())]

    def _wait(self, *, is_woken: bool) -> None:
        if is_woken:
            self._listener.wait(WOKEN_SECONDS)
        else:
            time.sleep(POLL_SECONDS)

    def _first_new(self, waiting: list[int]) -> int | None:
        now = time.monotonic()
        if now - self._announced_at > _AGAIN_SECONDS:
            self._announced.clear()
        self._announced.intersection_update(waiting)
        for entry in waiting:
            if entry not in self._announced:
                self._announced.add(entry)
                self._announced_at = now
                return entry
        return None

    def enqueue(self, task: str) -> Any:
        """Refuse: entries are made by :func:`runs.lifecycle.queue.hint` alone.

        :raises NotImplementedError: always.
        """
        raise NotImplementedError("Only hints of runs are put into the queue")


def _ticket() -> str:
    """Return the package that has a task process look for work."""
    number = uuid4().hex
    task = {
        "id": number,
        "name": number,
        "func": "quantumruns.tasks.work",
        "args": (),
        "kwargs": {},
        "started": timezone.now(),
        # In the cache, which forgets, and so in no row; see ``save_task`` of django_q.monitor.
        "cached": True,
    }
    return str(SignedPackage.dumps(task))
