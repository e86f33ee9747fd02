"""Which qubits result types are about, and in which basis they are measured, in words. Core."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from runs.results.bases import bases_of
from runs.results.model import Kind, ResultType

_NAMED_SINGLY = 2


def basis_words(result_types: Sequence[Mapping[str, Any]]) -> str:
    """Return which qubits are measured in another basis than that of Z: ``q0 to q3 in X``."""
    bases = bases_of(ResultType.of(members) for members in known(result_types))
    turned = sorted((letter, qubit) for qubit, letter in bases.items() if letter != "z")
    groups = groupby(turned, key=lambda pair: pair[0])
    return "; ".join(
        f"{qubits_words([qubit for _, qubit in group])} in {letter.upper()}"
        for letter, group in groups
    )


def qubits_words(qubits: Sequence[int]) -> str:
    """Return ascending qubits in words: ``q0, q1``, ``q0 to q4, q7``."""
    # Neighbours differ from their places in the list by the same number.
    runs = groupby(enumerate(qubits), key=lambda pair: pair[1] - pair[0])
    return ", ".join(_run_words([qubit for _, qubit in run]) for _, run in runs)


def _run_words(qubits: Sequence[int]) -> str:
    if len(qubits) > _NAMED_SINGLY:
        return f"q{qubits[0]} to q{qubits[-1]}"
    return ", ".join(f"q{qubit}" for qubit in qubits)


def known(result_types: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the result types of kinds that there are; a later version may have sealed others."""
    return (members for members in result_types if members["type"] in tuple(Kind))
