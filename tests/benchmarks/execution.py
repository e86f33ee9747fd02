"""How long a run takes, and where the time goes, against a bare LocalSimulator in the same minutes.

    .venv/bin/python -m tests.benchmarks.execution
    bin/with-postgres .venv/bin/python -m tests.benchmarks.execution

The web process and the worker are those of ``bin/up``; a client submits by the API over HTTP and
asks again until the result is there. The machine should have nothing else to do. ``--quick`` does
everything once, to see that it works: its figures mean nothing. ``--profile`` adds where the
processor time of a task goes.
"""

import argparse
import os
import platform
import statistics
from dataclasses import dataclass

from tests.benchmarks import measuring
from tests.benchmarks.bare import Bare
from tests.benchmarks.measuring import p95
from tests.benchmarks.profiling import profile
from tests.benchmarks.report import Report, ms
from tests.benchmarks.system import System

median = statistics.median


@dataclass(frozen=True)
class Size:
    """How much is measured. ``circuits`` are names, shots, times, and the promised ratio."""

    circuits: tuple
    times: int = 25
    runs: int = 120
    bare_seconds: float = 10
    idle_seconds: float = 30
    profiled: int = 40
    large: str = "random-20"


FULL = Size(
    (
        ("bell", 1000, 60, 1.5),
        ("bell", 100_000, 12, 0.25),
        ("ghz-10", 1000, 30, None),
        ("ghz-10", 100_000, 8, 0.25),
        ("qft-15", 1000, 12, 1.1),
        ("random-20", 1000, 5, 1.1),
    )
)
QUICK = Size(
    (("bell", 1000, 1, 1.5),),
    times=1,
    runs=2,
    bare_seconds=0.1,
    idle_seconds=0.1,
    profiled=2,
    large="ghz-10",
)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="everything once, for a test")
    parser.add_argument("--profile", action="store_true", help="where a task's time goes")
    asked = parser.parse_args(arguments)
    report, size = Report(), QUICK if asked.quick else FULL
    with System() as system, Bare() as bare, Bare() as other:
        report.say(f"{_machine()}; ready after {system.start_seconds:.1f} s")
        _first(system, report)
        for one in size.circuits:
            _circuit(system, bare, report, *one)
        _with_packet(system, bare, report, size)
        _queue(report, size)
        _throughput(system, bare, other, report, size)
        _idle(system, report, size)
        _memory(system, report, size)
        if asked.profile:
            system.stop_worker()
            profile(system, report, times=size.profiled)
    report.print()


def _machine():
    database = os.environ.get("DATABASE_URL", "sqlite").partition(":")[0]
    return f"{database}, {os.cpu_count()} processors, Python {platform.python_version()}"


def _first(system, report):
    client = system.client()
    taken = [measuring.run_once(client, "bell", shots=1000)[0]["seen"] for _ in range(6)]
    first, warm = taken[0], median(taken[2:])
    report.row("first run after ready", ms(first), f"warm {ms(warm)}", first / warm, "at most", 3)


def _circuit(system, bare, report, name, shots, times, promise):
    one = measuring.compare(system, bare, name, shots=shots, times=times)
    what = f"{name}, {shots:,} shots"
    against = f"bare {ms(median(one.bare))}, {ms(median(one.bare_cpu))} CPU"
    took = f"{ms(median(one.seen))}, {ms(one.cpu)} CPU"
    report.row(f"{what}: submit → visible", took, against, one.ratio(), "at most", promise)
    if name == "bell" and shots == 1000:
        took = f"95 %: {ms(p95(one.seen))}"
        report.row(f"{what}: submit → visible", took, against, one.ratio(p95), "at most", 2.5)
    if shots > 1000:
        executed = median(one.executions)
        ratio = executed / median(one.bare)
        report.row(f"{what}: in the runner", ms(executed), against, ratio, "at most", 0.05)
    report.stages(one)


def _with_packet(system, bare, report, size):
    one = measuring.compare(system, bare, "bell", shots=1000, times=size.times, evidence=True)
    against = f"bare {ms(median(one.bare))}"
    took = f"{ms(median(one.seen))}, {ms(one.cpu)} CPU"
    report.row("bell with its packet: submit → visible", took, against, one.ratio(), "at most", 1.5)
    sealed = median([moments["sealed"] for moments in one.moments])
    report.row("bell with its packet: submit → sealed", ms(sealed), against)


def _queue(report, size):
    waits = measuring.queue_waits(times=size.times * 4)
    took = f"{ms(median(waits))}, 95 %: {ms(p95(waits))}"
    against = "procrastinate 11 ms, 95 %: 30 ms, of another day"
    ratio = median(waits) / 0.011
    report.row("queue: call → taken by a task, idle", took, against, ratio, "at most", 0.75)


def _throughput(system, bare, other, report, size):
    plain = measuring.bare_per_minute(bare, other, seconds=size.bare_seconds)
    against = f"two bare {plain:.0f}"
    made = measuring.runs_per_minute(system, number=size.runs, evidence=False)
    executed = made["executed"]
    report.row("runs per minute, Bell, 2 task processes", f"{executed:.0f}", against,
               executed / plain, "at least", 0.5)  # fmt: skip
    made = measuring.runs_per_minute(system, number=-(-size.runs // 3), evidence=True)
    sealed = made["sealed"]
    report.row("the same, each with its packet", f"{sealed:.0f}", against, sealed / plain)


def _idle(system, report, size):
    worker, web = measuring.idle(system, seconds=size.idle_seconds)
    used = f"worker {worker:.2%}, web {web:.2%}"
    report.row("processor time, idle", used, "one processor, in %", worker * 100, "at most", 1.5)


def _memory(system, report, size):
    resting, busy = measuring.memory(system, size.large)
    for when, promise, (worker, web) in (
        ("idle", None, resting),
        (f"two runs of {size.large} in flight", 0.6, busy),
    ):
        used = f"{worker + web:.0f} MiB: worker {worker:.0f}, web {web:.0f}"
        against = "MLflow with 2 workers 620 MiB, of another day"
        ratio = (worker + web) / 620
        report.row(f"memory (PSS), {when}", used, against, ratio, "at most", promise)


if __name__ == "__main__":
    main()
