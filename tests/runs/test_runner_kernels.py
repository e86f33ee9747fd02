"""Compiling the kernels into an empty cache: by processes that end with who started them."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMPILE = "from runs.runner import kernels; kernels.load(state_vector_qubits=20, density_matrix_qubits=10)"


def children_of(pid):
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(child) for child in found]


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2][1] != "Z"
    except FileNotFoundError:
        return False


def wait_for(answer, seconds=60):
    until = time.monotonic() + seconds
    while not (found := answer()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def test_compilers_end_with_the_process_that_started_them(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", COMPILE], env=environment) as compiling:
        compilers = wait_for(lambda: children_of(compiling.pid))
        assert compilers
        time.sleep(0.3)  # until each has asked to end with it
        compiling.kill()
    assert wait_for(lambda: not any(is_alive(one) for one in compilers), seconds=5)
