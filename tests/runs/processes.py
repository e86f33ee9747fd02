"""What the tests of the runner want to know about processes; Linux alone can tell."""

import time
from pathlib import Path


def children_of(pid):
    """Return the living children of ``pid``."""
    return [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if _fields(stat)[1:2] == [str(pid)] and _fields(stat)[0] != "Z"
    ]


def is_alive(pid):
    return _fields(Path(f"/proc/{pid}/stat"))[:1] not in ([], ["Z"], ["X"])


def ticks_of(pid):
    """Return the processor time that ``pid`` has used, in hundredths of a second."""
    return sum(map(int, _fields(Path(f"/proc/{pid}/stat"))[11:13]))


def descriptors_of(pid):
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def wait_until(condition, *, seconds=5.0):
    """Return the seconds after which ``condition`` held, or fail."""
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        if condition():
            return time.monotonic() - start
        time.sleep(0.005)
    raise AssertionError(f"did not happen within {seconds} s")


def _fields(stat):
    """Return the fields after the name: state, parent, ..."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
