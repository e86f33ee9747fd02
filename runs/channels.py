"""The one table of noise channels: names, qubits, probabilities, bounds and meanings. Core.

Names, the order of probabilities and their bounds are those of Amazon Braket; a test compares them
with the installed SDK. A channel takes a density matrix ρ to Σ K ρ K†; its operators K are given
as in Nielsen and Chuang, Quantum Computation and Quantum Information (2010), section 8.3, those of
Pauli errors on two qubits by the same rule with tensor products.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from runs.errors.findings import shown
from runs.gates import Family


@dataclass(frozen=True)
class Channel:
    """One channel of the table.

    Each of its ``probabilities``, which are named in the order in which they are given, lies
    between 0 and ``most``. Those of a channel that ``excludes`` are of events of which at most
    one happens, so their sum is at most 1. In ``meaning`` and ``operators``, its Kraus operators,
    p stands for what is named ``probability``.
    """

    name: str
    qubits: int
    probabilities: tuple[str, ...]
    most: float
    label: str
    meaning: str
    operators: str
    excludes: bool = False

    # What a gate has and a channel does not, so that both are kinds of operations.
    angles: ClassVar[tuple[str, ...]] = ()
    base: ClassVar[str] = ""
    controls: ClassVar[int] = 0
    family: ClassVar[Family] = Family.NOISE

    @property
    def targets(self) -> int:
        """The number of qubits that it acts on."""
        return self.qubits

    def complaints(self, values: Sequence[float]) -> Iterable[str]:
        """Yield what is wrong with ``values`` for the probabilities, each said of the channel."""
        if len(values) != len(self.probabilities):
            needed = len(self.probabilities)
            noun = "probability" if needed == 1 else "probabilities"
            yield f"needs {needed} {noun}, but is given {len(values) or 'none'}"
            return
        for name, value in zip(self.probabilities, values, strict=True):
            if not 0 <= value <= self.most:
                yield f"has the {name} {shown(value)}; it may be from 0 to {self.most:g}"
        # Added up as Braket does, which refuses what exceeds 1 by a rounding error too.
        if self.excludes and sum(values) > 1:
            yield f"has probabilities that sum to {sum(values)!r}; together they may be at most 1"


def _table(*channels: Channel) -> Mapping[str, Channel]:
    return {channel.name: channel for channel in channels}


_P = ("probability",)
_GAMMA = ("gamma",)

# fmt: off
CHANNELS: Mapping[str, Channel] = _table(
    Channel("bit_flip", 1, _P, 1 / 2, "BF",
            "Flips 0 and 1 with probability p", "√(1−p) I, √p X"),
    Channel("phase_flip", 1, _P, 1 / 2, "PF",
            "Flips the phase of 1 with probability p", "√(1−p) I, √p Z"),
    Channel("pauli_channel", 1, ("probX", "probY", "probZ"), 1.0, "PC",
            "Applies X, Y or Z, each with its probability",
            "√(1−probX−probY−probZ) I, √probX X, √probY Y, √probZ Z", excludes=True),
    Channel("depolarizing", 1, _P, 3 / 4, "DEPO",
            "Applies X, Y or Z, each with probability p/3",
            "√(1−p) I, √(p/3) X, √(p/3) Y, √(p/3) Z"),
    Channel("two_qubit_depolarizing", 2, _P, 15 / 16, "DEPO",
            "Applies a pair of Pauli matrices other than I⊗I, each of the 15 with probability p/15",
            "√(1−p) I⊗I, and √(p/15) P⊗Q for all other P, Q in I, X, Y, Z"),
    Channel("two_qubit_dephasing", 2, _P, 3 / 4, "DEPH",
            "Flips the phase of either qubit or of both, each with probability p/3",
            "√(1−p) I⊗I, √(p/3) I⊗Z, √(p/3) Z⊗I, √(p/3) Z⊗Z"),
    Channel("amplitude_damping", 1, _GAMMA, 1.0, "AD",
            "Relaxation: 1 decays to 0 with probability gamma",
            "|0⟩⟨0| + √(1−gamma) |1⟩⟨1|, √gamma |0⟩⟨1|"),
    Channel("generalized_amplitude_damping", 1, ("gamma", "probability"), 1.0, "GAD",
            "Relaxation towards a mixture of 0 and 1, in which 0 has probability p",
            "√p (|0⟩⟨0| + √(1−gamma) |1⟩⟨1|), √(p gamma) |0⟩⟨1|, "
            "√(1−p) (√(1−gamma) |0⟩⟨0| + |1⟩⟨1|), √((1−p) gamma) |1⟩⟨0|"),
    Channel("phase_damping", 1, _GAMMA, 1.0, "PD",
            "Loss of phase without loss of energy: coherences shrink by √(1−gamma)",
            "|0⟩⟨0| + √(1−gamma) |1⟩⟨1|, √gamma |1⟩⟨1|"),
)
# fmt: on

# Channels of Braket that are not in the table, and what to write instead.
NOT_OFFERED: Mapping[str, str] = {
    "kraus": "Channels of arbitrary matrices are not offered.",
    "two_qubit_pauli_channel": (
        "Use two_qubit_depolarizing or two_qubit_dephasing, or one pauli_channel for each qubit."
    ),
}
