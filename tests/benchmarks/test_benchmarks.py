"""The benchmarks run. What they measure is no test's business."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.worker
def test_the_benchmark_of_executions_measures_everything_once():
    usual = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.execution", "--quick", "--profile"],
        cwd=ROOT, env=usual, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    table = [line.split("|")[1].strip() for line in done.stdout.splitlines() if line[:1] == "|"]
    for what in ("bell, 1,000 shots: submit → visible", "processor time, idle"):
        assert what in table
    assert "execute_next" in done.stdout
