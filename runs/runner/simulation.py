"""The program that simulates: one job in, its counts out. Runs in children of the zygote.

A circuit that ends in measurements is evolved once, exactly, and sampled in one seeded draw. A
program with measurements in the middle is sampled by the simulator itself, with a generator of
the same seed. Bit order: the first measured qubit is leftmost.
"""

import cmath
import contextlib
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from braket.default_simulator.openqasm.parser.openqasm_parser import QASM3ParsingError
from braket.ir.openqasm import Program

from runs.circuits import MEASURE, Operation
from runs.contract import Sampling
from runs.errors import Problem, RunError, Stage
from runs.limits import Limits
from runs.runner import kernels, reading
from runs.runner.engine import (
    ExactContext,
    SeededDensityMatrix,
    SeededSimulator,
    SeededStateVector,
    probabilities,
)
from runs.runner.matrices import controlled
from runs.runner.sampling import draw, generator, marginal

VERSIONS = {
    name: version(name)
    for name in ("amazon-braket-sdk", "amazon-braket-default-simulator", "numpy")
}
LIMITS = Limits.from_environment(os.environ)

_INCLUDE = re.compile(r"(?:^|[;{}])\s*include\b", re.MULTILINE)
# Braket spells our table's names but for this one.
_ENGINE_NAMES = {"u": "U"}
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
    for device in _SIMULATORS:
        for operations in (bell, None):
            handle({**rehearsal, "deviceId": device, "operations": operations})


def handle(request: dict[str, Any]) -> dict[str, Any]:
    """Run the job of ``request`` and return ``counts``, ``measuredQubits`` and how they came about.

    A request with a member ``read`` is no job: its source is read (:mod:`runs.runner.reading`).

    :raises RunError: if the job is too large, or the simulator does not take the program.
    """
    if "read" in request:
        return reading.read(request["read"], limits=LIMITS)
    simulator, shots, measured = _simulator(request), request["shots"], request["measuredQubits"]
    if request["operations"] is None:
        sampling = Sampling.SIMULATOR
        counts = _sampled(simulator, request["openqasm"], shots, width=len(measured))
    else:
        sampling = Sampling.MULTINOMIAL
        exact = _evolved(simulator, request["operations"], measured)
        counts = draw(exact, shots=shots, seed=request["seed"])
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


def _evolved(
    simulator: SeededSimulator, operations: Sequence[Mapping[str, Any]], measured: Sequence[int]
) -> Any:
    """Return the exact probabilities of the qubits ``measured``, the first leftmost."""
    gates = [_operation(members) for members in operations if members["gate"] != MEASURE]
    named = {qubit for gate in gates for qubit in gate.qubits}
    # Only qubits that are named take memory: 0 and 19 are two, not twenty.
    places = {qubit: place for place, qubit in enumerate(sorted(named | set(measured)))}
    context = simulator.create_program_context()
    for gate in gates:
        _add(context, gate, places)
    axes = [places[qubit] for qubit in measured]
    return marginal(probabilities(simulator, context, len(places)), axes)


def _operation(members: Mapping[str, Any]) -> Operation:
    return Operation.of(
        members["gate"],
        members["targets"],
        controls=members.get("controls", ()),
        angles=_several(members, "angle", "angles"),
        control_state=members.get("controlState", ()),
        power=members.get("power", 1),
        probabilities=_several(members, "probability", "probabilities"),
    )


def _several(members: Mapping[str, Any], one: str, many: str) -> Sequence[float]:
    return members.get(many) or ([members[one]] if one in members else [])


def _add(context: ExactContext, gate: Operation, places: Mapping[int, int]) -> None:
    qubits = tuple(places[qubit] for qubit in gate.qubits)
    states = () if gate.kind.controls else gate.control_state
    if gate.is_noise:
        context.add_noise_instruction(gate.gate, qubits, gate.probabilities)
    elif gate.kind.qubits:
        name = _ENGINE_NAMES.get(gate.gate, gate.gate)
        context.add_gate_instruction(name, qubits, gate.angles, states, gate.power)
    elif qubits:  # a phase under controls is seen, a phase of everything is not
        context.add_custom_unitary(controlled(_phase(gate), states), qubits)


def _phase(gate: Operation) -> Any:
    return np.array([[cmath.exp(1j * gate.angles[0] * gate.power)]])


def _sampled(simulator: SeededSimulator, source: str, shots: int, *, width: int) -> dict[str, int]:
    """Return the counts of a program that was checked, and given one register, beforehand."""
    if _INCLUDE.search(source):
        raise _unsupported("The program includes a file")
    try:
        # The simulator takes a source that ends in ".qasm" for the name of a file.
        result = simulator.run(Program(source=source + "\n"), shots=shots)
        written = simulator.written_bits()
    except NotImplementedError as error:
        raise _unsupported(
            "The simulator does not offer something that the program uses"
        ) from error
    except _NOT_WELL_FORMED as error:
        problem = Problem("The simulator cannot make sense of the program")
        raise RunError("invalid_circuit", [problem], stage=Stage.EXECUTE) from error
    counts: Counter[str] = Counter()
    for shot, times in Counter(map(tuple, result.measurements)).items():
        # A bit that no shot came to measure is not in the answer: it is still 0.
        values = dict(zip(written, shot, strict=True)) if written else {}
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
_REHEARSAL = """OPENQASM 3.0;
bit[2] b = "00";
qubit[2] q;
h q[0];
b[0] = measure q[0];
if (b[0] == 1) { x q[1]; }
reset q[0];
ctrl @ ry(0.5) q[0], q[1];
b[1] = measure q[1];
"""
