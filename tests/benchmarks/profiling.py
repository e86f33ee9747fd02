"""Where the processor time of one task goes, apart from the child that simulates."""

import cProfile
import io
import os
import pstats
import time

from tests.benchmarks.circuits import operations

_LINES = 28


def profile(system, report, *, times):
    """Carry out Bell runs in this process, with a runner of its own, and note what took time."""
    from django.conf import settings

    from runs import execution
    from runs.providers import local

    client = system.client()

    runner = local.runner(
        settings.RUNNER_FOLDER / "profile", limits=settings.RUN_LIMITS, strict=False,
        cache=settings.RUNNER_FOLDER / "cache",
    )  # fmt: skip
    runner.start()
    os.environ[local.SOCKET_VARIABLE] = str(runner.socket_path)
    profiler = cProfile.Profile(time.process_time)
    try:
        for _ in range(times):
            client.submit(operations("bell"), shots=1000, evidence=False)
            profiler.runcall(execution.execute_next)
    finally:
        runner.stop()
    text = io.StringIO()
    pstats.Stats(profiler, stream=text).sort_stats("cumulative").print_stats(_LINES)
    report.note(f"profile of {times} tasks in a process of their own:\n{text.getvalue()}")
