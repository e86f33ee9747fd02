"""The bases in which qubits are measured, so that counts say something of an observable. Core."""

from collections.abc import Iterable, Mapping

from runs.circuits import Operation
from runs.results.model import ResultType

# As Amazon Braket's devices do: X = H Z H, and Y = R⁺ Z R with R = H S Z.
_ROTATIONS: Mapping[str, tuple[str, ...]] = {"x": ("h",), "y": ("z", "s", "h"), "z": ()}


def bases_of(result_types: Iterable[ResultType]) -> dict[int, str]:
    """Return the letter of the basis of every qubit that the result types look at.

    Where they disagree the first of them stands; such lists are refused beforehand.
    """
    bases: dict[int, str] = {}
    for result in result_types:
        bases = result.bases | bases
    return bases


def rotations(result_types: Iterable[ResultType]) -> tuple[Operation, ...]:
    """Return the gates that turn the eigenbasis of each qubit's observable into that of Z.

    They follow the circuit, before all qubits are measured.
    """
    bases = sorted(bases_of(result_types).items())
    return tuple(
        Operation.of(gate, (qubit,)) for qubit, letter in bases for gate in _ROTATIONS[letter]
    )
