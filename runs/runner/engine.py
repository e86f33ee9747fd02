"""Braket's default simulators, seeded, and kept to what they compute correctly.

Measured on amazon-braket-default-simulator 1.41.2, and kept true by tests: a gate under ``ctrl``
or with a power is wrong or crashes for many gates and sizes; ``gphase`` allocates a matrix of the
whole register; ``reset`` of a qubit in superposition adds amplitudes that must not meet. So
controls and powers become one plain matrix, global phases, which no count can show, are left out,
and a reset becomes a measurement and a conditional flip. Noise after a branch is dropped, noise
after a measurement comes before it, and where probabilities of Pauli errors sum to 1, a rounding
error may leave less than nothing for no error, and all becomes NaN. A bit that one path of a
program measures and another does not is answered with the qubit as the other leaves it.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from types import SimpleNamespace
from typing import Any

import numpy as np
from braket.default_simulator import (
    DensityMatrixSimulator,
    StateVectorSimulator,
    noise_operations,
)
from braket.default_simulator.gate_operations import BRAKET_GATES
from braket.default_simulator.openqasm.program_context import ProgramContext
from braket.default_simulator.simulation import Simulation
from braket.default_simulator.simulator import BaseLocalSimulator
from braket.default_simulator.state_vector_simulation import StateVectorSimulation
from numpy.typing import NDArray

from runs.errors import Problem, RunError, Stage
from runs.runner.matrices import controlled, raised

Bits = dict[int, str]

# Feedback keys name hidden bits; those of a program are small numbers.
_FIRST_KEY = 1_000_000_000


class ExactContext(ProgramContext):  # type: ignore[misc]  # the package has no types
    """What a program builds up: only operations that the simulators apply correctly."""

    def __init__(self, simulator: "SeededSimulator") -> None:
        super().__init__(simulator=simulator)
        self._holds_mixed_states = isinstance(simulator, DensityMatrixSimulator)
        self._keys = count(_FIRST_KEY)

    def add_gate_instruction(
        self,
        gate_name: str,
        target: tuple[int, ...],
        params: Sequence[float],
        ctrl_modifiers: Sequence[int],
        power: float,
    ) -> None:
        """Add a gate on ``target``: the qubits of its modifiers' controls, then its own."""
        if gate_name not in BRAKET_GATES or (not ctrl_modifiers and power == 1):
            super().add_gate_instruction(gate_name, target, params, ctrl_modifiers, power)
            return
        plain = BRAKET_GATES[gate_name](target[len(ctrl_modifiers) :], *params).matrix
        self.add_custom_unitary(controlled(raised(plain, power), ctrl_modifiers), target)

    def add_phase_instruction(self, target: tuple[int, ...], phase_value: float) -> None:
        """Leave a global phase out."""

    def add_noise_instruction(
        self, noise_instruction: str, target: Sequence[int], probabilities: Sequence[float]
    ) -> None:
        """Add a channel on ``target``, after everything that was added before it.

        :raises RunError: ``unsupported_operation`` if the simulator holds pure states only.
        """
        if not self._holds_mixed_states:
            problem = Problem("This device carries no noise")
            raise RunError("unsupported_operation", [problem], stage=Stage.EXECUTE)
        # As gates are added; the public ways to these three put measurements off to the end.
        self._flush_pending_mcm_for_qubits(target)
        channel = noise_channel(noise_instruction, target, probabilities)
        for part in self.active_paths if self._is_branched else (self._circuit,):
            part.add_instruction(channel)

    def add_reset(self, target: Sequence[int]) -> None:
        """Set qubits to 0, whatever they are entangled with."""
        if self._holds_mixed_states:
            super().add_reset(target)
            return
        for qubit in target:
            key = next(self._keys)
            self.add_gate_instruction("measure_ff", (qubit,), [key], [], 1)
            self.add_gate_instruction("cc_prx", (qubit,), [math.pi, 0.0, key], [], 1)


class SeededSimulator(BaseLocalSimulator):  # type: ignore[misc]
    """What both simulators gain: a generator of ours, a limit of qubits, and the exact context."""

    def __init__(self, random: np.random.Generator, *, most_qubits: int) -> None:
        super().__init__()
        self._random = random
        self._most_qubits = most_qubits
        self._context = ExactContext(self)

    def create_program_context(self) -> ExactContext:
        """Return an empty program."""
        self._context = ExactContext(self)
        return self._context

    def readings(self, measurements: Sequence[Sequence[str]]) -> Iterator[tuple[Bits, int]]:
        """Yield the bits of the last program's register that were measured, with their shots.

        A bit that no measurement came to is not among them: it is still 0. ``measurements`` is the
        simulator's answer for a program that took one path. Of one that took several, each path
        knows what it measured; the answer would have samples of qubits at the end for the rest.
        """
        slots = self._context.circuit.measurement_slots
        if self._context.is_branched:
            for path in self._context.active_paths:
                outcomes = path.mcm_outcomes
                measured = [(r, bit) for r, bit, _ in slots if (r, bit) in outcomes]
                yield {bit: str(outcomes[r, bit]) for r, bit in measured}, path.shots
            return
        written = [bit for _, bit, _ in slots]
        for shot, times in Counter(map(tuple, measurements)).items():
            yield dict(zip(written, shot, strict=True)) if written else {}, times

    def initialize_simulation(self, **kwargs: Any) -> Simulation:
        """Return a simulation in the state 0...0.

        :raises RunError: ``runner_limit_exceeded`` if it has too many qubits.
        """
        qubits = kwargs["qubit_count"]
        if qubits > self._most_qubits:
            problem = Problem(
                f"The circuit has {qubits} qubits; this device takes at most {self._most_qubits}"
            )
            raise RunError("runner_limit_exceeded", [problem], stage=Stage.EXECUTE)
        simulation = super().initialize_simulation(**kwargs)
        simulation._rng_generator = self._random  # noqa: SLF001  no public way; a test guards it
        return simulation

    def _run_branched(self, *_: Any) -> SimpleNamespace:
        """Leave out the last state of every path, sampled shot by shot, which nobody reads.

        It takes most of the time. There is no public way; a test guards the name.
        """
        return SimpleNamespace(measurements=())


class SeededStateVector(SeededSimulator, StateVectorSimulator):  # type: ignore[misc]
    """``braket_sv``."""


class SeededDensityMatrix(SeededSimulator, DensityMatrixSimulator):  # type: ignore[misc]
    """``braket_dm``."""


def noise_channel(name: str, target: Sequence[int], values: Sequence[float]) -> Any:
    """Return the simulators' operation of a channel of our table, with its probabilities."""
    if name == "pauli_channel":
        first, second, third = values
        second = min(second, 1 - first)
        values = (first, second, min(third, 1 - first - second))
    # Braket's class, such as BitFlip. Some have real matrices, for which no kernel is compiled.
    channel = getattr(noise_operations, name.title().replace("_", ""))(target, *values)
    return noise_operations.Kraus(target, channel.matrices)


def evolved(
    simulator: SeededSimulator, context: ExactContext, qubits: int
) -> tuple[NDArray[np.complex128], NDArray[np.float64]]:
    """Return the state of ``qubits`` after ``context``, and its probabilities, qubit 0 leftmost.

    The state is a vector, or a density matrix where the simulator holds mixed states.
    """
    simulation = simulator.initialize_simulation(qubit_count=qubits, shots=0, batch_size=1)
    simulation.evolve(context.circuit.instructions)
    is_pure = isinstance(simulation, StateVectorSimulation)
    state = simulation.state_vector if is_pure else simulation.density_matrix
    return state, np.asarray(simulation.probabilities, dtype=np.float64)
