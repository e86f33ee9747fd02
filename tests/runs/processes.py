"""What the tests of the runner want to know about processes; Linux alone can tell."""

import time
from pathlib import Path


def children_of(pid):
    """Return the living children of ``pid``; of a zygote those that have a request."""
    found = _children_of(pid)
    return [child for child in found if _name(child) == "run"] if _name(pid) == "zygote" else found


def spares_of(zygote):
    """Return the children of a zygote that wait for a request."""
    return [child for child in _children_of(zygote) if _name(child) == "spare"]


def _children_of(pid):
    return [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if _fields(stat)[1:2] == [str(pid)] and _fields(stat)[0] != "Z"
    ]


def _name(pid):
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def parent_of(pid):
    """Return the parent of ``pid``, or None where it is gone."""
    fields = _fields(Path(f"/proc/{pid}/stat"))
    return int(fields[1]) if fields else None


def is_alive(pid):
    return _fields(Path(f"/proc/{pid}/stat"))[:1] not in ([], ["Z"], ["X"])


def ticks_of(pid):
    """Return the processor time that ``pid`` has used, in hundredths of a second."""
    return sum(map(int, _fields(Path(f"/proc/{pid}/stat"))[11:13]))


def descriptors_of(pid):
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def owner_of_port(port):
    """Return the process that has the TCP connection from ``port`` of 127.0.0.1, or None."""
    local = f"0100007F:{port:04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    inodes = [fields[9] for fields in map(str.split, lines) if fields[1] == local]
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(descriptor.readlink()) in wanted:
                return int(descriptor.parts[2])
        except OSError:  # gone again
            continue
    return None


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
