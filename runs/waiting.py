"""Where a run stands among those that wait for a worker, as far as that can be known."""

from dataclasses import dataclass
from datetime import datetime

from accounts import clock
from runs.contract import Status
from runs.lifecycle import claiming
from runs.models import Run

LOOKED_AT = 50


@dataclass(frozen=True)
class Place:
    """A place in the queue, 1 being next, as it was when it was read.

    It holds if no other run comes, none is lost or cancelled, and runs end in the order in which
    they began, so it is always about. Where ``is_least``, the run stands there or further back.
    One that ``is_held`` waits besides for another of its person's to end, because one person may
    only have so many underway.
    """

    position: int
    read_at: datetime
    is_least: bool = False
    is_held: bool = False
    approximate: bool = True

    @property
    def ahead(self) -> int:
        """How many runs are likely to go before it."""
        return self.position - 1


def place_of(run: Run) -> Place | None:
    """Return the place of a run that waits, or None where it does not wait.

    Of the runs of one person in a workspace the first :data:`LOOKED_AT` are looked at. They go in
    the order in which they were made, so whichever comes after has at least those before it.
    """
    if run.status != Status.QUEUED:
        return None
    queue = claiming.queue(first=LOOKED_AT)
    is_held = not queue.has_room(run.created_by_id)
    for position, waiter in enumerate(queue.order(), start=1):
        if waiter.run == run.pk:
            return Place(position, clock.now(), is_held=is_held)
    if not Run.objects.filter(pk=run.pk, status=Status.QUEUED).exists():
        return None  # a worker took it meanwhile
    return Place(LOOKED_AT + 1, clock.now(), is_least=True, is_held=is_held)
