"""The one door to the queue. An entry is a hint that something is due; the run's row is the truth.

Entries go in with the transaction that makes them true, so none is lost when a commit is.
"""

from uuid import UUID

from django_q.brokers import get_broker
from django_q.tasks import async_task

_TASK = "quantumruns.tasks.execute_run"


def hint(run_id: UUID) -> None:
    """Tell the workers that a run is due to be executed or sealed."""
    async_task(_TASK, str(run_id))


def length() -> int:
    """Return how many entries no worker has taken yet."""
    return int(get_broker().queue_size())
