"""The one table of gates: names, qubits, angles, families, drawing labels and meanings. Core.

Names are those of Amazon Braket in lower case. The form's palette, the docs, the parsers and the
drawings are rendered from this table; a test compares it with the installed SDK.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """What an operation does, which is what its colour says."""

    HADAMARD = "hadamard"
    PAULI = "pauli"
    PHASE = "phase"
    ROTATION = "rotation"
    INTERACTION = "interaction"
    NOISE = "noise"


@dataclass(frozen=True)
class Gate:
    """One gate of the table.

    A gate acts on ``qubits`` qubits, the first ``controls`` of which are its own controls: what
    it does to the ``targets`` others, when all of those are 1, is the gate ``base``.
    ``angles`` names the angles, in radians; the last of them may be left out where
    ``default_angles`` says what they are then.
    """

    name: str
    qubits: int
    angles: tuple[str, ...]
    family: Family
    label: str
    meaning: str
    controls: int = 0
    base: str = ""
    default_angles: tuple[float, ...] = ()

    @property
    def targets(self) -> int:
        """The number of qubits that are acted on, its own controls left aside."""
        return self.qubits - self.controls


def _table(*gates: Gate) -> Mapping[str, Gate]:
    return {gate.name: gate for gate in gates}


_H, _P, _S = Family.HADAMARD, Family.PAULI, Family.PHASE
_R, _I = Family.ROTATION, Family.INTERACTION
_ANGLE = ("angle",)

# fmt: off
GATES: Mapping[str, Gate] = _table(
    Gate("h", 1, (), _H, "H", "Hadamard: an equal superposition of 0 and 1"),
    Gate("i", 1, (), _P, "I", "Identity: leaves the qubit as it is"),
    Gate("x", 1, (), _P, "X", "Pauli X: flips 0 and 1"),
    Gate("y", 1, (), _P, "Y", "Pauli Y: flips bit and phase"),
    Gate("z", 1, (), _P, "Z", "Pauli Z: flips the phase of 1"),
    Gate("v", 1, (), _P, "V", "Square root of X"),
    Gate("vi", 1, (), _P, "V†", "Inverse of the square root of X"),
    Gate("s", 1, (), _S, "S", "Square root of Z: turns the phase of 1 by π/2"),
    Gate("si", 1, (), _S, "S†", "Inverse of S"),
    Gate("t", 1, (), _S, "T", "Fourth root of Z: turns the phase of 1 by π/4"),
    Gate("ti", 1, (), _S, "T†", "Inverse of T"),
    Gate("phaseshift", 1, _ANGLE, _S, "P", "Turns the phase of 1 by the angle"),
    Gate("gphase", 0, _ANGLE, _S, "e", "Turns the phase of the whole state by the angle"),
    Gate("rx", 1, _ANGLE, _R, "Rx", "Rotation about the x axis of the Bloch sphere"),
    Gate("ry", 1, _ANGLE, _R, "Ry", "Rotation about the y axis of the Bloch sphere"),
    Gate("rz", 1, _ANGLE, _R, "Rz", "Rotation about the z axis of the Bloch sphere"),
    Gate("u", 1, ("theta", "phi", "lambda"), _R, "U",
         "Any rotation of one qubit, by three Euler angles"),
    Gate("prx", 1, ("angle_1", "angle_2"), _R, "PRx",
         "Rotation by the first angle about an axis in the x-y plane, at the second angle"),
    Gate("gpi", 1, _ANGLE, _R, "GPi", "Half turn about an axis in the x-y plane (IonQ)"),
    Gate("gpi2", 1, _ANGLE, _R, "GPi2", "Quarter turn about an axis in the x-y plane (IonQ)"),
    Gate("cnot", 2, (), _P, "X", "Flips the target where the control is 1", 1, "x"),
    Gate("cy", 2, (), _P, "Y", "Pauli Y on the target where the control is 1", 1, "y"),
    Gate("cz", 2, (), _P, "Z", "Flips the phase where both qubits are 1", 1, "z"),
    Gate("cv", 2, (), _P, "V", "Square root of X where the control is 1", 1, "v"),
    Gate("ccnot", 3, (), _P, "X", "Toffoli: flips the target where both controls are 1", 2, "x"),
    Gate("cphaseshift", 2, _ANGLE, _S, "P", "Turns the phase of 11 by the angle", 1, "phaseshift"),
    Gate("cphaseshift00", 2, _ANGLE, _S, "P00", "Turns the phase of 00 by the angle"),
    Gate("cphaseshift01", 2, _ANGLE, _S, "P01", "Turns the phase of 01 by the angle"),
    Gate("cphaseshift10", 2, _ANGLE, _S, "P10", "Turns the phase of 10 by the angle"),
    Gate("swap", 2, (), _I, "SWAP", "Exchanges two qubits"),
    Gate("cswap", 3, (), _I, "SWAP", "Fredkin: exchanges two qubits where the control is 1",
         1, "swap"),
    Gate("iswap", 2, (), _I, "iSWAP", "Exchanges two qubits, with a phase i where they differ"),
    Gate("pswap", 2, _ANGLE, _I, "PSWAP", "Exchanges two qubits, with a phase where they differ"),
    Gate("xy", 2, _ANGLE, _I, "XY", "Turns 01 and 10 into each other by the angle"),
    Gate("ecr", 2, (), _I, "ECR", "Echoed cross-resonance gate, equal to CNOT up to rotations"),
    Gate("xx", 2, _ANGLE, _I, "XX", "Ising coupling exp(-i angle/2 X⊗X)"),
    Gate("yy", 2, _ANGLE, _I, "YY", "Ising coupling exp(-i angle/2 Y⊗Y)"),
    Gate("zz", 2, _ANGLE, _I, "ZZ", "Ising coupling exp(-i angle/2 Z⊗Z)"),
    Gate("ms", 2, ("angle_1", "angle_2", "angle_3"), _I, "MS",
         "Mølmer–Sørensen gate: two phases and an entangling angle (IonQ)",
         default_angles=(math.pi / 2,)),
)
# fmt: on

# Names by which other languages know gates of the table; they make hints, not gates.
OTHER_NAMES: Mapping[str, str] = {
    "cx": "cnot",
    "not": "x",
    "hadamard": "h",
    "id": "i",
    "identity": "i",
    "sdg": "si",
    "tdg": "ti",
    "sx": "v",
    "sxdg": "vi",
    "p": "phaseshift",
    "phase": "phaseshift",
    "u1": "phaseshift",
    "u3": "u",
    "cp": "cphaseshift",
    "cphase": "cphaseshift",
    "cu1": "cphaseshift",
    "ccx": "ccnot",
    "toffoli": "ccnot",
    "fredkin": "cswap",
    "rxx": "xx",
    "ryy": "yy",
    "rzz": "zz",
    "m": "measure",
}
