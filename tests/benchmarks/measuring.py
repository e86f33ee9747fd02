"""The measurements: each takes turns with the bare simulator, so that both meet the same machine."""

import statistics
import time
from dataclasses import dataclass, field
from uuid import uuid4

from tests.benchmarks.circuits import operations
from tests.benchmarks.processes import cpu_seconds, memory_mib
from tests.benchmarks.system import row, wait_until_sealed

STAGES = ("asked", "recorded", "claimed", "started", "finished", "seen", "sealed")


def median(values):
    return statistics.median(values)


def p95(values):
    """Return the smallest value that 95 % of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]


@dataclass
class Compared:
    """A circuit, run by the product and by the bare simulator; times in seconds.

    ``moments`` are those of each run after it was asked for, by the names of :data:`STAGES`.
    """

    name: str
    shots: int
    moments: list = field(default_factory=list)
    executions: list = field(default_factory=list)
    bare: list = field(default_factory=list)
    bare_cpu: list = field(default_factory=list)
    cpu: float = 0.0

    @property
    def seen(self):
        return [one["seen"] for one in self.moments]

    def ratio(self, of=median):
        return of(self.seen) / median(self.bare)

    def stage(self, first, last):
        return [one[last] - one[first] for one in self.moments]


def run_once(client, name, *, shots, evidence=False):
    """Submit a circuit and wait until its result is seen; return the moments, and the seconds that
    its execution took."""
    begun = time.time()
    answer = client.submit(operations(name), shots=shots, evidence=evidence)
    client.visible(answer["runId"])
    seen = time.time()
    left = wait_until_sealed(answer["runId"])
    stamps = (left.created_at, left.submitted_at, left.started_at, left.finished_at)
    moments = [0.0, *(stamp.timestamp() - begun for stamp in stamps), seen - begun]
    if left.sealed_at is not None:
        moments.append(left.sealed_at.timestamp() - begun)
    return dict(zip(STAGES, moments, strict=False)), left.execution_seconds


def compare(system, bare, name, *, shots, times, evidence=False, warm_up=2):
    """Run a circuit ``times`` times in turn by both, after a warm-up."""
    client, found = system.client(), Compared(name, shots)
    roots = (system.web_pid, system.worker_pid)
    for turn in range(-warm_up, times):
        before = cpu_seconds(*roots)
        moments, executed = run_once(client, name, shots=shots, evidence=evidence)
        spent = cpu_seconds(*roots) - before
        plain = bare.run(name, shots=shots)
        if turn >= 0:
            found.moments.append(moments)
            found.executions.append(executed)
            found.cpu += spent / times
            found.bare.append(plain["wall"])
            found.bare_cpu.append(plain["cpu"])
    return found


def queue_waits(*, times):
    """Return how long entries of the queue that lead nowhere waited for a task, from the call on."""
    from runs.lifecycle import queue

    found = []
    for _ in range(times):
        begun = time.perf_counter()
        queue.hint(uuid4())
        while queue.length():
            time.sleep(0.0005)
        found.append(time.perf_counter() - begun)
        time.sleep(0.1)
    return found


def runs_per_minute(system, *, number, evidence):
    """Ask for many Bell runs at once; return how many a minute were executed, and sealed."""
    client = system.client()
    begun = time.perf_counter()
    ids = [
        client.submit(operations("bell"), shots=1000, evidence=evidence)["runId"]
        for _ in range(number)
    ]
    asked = time.perf_counter() - begun
    while any(row(one).status != "completed" for one in reversed(ids)):
        time.sleep(0.02)
    for one in ids:
        wait_until_sealed(one)
    rows = [row(one) for one in ids]
    first = min(one.submitted_at for one in rows)
    executed = (max(one.finished_at for one in rows) - first).total_seconds()
    sealed = time.perf_counter() - begun
    return {
        "asked": 60 * number / asked,
        "executed": 60 * number / executed,
        "sealed": 60 * number / sealed,
    }


def bare_per_minute(one, other, *, seconds):
    """Let two bare processes loop side by side; return how many Bell runs a minute they make."""
    for process in (one, other):
        process.begin("bell", shots=1000, seconds=seconds)
    ends = [process.end() for process in (one, other)]
    return 60 * sum(end["runs"] / end["wall"] for end in ends)


def idle(system, *, seconds):
    """Return the share of one processor that worker and web process use while nothing happens."""
    before = [cpu_seconds(pid) for pid in (system.worker_pid, system.web_pid)]
    time.sleep(seconds)
    after = [cpu_seconds(pid) for pid in (system.worker_pid, system.web_pid)]
    return [(late - early) / seconds for early, late in zip(before, after, strict=True)]


def memory(system, name):
    """Return the MiB of worker and web process, idle, and with two runs of a circuit in flight."""
    roots = (system.worker_pid, system.web_pid)
    resting = [memory_mib(pid) for pid in roots]
    client = system.client()
    ids = [client.submit(operations(name), shots=1000)["runId"] for _ in range(2)]
    most = resting
    while any(row(one).status != "completed" for one in ids):
        now = [memory_mib(pid) for pid in roots]
        most = max(most, now, key=sum)
        time.sleep(0.05)
    for one in ids:
        wait_until_sealed(one)
    return resting, most
