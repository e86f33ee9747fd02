"""Notices a cluster that looks alive and does nothing although work is due."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Watchdog:
    """Remembers how long nothing has moved.

    ``progress`` returns a value that changes whenever a worker does anything; ``is_due`` tells
    whether there is something for it to do.
    """

    progress: Callable[[], object]
    is_due: Callable[[], bool]
    patience_seconds: float
    clock: Callable[[], float] = time.monotonic
    _last: object = field(default=None, init=False)
    _since: float | None = field(default=None, init=False)

    def is_wedged(self) -> bool:
        """Return whether work has been due all the time while nothing moved for too long."""
        seen = self.progress()
        now = self.clock()
        if seen != self._last or not self.is_due():
            self._last, self._since = seen, None
            return False
        self._since = now if self._since is None else self._since
        return now - self._since > self.patience_seconds
