"""Where a run stands among those that wait for a worker."""

from dataclasses import dataclass
from datetime import datetime

from accounts import clock
from runs.contract import Status
from runs.models import Run


@dataclass(frozen=True)
class Place:
    """A place in the queue, 1 being next. Workers take turns between workspaces, so it is about."""

    position: int
    read_at: datetime
    approximate: bool = True


def place_of(run: Run) -> Place | None:
    """Return the place of a run that waits, or None where it does not wait."""
    if run.status != Status.QUEUED:
        return None
    before = Run.objects.filter(status=Status.QUEUED, pk__lt=run.pk).count()
    return Place(before + 1, clock.now())
