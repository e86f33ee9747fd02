"""django-q2's cluster as a part that can be watched, stopped in time, and never leaves orphans.

Its own faults are met from outside: it counts no attempts, survives no kill of some of its
processes, and may wedge for good; so the worker command ends with its whole group when that
happens, and the supervisor starts it again. Rows and leases make that harmless.
"""

import ctypes
import os
import signal
import sys
import threading

from django_q.cluster import Cluster

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, prctl(2)


def bind_children_to_parent() -> None:
    """Make every process forked from now on die with the one that forked it (Linux only)."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    os.register_at_fork(after_in_child=lambda: libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL))


class WatchedCluster:
    """A running cluster. Signals are the command's business, not the cluster's."""

    def __init__(self) -> None:
        handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        self._cluster = Cluster()
        for number, handler in handlers.items():
            signal.signal(number, handler)

    def start(self) -> None:
        """Fork the cluster's processes.

        :raises RuntimeError: if the cluster does not come up.
        """
        self._cluster.start()

    @property
    def is_alive(self) -> bool:
        """Whether the process that guards the others still lives."""
        return bool(self._cluster.sentinel.is_alive())

    def stop(self) -> threading.Thread:
        """Let tasks in work finish; the thread returned ends when all have."""
        stopping = threading.Thread(target=self._cluster.stop, daemon=True)
        stopping.start()
        return stopping
