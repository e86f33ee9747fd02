"""What django-q2 is told. It starts and guards processes; everything else of it is turned off.

Its entries and results are pickles and its schedules name any function, so none of its rows is
read: the broker is ours (:mod:`quantumruns.worker.broker`), there is no scheduler, and results are
kept nowhere. Plain data, for the settings.
"""

from typing import Any

NAME = "quantumruns"
BROKER = "quantumruns.worker.broker.Broker"


def cluster(*, processes: int, wall_seconds: int) -> dict[str, Any]:
    """Return ``Q_CLUSTER`` for so many task processes and runs of so many seconds at most.

    A task reads, executes and seals, and each of these ends by itself: django-q2's own timeout,
    which costs an attempt, comes after the longest that they may take together with waits for a
    runner. It warns of a ``retry`` that is shorter, though nothing here is ever delivered twice.
    """
    task_seconds = 2 * wall_seconds + 480
    return {
        "name": NAME,
        "broker_class": BROKER,
        "workers": processes,
        "queue_limit": 1,
        "timeout": task_seconds,
        "retry": task_seconds + 1,
        "save_limit": -1,
        "scheduler": False,
        "guard_cycle": 0.5,
        "recycle": 500,
        "label": "Worker queue",
    }
