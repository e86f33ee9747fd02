"""inv, pow, ctrl and negctrl of a gate, as operations of the table. Core."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from runs.circuits import Operation
from runs.qasm.refusals import too_large, unsupported

_SELF_INVERSE = frozenset(
    {"h", "i", "x", "y", "z", "cnot", "cy", "cz", "ccnot", "swap", "cswap", "ecr", "gpi"}
)
_PAIRS = {"s": "si", "si": "s", "t": "ti", "ti": "t", "v": "vi", "vi": "v"}
# fmt: off
_NEGATED = (
    "gphase", "phaseshift", "rx", "ry", "rz", "cphaseshift", "cphaseshift00", "cphaseshift01",
    "cphaseshift10", "xx", "yy", "zz", "xy", "pswap",
)
# fmt: on
_INVERSE_ANGLES: Mapping[str, Callable[[Sequence[float]], tuple[float, ...]]] = {
    **dict.fromkeys(_NEGATED, lambda angles: (-angles[0],)),
    "u": lambda angles: (-angles[0], -angles[2], -angles[1]),
    "prx": lambda angles: (-angles[0], angles[1]),
    "gpi2": lambda angles: (angles[0] + math.pi,),
    "ms": lambda angles: (angles[0], angles[1], -angles[2]),
}


def inverse(operations: Sequence[Operation]) -> list[Operation]:
    """Return the operations that undo ``operations``."""
    return [_inverse(operation) for operation in reversed(operations)]


def power(operations: Sequence[Operation], exponent: float, *, most: int) -> list[Operation]:
    """Return ``operations`` to a power, the principal one where it is not whole.

    :raises Refusal: if a gate made of several operations, or of a power, is raised to a power
        that is not whole, or if that makes more than ``most`` operations.
    """
    whole = float(exponent).is_integer()
    if len(operations) == 1:
        return [_power(operations[0], exponent)]
    if not whole:
        raise unsupported(
            "a gate made of several operations has whole powers only",
            hint="Raise the gates it is made of to that power.",
        )
    once = inverse(operations) if exponent < 0 else list(operations)
    if abs(exponent) * len(once) > most:
        raise too_large(f"this power makes more than {most:,} operations")
    return once * abs(int(exponent))


def control(
    operations: Sequence[Operation], qubits: Sequence[int], *, state: int, most: int
) -> list[Operation]:
    """Return ``operations`` controlled by ``qubits``, which must be in ``state``, 0 or 1.

    :raises Refusal: if an operation has more than ``most`` controls then.
    """
    found = []
    for operation in operations:
        controls = (*qubits, *operation.controls)
        states = (*(state,) * len(qubits), *operation.control_state)
        if len(controls) > most:
            raise too_large(
                f"this makes {len(controls)} control qubits; this runner takes at most {most}"
            )
        found += _controlled(operation, controls, states)
    return found


def _controlled(
    operation: Operation, controls: tuple[int, ...], states: tuple[int, ...]
) -> list[Operation]:
    if operation.gate == "gphase" and not any(states):
        flip = Operation.of("x", controls[-1:])
        phase = replace(operation, controls=(), control_state=())
        return [flip, *_controlled(phase, controls, (*states[:-1], 1)), flip]
    made = Operation.of(
        operation.kind.base or operation.gate,
        operation.targets,
        controls=controls,
        angles=operation.angles,
        control_state=states,
        power=operation.power,
    )
    return [made]


def _inverse(operation: Operation) -> Operation:
    gate = operation.gate
    if operation.power != 1:
        return replace(operation, power=-operation.power)
    if gate in _SELF_INVERSE:
        return operation
    if gate in _INVERSE_ANGLES:
        return _again(operation, angles=_INVERSE_ANGLES[gate](operation.angles))
    if gate == "iswap":
        return _again(operation, gate="xy", angles=(-math.pi,))
    if gate == "cv":
        return _again(operation, gate="vi")
    return _again(operation, gate=_PAIRS[gate])


def _power(operation: Operation, exponent: float) -> Operation:
    whole = float(exponent).is_integer()
    if exponent == 1:
        return operation
    if not whole and operation.power != 1:
        raise unsupported(
            "a power of a power must be whole", hint="Multiply the two powers, if that is meant."
        )
    return _again(operation, power=operation.power * exponent)


def _again(
    operation: Operation,
    *,
    gate: str | None = None,
    angles: Sequence[float] | None = None,
    power: float | None = None,
) -> Operation:
    """Make the operation anew with what is given, so that it is canonical."""
    return Operation.of(
        gate or operation.kind.base or operation.gate,
        operation.targets,
        controls=operation.controls,
        angles=operation.angles if angles is None else angles,
        control_state=operation.control_state,
        power=operation.power if power is None else power,
    )
