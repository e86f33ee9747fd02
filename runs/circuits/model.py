"""Operation and Circuit: frozen, canonical, comparable. Core.

Two spellings of one thing are one value: ``cnot`` on targets 0 and 1, ``cnot`` on target 1
controlled by 0 and ``x`` on target 1 controlled by 0 make equal operations.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from runs.channels import CHANNELS, Channel
from runs.gates import GATES, Gate

MEASURE = "measure"

_CONTROLLED = {(gate.base, gate.controls): gate.name for gate in GATES.values() if gate.base}


@dataclass(frozen=True)
class Operation:
    """One gate or noise channel of the tables on some qubits; make it with :meth:`of`.

    A gate that has controls of its own (``cnot``, ``cswap``) has exactly those in ``controls``,
    closed, and power 1. Any other combination is the gate ``base`` under ``controls``, of which
    each acts where its qubit is in the state that ``control_state`` gives, 0 or 1.
    Angles are in radians. ``power`` is applied to the gate before it is controlled.
    A channel has targets and ``probabilities``, in the order of its table, and nothing else.
    """

    gate: str
    targets: tuple[int, ...]
    controls: tuple[int, ...] = ()
    angles: tuple[float, ...] = ()
    control_state: tuple[int, ...] = ()
    power: float = 1.0
    probabilities: tuple[float, ...] = ()

    @classmethod
    def of(
        cls,
        gate: str,
        targets: Sequence[int],
        *,
        controls: Sequence[int] = (),
        angles: Sequence[float] = (),
        control_state: Sequence[int] = (),
        power: float = 1.0,
        probabilities: Sequence[float] = (),
    ) -> "Operation":
        """Return the canonical operation. ``targets`` may hold the gate's own controls in front.

        An empty ``control_state`` means that every control is closed. Nothing is checked.
        """
        if gate in CHANNELS:
            chances = tuple(float(probability) + 0.0 for probability in probabilities)
            return cls(gate=gate, targets=tuple(targets), probabilities=chances)
        kind = GATES[gate]
        state = tuple(control_state) or (1,) * len(controls)
        if gate == "gphase" and any(state):
            return cls._controlled_phase(controls, state, angles, power)
        if kind.controls and len(targets) == kind.qubits:
            controls = (*controls, *targets[: kind.controls])
            state = (*state, *(1,) * kind.controls)
            targets = targets[kind.controls :]
        name = kind.base or gate
        power = float(power)
        if power == 1 and all(state):
            name = _CONTROLLED.get((name, len(controls)), name)
        return cls(
            gate=name,
            targets=tuple(targets),
            controls=tuple(controls),
            angles=tuple(float(angle) + 0.0 for angle in angles),
            control_state=state,
            power=power + 0.0,
        )

    @classmethod
    def _controlled_phase(
        cls,
        controls: Sequence[int],
        state: Sequence[int],
        angles: Sequence[float],
        power: float,
    ) -> "Operation":
        """A global phase under a closed control is a phase shift of that control."""
        closed = max(place for place, value in enumerate(state) if value)
        return cls.of(
            "phaseshift",
            [controls[closed]],
            controls=[*controls[:closed], *controls[closed + 1 :]],
            angles=angles,
            control_state=[*state[:closed], *state[closed + 1 :]],
            power=power,
        )

    @property
    def kind(self) -> Gate | Channel:
        """The row of the gate, or of the channel, in its table."""
        return GATES.get(self.gate) or CHANNELS[self.gate]

    @property
    def is_noise(self) -> bool:
        """Whether this is a noise channel."""
        return self.gate in CHANNELS

    @property
    def qubits(self) -> tuple[int, ...]:
        """Controls, then targets: the order in which Braket names them."""
        return self.controls + self.targets

    def as_json(self) -> dict[str, Any]:
        """Return the canonical form: ``gate``, ``targets`` and whatever differs from the usual."""
        members: dict[str, Any] = {"gate": self.gate, "targets": list(self.targets)}
        if self.controls:
            members["controls"] = list(self.controls)
        if not all(self.control_state):
            members["controlState"] = list(self.control_state)
        if len(self.angles) == 1:
            members["angle"] = self.angles[0]
        elif self.angles:
            members["angles"] = list(self.angles)
        if self.power != 1:
            members["power"] = self.power
        if len(self.probabilities) == 1:
            members["probability"] = self.probabilities[0]
        elif self.probabilities:
            members["probabilities"] = list(self.probabilities)
        return members


@dataclass(frozen=True)
class Circuit:
    """Gates and noise channels in order, then one measurement of ``measured_qubits``.

    The first of these is the leftmost bit.
    """

    operations: tuple[Operation, ...]
    measured_qubits: tuple[int, ...]

    @classmethod
    def of(
        cls, operations: Iterable[Operation], *, measured: Sequence[int] | None = None
    ) -> "Circuit":
        """Return the circuit; without ``measured`` all used qubits are measured, ascending."""
        operations = tuple(operations)
        return cls(operations, _used(operations) if measured is None else tuple(measured))

    @cached_property
    def qubits(self) -> tuple[int, ...]:
        """Every qubit that an operation or the measurement names, ascending."""
        return tuple(sorted({*_used(self.operations), *self.measured_qubits}))

    @property
    def qubit_count(self) -> int:
        """How many qubits the circuit names; gaps between indices do not count."""
        return len(self.qubits)

    @property
    def operation_count(self) -> int:
        """How many gates and channels the circuit has; the final measurement does not count."""
        return len(self.operations)

    @cached_property
    def depth(self) -> int:
        """The longest chain of gates that share qubits; noise channels add nothing to it."""
        layers = dict.fromkeys(self.qubits, 0)
        for operation in self.operations:
            if operation.qubits and not operation.is_noise:
                layer = 1 + max(layers[qubit] for qubit in operation.qubits)
                layers.update(dict.fromkeys(operation.qubits, layer))
        return max(layers.values(), default=0)

    @property
    def is_noisy(self) -> bool:
        """Whether any operation is a noise channel."""
        return any(operation.is_noise for operation in self.operations)

    def as_json(self) -> list[dict[str, Any]]:
        """Return the canonical list of operations; ``parse`` makes an equal circuit of it.

        It ends in a ``measure`` where other qubits are measured, or in another order, than the
        used ones ascending.
        """
        members = [operation.as_json() for operation in self.operations]
        if self.measured_qubits != _used(self.operations):
            members.append({"gate": MEASURE, "targets": list(self.measured_qubits)})
        return members


def _used(operations: Iterable[Operation]) -> tuple[int, ...]:
    return tuple(sorted({qubit for operation in operations for qubit in operation.qubits}))
