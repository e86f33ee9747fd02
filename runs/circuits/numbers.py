"""Reading the numbers of one operation: qubit indices, angles, powers, probabilities. Core.

JSON's booleans, strings and fractions are no qubit indices, and what is not finite is no angle.
"""

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeGuard

from runs.channels import Channel
from runs.circuits.words import count
from runs.errors.findings import Findings, shown
from runs.gates import Gate
from runs.limits import Limits

QUBIT_CEILING = 64


class Indices:
    """Where in the list one operation stands, and whether anything is wrong with it."""

    def __init__(self, findings: Findings, index: int, name: str) -> None:
        self.failed = False
        self._findings = findings
        self._index = index
        self._subject = f"Operation {index + 1}" + (f" ({name})" if name else "")

    def add(self, code: str, what: str, *, hint: str | None = None) -> None:
        """Say that this operation ``what``."""
        self.failed = True
        self._findings.add(
            code,
            f"{self._subject} {what}",
            field="circuitOperations",
            operation_index=self._index,
            hint=hint,
        )

    def wrong(self, what: str, *, hint: str | None = None) -> None:
        """Say that this operation is not well formed."""
        self.add("invalid_circuit", what, hint=hint)

    def check_keys(self, keys: Iterable[str], known: tuple[str, ...]) -> None:
        """Find what the operation says beyond what it may say."""
        for key in sorted(keys):
            if key not in known:
                self.wrong(
                    f"has the unknown key “{shown(key)}”", hint=f"It may have {', '.join(known)}."
                )

    def check_repeats(self, qubits: Iterable[int]) -> None:
        """Find the qubits that are named more than once."""
        for qubit, times in sorted(Counter(qubits).items()):
            if times > 1:
                self.wrong(f"names qubit {qubit} twice")


def read_indices(indices: Indices, operation: dict[str, Any], key: str) -> list[int] | None:
    """Return the qubit indices under ``key``, or nothing where they are none."""
    qubits = operation.get(key, [])
    if not isinstance(qubits, list):
        indices.wrong(f"has {key} that are not a list of qubit indices")
        return None
    for qubit in qubits:
        if type(qubit) is not int:
            indices.wrong(f"has {shown(qubit)} among its {key}, which is no qubit index")
            return None
        if qubit < 0:
            indices.wrong(f"names qubit {shown(qubit)}; qubits count from 0")
            return None
        if qubit >= QUBIT_CEILING:
            indices.add(
                "runner_limit_exceeded",
                f"names qubit {shown(qubit)}; the highest index is {QUBIT_CEILING - 1}",
            )
            return None
    return qubits


def read_angles(
    indices: Indices, operation: dict[str, Any], gate: Gate, limits: Limits
) -> list[float] | None:
    """Return the angles of ``gate`` in radians, or nothing where they are not right."""
    if "angle" in operation and "angles" in operation:
        indices.wrong("has both angle and angles")
        return None
    angles = operation.get("angles", [operation["angle"]] if "angle" in operation else [])
    if not isinstance(angles, list):
        indices.wrong("has angles that are not a list of numbers")
        return None
    needed = len(gate.angles)
    missing = needed - len(angles)
    if not 0 <= missing <= len(gate.default_angles):
        need = f"needs {count(needed, 'angle')} in radians" if needed else "takes no angle"
        indices.wrong(
            f"{need}, but is given {len(angles) or 'none'}",
            hint=f"Its angles are {', '.join(gate.angles)}." if needed > 1 else None,
        )
        return None
    if not all(_is_number(indices, "angle", angle, limits) for angle in angles):
        return None
    return [*map(float, angles), *gate.default_angles[len(gate.default_angles) - missing :]]


def read_power(indices: Indices, operation: dict[str, Any], limits: Limits) -> float | None:
    """Return the power to which the gate is raised, 1 where none is given."""
    power = operation.get("power", 1)
    return float(power) if _is_number(indices, "power", power, limits) else None


def read_probabilities(
    indices: Indices, operation: dict[str, Any], channel: Channel
) -> list[float] | None:
    """Return the probabilities of ``channel``, or nothing where they are not right."""
    if "probability" in operation and "probabilities" in operation:
        indices.wrong("has both probability and probabilities")
        return None
    one = [operation["probability"]] if "probability" in operation else []
    values = operation.get("probabilities", one)
    if not isinstance(values, list):
        indices.wrong("has probabilities that are not a list of numbers")
        return None
    if not all(_is_finite(value, indices, "probability") for value in values):
        return None
    complaints = [*channel.complaints(values)]
    for complaint in complaints:
        indices.wrong(complaint, hint=_names(channel))
    return None if complaints else [*map(float, values)]


def _names(channel: Channel) -> str | None:
    if len(channel.probabilities) == 1:
        return None
    return f"Its probabilities are {', '.join(channel.probabilities)}, in this order."


def _is_number(indices: Indices, noun: str, value: object, limits: Limits) -> bool:
    if not _is_finite(value, indices, noun):
        return False
    if abs(value) > limits.largest_angle:
        indices.add(
            "runner_limit_exceeded",
            f"has the {noun} {shown(value)}; the largest is {limits.largest_angle:,.0f}",
        )
        return False
    return True


def _is_finite(value: object, indices: Indices, noun: str) -> TypeGuard[int | float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        indices.wrong(f"has the {noun} {shown(value)}, which is not a number")
    elif isinstance(value, float) and not math.isfinite(value):
        indices.wrong(f"has the {noun} {shown(value)}, which is not a finite number")
    else:
        return True
    return False
