"""A bare LocalSimulator in a warm process, driven line by line: what a run is compared with.

It runs a circuit as a physicist's script does: ``LocalSimulator().run(circuit, shots)``, then the
counts of the result. Nothing of the product is loaded.
"""

import json
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path

from tests.benchmarks.circuits import operations

_ROOT = Path(__file__).parents[2]
_NAMES = {"cnot": "CNot", "cphaseshift": "CPhaseShift"}


class Bare(AbstractContextManager):
    """The process, from outside."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.bare"],
            cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def begin(self, name, *, shots, seconds=0.0):
        """Have it run a circuit once, or again and again for some seconds."""
        request = {"name": name, "shots": shots, "seconds": seconds}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def end(self):
        """Return how often it ran, and what that took: ``runs``, ``wall``, ``cpu``."""
        return json.loads(self._process.stdout.readline())

    def run(self, name, *, shots):
        self.begin(name, shots=shots)
        return self.end()

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def _circuit(name):
    from braket.circuits import Circuit, Gate, Instruction

    instructions = []
    for operation in operations(name):
        kind = getattr(Gate, _NAMES.get(operation["gate"], operation["gate"].capitalize()))
        gate = kind(operation["angle"]) if "angle" in operation else kind()
        qubits = [*operation.get("controls", ()), *operation["targets"]]
        instructions.append(Instruction(gate, qubits))
    return Circuit(instructions)


def main():
    from braket.devices import LocalSimulator

    simulator, circuits = LocalSimulator(), {}
    for line in sys.stdin:
        asked = json.loads(line)
        name = asked["name"]
        circuit = circuits.setdefault(name, None) or _circuit(name)
        circuits[name] = circuit
        runs, wall, cpu = 0, time.perf_counter(), time.process_time()
        while runs == 0 or time.perf_counter() - wall < asked["seconds"]:
            counts = simulator.run(circuit, shots=asked["shots"]).result().measurement_counts
            assert sum(counts.values()) == asked["shots"]
            runs += 1
        spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps({"runs": runs, **spent}), flush=True)


if __name__ == "__main__":
    main()
