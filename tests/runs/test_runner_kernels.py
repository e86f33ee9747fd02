"""Compiling the kernels into an empty cache: by processes that end with who started them."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.runs.processes import children_of, is_alive, wait_until

ROOT = Path(__file__).parents[2]
COMPILE = """
from runs.runner import kernels
kernels.load(state_vector_qubits=20, density_matrix_qubits=10)
"""


def test_compilers_end_with_the_process_that_started_them(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", COMPILE], env=environment) as compiling:
        wait_until(lambda: children_of(compiling.pid), seconds=60)
        compilers = children_of(compiling.pid)
        assert compilers
        time.sleep(0.3)  # until each has asked to end with it
        compiling.kill()
    wait_until(lambda: not any(is_alive(one) for one in compilers))
