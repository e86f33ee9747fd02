"""Whose turn it is: the order in which workers take the runs that wait. Core.

Workspaces take turns. The one with the fewest runs underway goes next; of those, the one that was
served the longest ago, one that never was going first. Within a workspace the oldest run goes
first. A run whose person has as many underway as one may have is passed over until one has ended.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
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


Rank = tuple[int, int, Any]


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
        # By workspace and person, the oldest first.
        self._waiting: dict[Any, dict[Any, deque[Waiter]]] = {}
        for waiter in sorted(waiting, key=lambda one: one.run):
            persons = self._waiting.setdefault(waiter.workspace, {})
            persons.setdefault(waiter.person, deque()).append(waiter)
        self._underway = deque(underway)
        self._of_workspace = Counter(one.workspace for one in underway)
        self._of_person = Counter(one.person for one in underway)
        moments = {moment: rank for rank, moment in enumerate(sorted(served.values()), start=1)}
        self._served = {workspace: moments[moment] for workspace, moment in served.items()}
        self._turn = len(moments)
        # The ranks of workspaces as they are or were; a new one is pushed whenever one changes.
        self._ranks: list[tuple[Rank, Any]] = []
        self._rank_again(self._waiting)

    def has_room(self, person: Any) -> bool:
        """Tell whether workers may hold another run of ``person``."""
        return self._of_person[person] < self._active

    def next(self) -> Waiter | None:
        """Return the run whose turn it is, None where no run that waits may be taken."""
        while self._ranks:
            rank, workspace = self._ranks[0]
            head = self._head(workspace)
            if head is not None and rank == self._rank(head):
                return head
            heappop(self._ranks)
        return None

    def ready(self) -> Iterator[Waiter]:
        """Yield those that may be taken now, one after the other, in their order."""
        while waiter := self.next():
            self._take(waiter)
            yield waiter

    def order(self) -> Iterator[Waiter]:
        """Yield all that wait in the order in which they are likely to be taken.

        It is the order if no other run comes, and if those that are taken end in the order in
        which they were, each when nothing else can be taken.
        """
        while self._waiting:
            yield from self.ready()
            if self._waiting:
                self._count(self._underway.popleft(), -1)

    def _head(self, workspace: Any) -> Waiter | None:
        persons = self._waiting.get(workspace, {})
        oldest = (runs[0] for person, runs in persons.items() if self.has_room(person))
        return min(oldest, key=lambda one: one.run, default=None)

    def _rank(self, waiter: Waiter) -> Rank:
        workspace = waiter.workspace
        return self._of_workspace[workspace], self._served.get(workspace, 0), waiter.run

    def _rank_again(self, workspaces: Iterable[Any]) -> None:
        for workspace in workspaces:
            head = self._head(workspace)
            if head is not None:
                heappush(self._ranks, (self._rank(head), workspace))

    def _take(self, waiter: Waiter) -> None:
        persons = self._waiting[waiter.workspace]
        persons[waiter.person].popleft()
        if not persons[waiter.person]:
            del persons[waiter.person]
        if not persons:
            del self._waiting[waiter.workspace]
        self._turn += 1
        self._served[waiter.workspace] = self._turn
        holder = Holder(waiter.workspace, waiter.person)
        self._underway.append(holder)
        self._count(holder, 1)

    def _count(self, holder: Holder, change: int) -> None:
        self._of_workspace[holder.workspace] += change
        self._of_person[holder.person] += change
        self._rank_again([holder.workspace])
        if self._of_person[holder.person] in {self._active - 1, self._active}:  # room came or went
            theirs = [where for where, persons in self._waiting.items() if holder.person in persons]
            self._rank_again(theirs)
