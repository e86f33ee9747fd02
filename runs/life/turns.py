"""Whose turn it is: the order in which workers take the runs that wait. Core.

Workspaces take turns. The one with the fewest runs underway goes next; of those, the one that was
served the longest ago, one that never was going first. Within a workspace the oldest run goes
first. A run whose person has as many underway as one may have is passed over until one has ended.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Waiter:
    """A run that waits. Identifiers of runs sort by the time that they were made."""

    run: Any
    workspace: Any
    person: Any


@dataclass(frozen=True, slots=True)
class Holder:
    """A run that a worker holds."""

    workspace: Any
    person: Any


class Queue:
    """The runs that wait, and what decides between them.

    ``underway`` begins with the run that has been longest; ``served`` is when a run of a workspace
    was last taken, for those of which one was; ``active`` is how many runs of one person workers
    may hold.
    """

    def __init__(
        self,
        waiting: Iterable[Waiter],
        underway: Sequence[Holder],
        served: Mapping[Any, datetime],
        *,
        active: int,
    ) -> None:
        self._active = active
        self._waiting: dict[Any, list[Waiter]] = {}
        for waiter in sorted(waiting, key=lambda one: one.run):
            self._waiting.setdefault(waiter.workspace, []).append(waiter)
        self._underway = deque(underway)
        self._of_workspace = Counter(one.workspace for one in underway)
        self._of_person = Counter(one.person for one in underway)
        moments = {moment: rank for rank, moment in enumerate(sorted(served.values()), start=1)}
        self._served = {workspace: moments[moment] for workspace, moment in served.items()}
        self._turn = len(moments)

    def has_room(self, person: Any) -> bool:
        """Tell whether workers may hold another run of ``person``."""
        return self._of_person[person] < self._active

    def next(self) -> Waiter | None:
        """Return the run whose turn it is, None where no run that waits may be taken."""
        heads = (self._head(runs) for runs in self._waiting.values())
        return min(filter(None, heads), key=self._rank, default=None)

    def _head(self, runs: list[Waiter]) -> Waiter | None:
        return next((one for one in runs if self.has_room(one.person)), None)

    def _rank(self, waiter: Waiter) -> tuple[int, int, Any]:
        workspace = waiter.workspace
        return self._of_workspace[workspace], self._served.get(workspace, 0), waiter.run

    def order(self) -> Iterator[Waiter]:
        """Yield all that wait in the order in which they are likely to be taken.

        It is the order if no other run comes, and if those that are taken end in the order in
        which they were, each when nothing else can be taken.
        """
        while self._waiting:
            waiter = self.next()
            if waiter is None:
                self._end(self._underway.popleft())
                continue
            self._take(waiter)
            yield waiter

    def _take(self, waiter: Waiter) -> None:
        runs = self._waiting[waiter.workspace]
        runs.remove(waiter)
        if not runs:
            del self._waiting[waiter.workspace]
        self._turn += 1
        self._served[waiter.workspace] = self._turn
        self._underway.append(Holder(waiter.workspace, waiter.person))
        self._of_workspace[waiter.workspace] += 1
        self._of_person[waiter.person] += 1

    def _end(self, holder: Holder) -> None:
        self._of_workspace[holder.workspace] -= 1
        self._of_person[holder.person] -= 1
