"""A checked program, and the job that it becomes. Core."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runs.analog import AnalogProgram
from runs.circuits import Circuit, Operation
from runs.circuits.words import count
from runs.contract import Job, Lowered, SourceKind
from runs.limits import Limits
from runs.results import ResultType, rotations


@dataclass(frozen=True)
class Program:
    """A source that was checked against a route.

    ``circuit`` is empty where gates depend on measurements; ``openqasm`` is OpenQASM 3 with
    nothing left to expand. An ``analog`` program has neither, nor a number of operations or a
    depth. ``measured_qubits`` names the qubit, or the site, of each bit of an outcome, leftmost
    first; ``is_measured`` tells whether the source names them.
    ``own_result_types`` are those that the source asks for, ``result_types`` those of the run.
    """

    source_kind: SourceKind
    content: bytes
    sha256: str
    circuit: Circuit | None
    openqasm: str
    measured_qubits: tuple[int, ...]
    qubit_count: int
    operation_count: int | None
    depth: int | None
    is_measured: bool
    own_result_types: tuple[ResultType, ...] = ()
    result_types: tuple[ResultType, ...] = ()
    analog: AnalogProgram | None = None

    @property
    def size(self) -> str:
        """How large it is in words: ``2 qubits``, ``7 atoms``."""
        return count(self.qubit_count, "qubit" if self.analog is None else "atom")

    def lowered(self) -> Lowered:
        """Return what the source was read to, as it is stored and executed."""
        return Lowered(
            openqasm=self.openqasm,
            operations=None if self.circuit is None else self.circuit.as_json(),
            measured_qubits=list(self.measured_qubits),
            qubits=self.qubit_count,
            operation_count=self.operation_count,
            depth=self.depth,
            is_measured=self.is_measured,
            result_types=[result.as_json() for result in self.own_result_types],
        )


def job(program: Program, *, shots: int, seed: int, device_id: str, limits: Limits) -> Job:
    """Return what a provider executes.

    Its operations are gates and channels; a measured qubit that none touches gets an identity, so
    that every measured qubit is there. With shots, the last of them turn the bases of the result
    types into that of the measurement.
    """
    operations: tuple[Mapping[str, Any], ...] | None = None
    if program.circuit is not None:
        touched = {q for operation in program.circuit.operations for q in operation.qubits}
        idle = [q for q in program.circuit.qubits if q not in touched]
        gates = [*program.circuit.operations, *(Operation.of("i", (q,)) for q in idle)]
        if shots:
            gates += rotations(program.result_types)
        operations = tuple(gate.as_json() for gate in gates)
    return Job(
        device_id=device_id,
        shots=shots,
        seed=seed,
        measured_qubits=program.measured_qubits,
        operations=operations,
        openqasm=program.openqasm,
        wall_seconds=limits.wall_seconds,
        memory_bytes=limits.memory_bytes,
        result_types=tuple(result.as_json() for result in program.result_types),
        analog_program=json.loads(program.content) if program.analog else None,
    )
