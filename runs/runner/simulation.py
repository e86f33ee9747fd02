"""The program that simulates: one job in, its counts out. Runs in children of the zygote.

A circuit that ends in measurements is evolved once, exactly, and sampled in one seeded draw, or
not at all where exact values are asked for. A program with measurements in the middle is sampled
by the simulator itself, with a generator of the same seed. Bit order: the first measured qubit is
leftmost.
"""

import contextlib
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from braket.default_simulator.openqasm.parser.openqasm_parser import QASM3ParsingError
from braket.ir.openqasm import Program

from runs.contract import Sampling
from runs.errors import Problem, RunError, Stage
from runs.limits import Limits
from runs.results import ResultType
from runs.runner import analog, kernels, reading
from runs.runner.engine import (
    SeededDensityMatrix,
    SeededSimulator,
    SeededStateVector,
)
from runs.runner.evolution import state_after
from runs.runner.sampling import draw, generator
from runs.runner.values import exact_values

VERSIONS = {
    name: version(name)
    for name in ("amazon-braket-sdk", "amazon-braket-default-simulator", "numpy")
}
LIMITS = Limits.from_environment(os.environ)

_INCLUDE = re.compile(r"(?:^|[;{}])\s*include\b", re.MULTILINE)
_NOT_WELL_FORMED = (
    QASM3ParsingError,
    ValueError,
    TypeError,
    LookupError,
    NameError,
    AttributeError,
    RecursionError,
)


def warm_up() -> None:
    """Load all that a job can need: afterwards no file is opened and nothing is compiled."""
    kernels.load(
        state_vector_qubits=LIMITS.state_vector_qubits,
        density_matrix_qubits=LIMITS.density_matrix_qubits,
    )
    rehearsal = {"shots": 10, "seed": 1, "measuredQubits": [0, 1], "openqasm": _REHEARSAL}
    bell = [{"gate": "h", "targets": [0]}, {"gate": "x", "targets": [1], "controls": [0]}]
    for source in (_REHEARSAL, "OPENQASM 3.0; qubit q; hh q; x"):
        with contextlib.suppress(RunError):
            handle({"read": {**_ASKED, "source": source}})
    handle({"shots": 10, "seed": 1, "wallSeconds": 10, "analogProgram": analog.REHEARSAL})
    for device in _SIMULATORS:
        for operations in (bell, None):
            handle({**rehearsal, "deviceId": device, "operations": operations})
        exact = {"shots": 0, "operations": bell, "resultTypes": _REHEARSED}
        handle({**rehearsal, "deviceId": device, **exact})


def handle(request: dict[str, Any]) -> dict[str, Any]:
    """Run the job of ``request`` and return ``counts``, ``measuredQubits`` and how they came about.

    Without shots there are no counts but ``values``, the exact ones of the job's result types.
    A request with a member ``read`` is no job: its source is read (:mod:`runs.runner.reading`).

    :raises RunError: if the job is too large, or the simulator does not take the program.
    """
    if "read" in request:
        return reading.read(request["read"], limits=LIMITS)
    if request.get("analogProgram"):
        return _analog(request)
    simulator, shots, measured = _simulator(request), request["shots"], request["measuredQubits"]
    if request["operations"] is None:
        sampling = Sampling.SIMULATOR
        counts = _sampled(simulator, request["openqasm"], shots, width=len(measured))
    else:
        state = state_after(simulator, request["operations"], measured)
        if shots == 0:
            values = exact_values(state, map(ResultType.of, request["resultTypes"]))
            return _answer(None, measured, Sampling.EXACT) | {"values": values}
        sampling = Sampling.MULTINOMIAL
        counts = draw(state.marginal(measured), shots=shots, seed=request["seed"])
    return _answer(counts, measured, sampling)


def _analog(request: Mapping[str, Any]) -> dict[str, Any]:
    limits = replace(LIMITS, wall_seconds=request["wallSeconds"])
    evolved = analog.evolve(request["analogProgram"], limits)
    counts = draw(evolved.probabilities, shots=request["shots"], seed=request["seed"])
    answer = _answer(counts, evolved.filled, Sampling.MULTINOMIAL)
    return answer | {"versions": VERSIONS | analog.VERSIONS, "solver": evolved.solver}


def _answer(
    counts: dict[str, int] | None, measured: Sequence[int], sampling: Sampling
) -> dict[str, Any]:
    return {
        "counts": counts,
        "measuredQubits": measured,
        "sampling": sampling,
        "versions": VERSIONS,
    }


def _simulator(request: Mapping[str, Any]) -> SeededSimulator:
    try:
        kind, limit = _SIMULATORS[request["deviceId"]]
    except KeyError:
        raise RunError("unsupported_provider_path") from None
    return kind(generator(request["seed"]), most_qubits=limit)


def _sampled(simulator: SeededSimulator, source: str, shots: int, *, width: int) -> dict[str, int]:
    """Return the counts of a program that was checked, and given one register, beforehand."""
    if _INCLUDE.search(source):
        raise _unsupported("The program includes a file")
    try:
        # The simulator takes a source that ends in ".qasm" for the name of a file.
        result = simulator.run(Program(source=source + "\n"), shots=shots)
        readings = [*simulator.readings(result.measurements)]
    except NotImplementedError as error:
        raise _unsupported(
            "The simulator does not offer something that the program uses"
        ) from error
    except _NOT_WELL_FORMED as error:
        problem = Problem("The simulator cannot make sense of the program")
        raise RunError("invalid_circuit", [problem], stage=Stage.EXECUTE) from error
    counts: Counter[str] = Counter()
    for values, times in readings:
        counts["".join(values.get(bit, "0") for bit in range(width))] += times
    return dict(sorted(counts.items()))


def _unsupported(message: str) -> RunError:
    return RunError("unsupported_operation", [Problem(message)], stage=Stage.EXECUTE)


_SIMULATORS: Mapping[str, tuple[type[SeededSimulator], int]] = {
    "braket_sv": (SeededStateVector, LIMITS.state_vector_qubits),
    "braket_dm": (SeededDensityMatrix, LIMITS.density_matrix_qubits),
}
_ASKED = {
    "mode": "simulator",
    "provider_id": "local",
    "device_id": "braket_sv",
    "shots": 1,
    "source_kind": "openqasm3",
}
_REHEARSED = [
    {"type": "probability", "targets": [0]},
    {"type": "expectation", "observable": ["y"], "targets": [1]},
]
# Every form of statement that programs are written in: the parser of the simulator, and ours, keep
# what they learn of the grammar.
_REHEARSAL = """OPENQASM 3.0;
qubit[3] q;
bit[2] b = "00";
h q[0];
U(1.5, -7*pi/4, pi) q[1];
cphaseshift(pi/3) q[0], q[1];
gphase(-0.25);
b[0] = measure q[0];
if (b[0] == 1) {
  x q[1];
  if (b[0] == 1 && b[1] == 0) {
    pow(-0.5) @ z q[1];
  } else {
    ctrl @ negctrl @ pow(0.5) @ ry(-0.5) q[0], q[1], q[2];
  }
}
if ((b[0] == 1 && b[1] == 0) || (b[0] == 0 && b[1] == 1)) {
  ctrl(2) @ prx(2*pi, 1e-05) q[0], q[1], q[2];
}
reset q[0];
b[1] = measure q[1];
"""
