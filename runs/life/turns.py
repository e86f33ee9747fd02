"""Whose turn it is: the order in which workers take the runs that wait. Core.

Workspaces take turns. The one with the fewest runs underway goes next; of those, the one that was
served the longest ago, one that never was going first. Within a workspace the oldest run goes
first. A run whose person has as many underway as one may have is passed over until one has ended.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop, heappush
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
        # Where a person waits, and by workspace the oldest runs of those who have room, as they are
        # or were. What is out of date is left there until it would come next.
        self._places: dict[Any, set[Any]] = {}
        self._heads: dict[Any, list[tuple[Any, Any]]] = {}
        for workspace, persons in self._waiting.items():
            self._heads[workspace] = [(runs[0].run, person) for person, runs in persons.items()]
            heapify(self._heads[workspace])
            for person in persons:
                self._places.setdefault(person, set()).add(workspace)
        # The ranks of workspaces, none above what it is now; of each the one in ``_ranked`` counts.
        self._ranks: list[tuple[Rank, Any]] = []
        self._ranked: dict[Any, Rank] = {}
        for workspace in self._waiting:
            self._rank_again(workspace)

    def has_room(self, person: Any) -> bool:
        """Tell whether workers may hold another run of ``person``."""
        return self._of_person[person] < self._active

    def next(self) -> Waiter | None:
        """Return the run whose turn it is, None where no run that waits may be taken."""
        while self._ranks:
            rank, workspace = self._ranks[0]
            is_counted = self._ranked.get(workspace) == rank
            head = self._head(workspace) if is_counted else None
            if head is not None and rank == self._rank(head):
                return head
            heappop(self._ranks)
            if is_counted:
                del self._ranked[workspace]
                self._rank_again(workspace)
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
                self._end(self._underway.popleft())

    def _head(self, workspace: Any) -> Waiter | None:
        """Return the oldest run of a workspace whose person has room."""
        heads = self._heads.get(workspace)
        while heads:
            run, person = heads[0]
            runs = self._waiting[workspace].get(person)
            if runs and runs[0].run == run and self.has_room(person):
                return runs[0]
            heappop(heads)  # as soon as there is room again, it comes back
        return None

    def _rank(self, waiter: Waiter) -> Rank:
        workspace = waiter.workspace
        return self._of_workspace[workspace], self._served.get(workspace, 0), waiter.run

    def _rank_again(self, workspace: Any) -> None:
        head = self._head(workspace)
        if head is None or self._ranked.get(workspace) == self._rank(head):
            return
        self._ranked[workspace] = self._rank(head)
        heappush(self._ranks, (self._ranked[workspace], workspace))

    def _take(self, waiter: Waiter) -> None:
        workspace, person = waiter.workspace, waiter.person
        runs = self._waiting[workspace][person]
        runs.popleft()
        if runs:
            heappush(self._heads[workspace], (runs[0].run, person))
        else:
            self._leave(workspace, person)
        self._turn += 1
        self._served[workspace] = self._turn
        self._underway.append(Holder(workspace, person))
        self._of_workspace[workspace] += 1
        self._of_person[person] += 1

    def _leave(self, workspace: Any, person: Any) -> None:
        self._places[person].remove(workspace)
        del self._waiting[workspace][person]
        if not self._waiting[workspace]:
            del self._waiting[workspace], self._heads[workspace]

    def _end(self, holder: Holder) -> None:
        workspace, person = holder.workspace, holder.person
        had_room = self.has_room(person)
        self._of_workspace[workspace] -= 1
        self._of_person[person] -= 1
        self._rank_again(workspace)
        if had_room or not self.has_room(person):
            return
        for place in self._places.get(person, ()):
            heappush(self._heads[place], (self._waiting[place][person][0].run, person))
            self._rank_again(place)
