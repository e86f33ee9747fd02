"""The template gallery: circuits to begin with, each with the physics that it shows. Core."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from runs.circuits import Circuit, parse
from runs.limits import Limits
from runs.qasm import to_openqasm

_RANDOM_SEED = 20261122


@dataclass(frozen=True)
class Template:
    """A circuit to begin with. ``operations`` are as the API takes them."""

    slug: str
    name: str
    description: str
    physics: str
    operations: list[dict[str, Any]]

    @cached_property
    def circuit(self) -> Circuit:
        """The circuit of the template."""
        return parse(self.operations, limits=Limits())

    @property
    def qubits(self) -> int:
        """The number of its qubits."""
        return self.circuit.qubit_count

    @cached_property
    def openqasm(self) -> str:
        """The circuit as OpenQASM 3."""
        return to_openqasm(self.circuit)


def _op(gate: str, *targets: int, angle: float | None = None) -> dict[str, Any]:
    operation: dict[str, Any] = {"gate": gate, "targets": list(targets)}
    return operation if angle is None else {**operation, "angle": angle}


def _under(controls: list[int], gate: str, *targets: int, **angle: float) -> dict[str, Any]:
    return {**_op(gate, *targets, **angle), "controls": controls}


def _cnot(control: int, target: int) -> dict[str, Any]:
    return _under([control], "cnot", target)


def _noise(channel: str, target: int, probability: float) -> dict[str, Any]:
    return {"gate": channel, "targets": [target], "probability": probability}


def _each(gate: str, qubits: int) -> list[dict[str, Any]]:
    return [_op(gate, qubit) for qubit in range(qubits)]


def _fourier(qubits: int) -> list[dict[str, Any]]:
    """The quantum Fourier transform; qubit 0 is the most significant."""
    operations = []
    for target in range(qubits):
        operations.append(_op("h", target))
        operations += [
            _under([control], "cphaseshift", target, angle=math.pi / 2 ** (control - target))
            for control in range(target + 1, qubits)
        ]
    swaps = [_op("swap", qubit, qubits - 1 - qubit) for qubit in range(qubits // 2)]
    return operations + swaps


def _inverse_fourier(qubits: int) -> list[dict[str, Any]]:
    undone = [
        {**operation, "angle": -operation["angle"]} if "angle" in operation else operation
        for operation in _fourier(qubits)
    ]
    return undone[::-1]


def _grover() -> list[dict[str, Any]]:
    """Two turns of Grover's search of three qubits for 101."""
    flip = _under([0, 1], "z", 2)
    oracle = [_op("x", 1), flip, _op("x", 1)]
    diffusion = [*_each("h", 3), *_each("x", 3), flip, *_each("x", 3), *_each("h", 3)]
    return _each("h", 3) + 2 * (oracle + diffusion)


def _hidden_string() -> list[dict[str, Any]]:
    """Bernstein and Vazirani's circuit for 1011, with qubit 4 to hold the phase."""
    around = [_op("h", qubit) for qubit in range(4)]
    asked = [_cnot(qubit, 4) for qubit in (0, 2, 3)]
    return [_op("x", 4), _op("h", 4), *around, *asked, *around, _op("measure", 0, 1, 2, 3)]


def _teleportation() -> list[dict[str, Any]]:
    """Both corrections are controlled by qubits, so nothing is measured before the end."""
    prepared = [_op("ry", 0, angle=1.2)]
    shared = [_op("h", 1), _cnot(1, 2)]
    bell = [_cnot(0, 1), _op("h", 0)]
    corrected = [_cnot(1, 2), _under([0], "cz", 2)]
    return prepared + shared + bell + corrected + [_op("measure", 2)]


def _ansatz() -> list[dict[str, Any]]:
    layers = ((0.4, 1.1, -0.7, 0.9), (-0.3, 0.8, 0.5, -1.2), (0.6, -0.2, 1.4, 0.1))
    operations = []
    for layer in layers[:-1]:
        operations += [_op("ry", qubit, angle=angle) for qubit, angle in enumerate(layer)]
        operations += [_cnot(qubit, qubit + 1) for qubit in range(3)]
    return operations + [_op("ry", qubit, angle=angle) for qubit, angle in enumerate(layers[-1])]


def _random() -> list[dict[str, Any]]:
    dice = Random(_RANDOM_SEED)  # noqa: S311 - a circuit that is the same for everybody
    operations = []
    for layer in range(6):
        operations += [
            _op(dice.choice(("rx", "ry", "rz")), qubit, angle=round(dice.uniform(-3, 3), 2))
            for qubit in range(5)
        ]
        operations += [_cnot(qubit, qubit + 1) for qubit in range(layer % 2, 4, 2)]
    return operations


def _depolarized_pair() -> list[dict[str, Any]]:
    """A Bell pair of which each qubit is depolarized after the CNOT, and misread now and then."""
    noise = [_noise("depolarizing", qubit, 0.05) for qubit in range(2)]
    reading = [_noise("bit_flip", qubit, 0.02) for qubit in range(2)]
    return [_op("h", 0), _cnot(0, 1), *noise, *reading]


def _w_state() -> list[dict[str, Any]]:
    share = 2 * math.acos(1 / math.sqrt(3))
    return [
        _op("ry", 0, angle=share),
        _under([0], "h", 1),
        _cnot(1, 2),
        _cnot(0, 1),
        _op("x", 0),
    ]


def _deutsch_jozsa() -> list[dict[str, Any]]:
    around = [_op("h", qubit) for qubit in range(3)]
    balanced = [_cnot(qubit, 3) for qubit in range(3)]
    return [_op("x", 3), _op("h", 3), *around, *balanced, *around, _op("measure", 0, 1, 2)]


def _phase_estimation() -> list[dict[str, Any]]:
    """Three bits of the phase of T, whose eigenstate is 1 of qubit 3."""
    turns = [
        _under([qubit], "cphaseshift", 3, angle=math.pi / 4 * 2 ** (2 - qubit))
        for qubit in range(3)
    ]
    read = [*_inverse_fourier(3), _op("measure", 0, 1, 2)]
    return [_op("x", 3), *_each("h", 3), *turns, *read]


TEMPLATES = (
    Template(
        "bell",
        "Bell pair",
        "Two qubits that always agree.",
        "Each qubit alone is random, yet both give the same bit: entanglement at its smallest.",
        [_op("h", 0), _cnot(0, 1)],
    ),
    Template(
        "depolarized-pair",
        "Depolarized pair",
        "Two entangled qubits, as a noisy device has them.",
        "Depolarizing after the CNOT and a bit that is misread now and then: the two bits agree "
        "in 90.1 % of the shots instead of all.",
        _depolarized_pair(),
    ),
    Template(
        "ghz",
        "GHZ state",
        "Four qubits in one superposition of all 0 and all 1.",
        "The coherence of a GHZ state decays faster the more qubits share it, "
        "which makes it a test of a device.",
        [_op("h", 0), *(_cnot(qubit, qubit + 1) for qubit in range(3))],
    ),
    Template(
        "qft",
        "Quantum Fourier transform",
        "The transform of a state that repeats every 4.",
        "A state of period 4 among 16 has its transform on the multiples of 4 alone: "
        "this is how Shor's algorithm finds a period.",
        [_op("h", 0), _op("h", 1), *_fourier(4)],
    ),
    Template(
        "grover",
        "Grover search",
        "Finds the marked one of eight in two questions.",
        "Two turns take the amplitude of 101 to 94.5 % probability; a third would lower it again.",
        _grover(),
    ),
    Template(
        "bernstein-vazirani",
        "Bernstein-Vazirani",
        "Reads a hidden string of four bits at once.",
        "One question answers what takes four classically: the phase carries all bits of 1011.",
        _hidden_string(),
    ),
    Template(
        "teleportation",
        "Teleportation",
        "Moves a state from qubit 0 to qubit 2.",
        "The corrections are controlled by the qubits themselves, by the principle of deferred "
        "measurement; qubit 2 gives 1 with probability sin²(0.6), as qubit 0 would have.",
        _teleportation(),
    ),
    Template(
        "vqe",
        "VQE ansatz",
        "Layers of rotations and CNOTs, ready to be varied.",
        "A hardware-efficient trial state: an optimiser turns the angles until the energy is "
        "lowest.",
        _ansatz(),
    ),
    Template(
        "random",
        "Random circuit",
        "Five qubits, six layers, the same for everybody.",
        "The shares of a random circuit spread by the Porter-Thomas law, which noise flattens.",
        _random(),
    ),
    Template(
        "w-state",
        "W state",
        "Exactly one of three qubits is 1.",
        "Lose one qubit of a W state and the other two stay entangled, unlike those of GHZ.",
        _w_state(),
    ),
    Template(
        "deutsch-jozsa",
        "Deutsch-Jozsa",
        "Tells a balanced function from a constant one.",
        "A constant function would give 000 with certainty; this balanced one never does.",
        _deutsch_jozsa(),
    ),
    Template(
        "phase-estimation",
        "Phase estimation",
        "Reads the phase of the T gate in three bits.",
        "T turns its eigenstate by one eighth of a full turn, so the three bits are 001.",
        _phase_estimation(),
    ),
)

BY_SLUG: Mapping[str, Template] = {template.slug: template for template in TEMPLATES}
