"""What names and bits hold at one point of the walk, and what branches change of it. Core."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

_V = TypeVar("_V")
_ABSENT: Any = object()


class Memory(Generic[_V]):
    """A mapping whose changes can be tried out, taken back and compared."""

    def __init__(self) -> None:
        self._held: dict[Hashable, _V] = {}
        self._before: list[dict[Hashable, _V]] = []

    def __getitem__(self, key: Hashable) -> _V:
        return self._held[key]

    def __setitem__(self, key: Hashable, value: _V) -> None:
        if self._before:
            self._before[-1].setdefault(key, self._held.get(key, _ABSENT))
        self._held[key] = value

    @contextmanager
    def trial(self) -> Iterator[dict[Hashable, _V]]:
        """Take back at the end what was overwritten inside; the mapping it yields has it then.

        A key that is new inside stays: what else it could have held is nobody's business.
        """
        changed: dict[Hashable, _V] = {}
        self._before.append({})
        try:
            yield changed
        finally:
            for key, before in self._before.pop().items():
                if before is not _ABSENT:
                    changed[key] = self._held[key]
                    self._held[key] = before
