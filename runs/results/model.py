"""One result type: what a run is asked for beside, or instead of, counts. Core."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    PROBABILITY = "probability"
    EXPECTATION = "expectation"
    VARIANCE = "variance"
    STATE_VECTOR = "state_vector"
    AMPLITUDE = "amplitude"


OBSERVABLES = frozenset({Kind.EXPECTATION, Kind.VARIANCE})
AMPLITUDES = frozenset({Kind.STATE_VECTOR, Kind.AMPLITUDE})


@dataclass(frozen=True)
class ResultType:
    """One result type in canonical form.

    ``observable`` is a word of the letters x, y, z and i, one for each of ``targets``. Without
    ``targets`` a probability is that of all qubits, before it is known which those are.
    ``states`` are bit strings over all qubits of the circuit, ascending, lowest qubit leftmost.
    """

    kind: Kind
    targets: tuple[int, ...] = ()
    observable: tuple[str, ...] = ()
    states: tuple[str, ...] = ()

    @classmethod
    def of(cls, members: Mapping[str, Any]) -> "ResultType":
        """Return the result type of its canonical JSON. Nothing is checked."""
        return cls(
            Kind(members["type"]),
            targets=tuple(members.get("targets", ())),
            observable=tuple(members.get("observable", ())),
            states=tuple(members.get("states", ())),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the canonical form: ``type``, and the members that this type has."""
        members: dict[str, Any] = {"type": self.kind.value}
        if self.observable:
            members["observable"] = list(self.observable)
        if self.targets:
            members["targets"] = list(self.targets)
        if self.states:
            members["states"] = list(self.states)
        return members

    @property
    def bases(self) -> dict[int, str]:
        """The basis in which each qubit must be measured for it; an i leaves the choice free."""
        if self.kind is Kind.PROBABILITY:
            return dict.fromkeys(self.targets, "z")
        word = zip(self.targets, self.observable, strict=True)
        return {qubit: letter for qubit, letter in word if letter != "i"}
