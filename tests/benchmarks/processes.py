"""What processes use, as Linux counts it: processor time and memory of a command and all below it."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def below(*roots):
    """Return the process ids of ``roots`` and of everything that they started and that lives."""
    children = {}
    for folder in Path("/proc").glob("[0-9]*"):
        if fields := _fields(folder):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found, waiting = [], list(roots)
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu_seconds(*roots):
    """Return the processor time of ``roots`` and of all below, those that have ended included."""
    spent = 0
    for pid in below(*roots):
        if fields := _fields(Path(f"/proc/{pid}")):
            spent += sum(map(int, fields[11:15]))
    return spent / _TICKS


def memory_mib(*roots):
    """Return the proportional set size of ``roots`` and of all below, in MiB."""
    kib = 0
    for pid in below(*roots):
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except (OSError, ProcessLookupError):
            continue
        kib += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return kib / 1024


def _fields(folder):
    """Return the fields of a process after its name: state, parent, ..."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except (OSError, ProcessLookupError):
        return []
