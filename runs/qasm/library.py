"""The gates that a program has without defining them, as operations of the table. Core.

These are the gates of ``stdgates.inc`` (OpenQASM 3), of ``qelib1.inc`` (OpenQASM 2) and of Amazon
Braket, which all agree where they share a name. Definitions follow the OpenQASM 3 specification
(arXiv:2104.14722) and the OpenQASM 2 paper (arXiv:1707.03429), with the phases that matter under
control: ``U`` is without the factor exp(i theta/2), as in Braket and Qiskit, and ``u2`` and ``u3``
have determinant 1.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from runs.channels import CHANNELS, NOT_OFFERED
from runs.circuits import Operation
from runs.gates import GATES
from runs.qasm.refusals import nearest

Build = Callable[[Sequence[float], Sequence[int]], list[Operation]]


@dataclass(frozen=True)
class Standard:
    """A gate of the library: how many angles and qubits it takes, and what it is made of."""

    angles: int
    qubits: int
    build: Build
    default_angles: tuple[float, ...] = ()


def _one(gate: str, *, controls: int = 0) -> Build:
    """Build one gate of the table, the first ``controls`` qubits being further controls."""

    def build(angles: Sequence[float], qubits: Sequence[int]) -> list[Operation]:
        operation = Operation.of(gate, qubits[controls:], controls=qubits[:controls], angles=angles)
        return [operation]

    return build


def _phase(angle: float) -> Operation:
    return Operation.of("gphase", (), angles=(angle,))


def _u2(angles: Sequence[float], qubits: Sequence[int]) -> list[Operation]:
    return _u3((math.pi / 2, *angles), qubits)


def _u3(angles: Sequence[float], qubits: Sequence[int]) -> list[Operation]:
    _, phi, lambda_ = angles
    return [_phase(-(phi + lambda_) / 2), Operation.of("u", qubits, angles=angles)]


def _cu(angles: Sequence[float], qubits: Sequence[int]) -> list[Operation]:
    control, target = qubits
    return [
        Operation.of("phaseshift", (control,), angles=angles[3:]),
        Operation.of("u", (target,), controls=(control,), angles=angles[:3]),
    ]


def _sequence(text: str) -> Build:
    """Build a fixed sequence such as ``h c; cnot b c``, whose letters name the qubits."""
    pieces = [piece.split() for piece in text.split(";")]

    def build(_angles: Sequence[float], qubits: Sequence[int]) -> list[Operation]:
        return [
            Operation.of(gate, [qubits["abcd".index(letter)] for letter in letters])
            for gate, *letters in pieces
        ]

    return build


_RCCX = "h c; t c; cnot b c; ti c; cnot a c; t c; cnot b c; ti c; h c"
_RC3X = (
    "h d; t d; cnot c d; ti d; h d; cnot a d; t d; cnot b d; ti d; "
    "cnot a d; t d; cnot b d; ti d; h d; t d; cnot c d; ti d; h d"
)

LIBRARY: Mapping[str, Standard] = {
    **{
        name: Standard(len(gate.angles), gate.qubits, _one(name), gate.default_angles)
        for name, gate in GATES.items()
    },
    "U": Standard(3, 1, _one("u")),
    "u1": Standard(1, 1, _one("phaseshift")),
    "u2": Standard(2, 1, _u2),
    "u3": Standard(3, 1, _u3),
    "u0": Standard(1, 1, lambda _angles, qubits: [Operation.of("i", qubits)]),
    "p": Standard(1, 1, _one("phaseshift")),
    "phase": Standard(1, 1, _one("phaseshift")),
    "id": Standard(0, 1, _one("i")),
    "sdg": Standard(0, 1, _one("si")),
    "tdg": Standard(0, 1, _one("ti")),
    "sx": Standard(0, 1, _one("v")),
    "sxdg": Standard(0, 1, _one("vi")),
    "r": Standard(2, 1, _one("prx")),
    "CX": Standard(0, 2, _one("cnot")),
    "cx": Standard(0, 2, _one("cnot")),
    "cp": Standard(1, 2, _one("cphaseshift")),
    "cphase": Standard(1, 2, _one("cphaseshift")),
    "cu1": Standard(1, 2, _one("cphaseshift")),
    "crx": Standard(1, 2, _one("rx", controls=1)),
    "cry": Standard(1, 2, _one("ry", controls=1)),
    "crz": Standard(1, 2, _one("rz", controls=1)),
    "ch": Standard(0, 2, _one("h", controls=1)),
    "csx": Standard(0, 2, _one("cv")),
    "cs": Standard(0, 2, _one("s", controls=1)),
    "csdg": Standard(0, 2, _one("si", controls=1)),
    "cu": Standard(4, 2, _cu),
    "cu3": Standard(3, 2, _one("u", controls=1)),
    "rxx": Standard(1, 2, _one("xx")),
    "ryy": Standard(1, 2, _one("yy")),
    "rzz": Standard(1, 2, _one("zz")),
    "dcx": Standard(0, 2, _sequence("cnot a b; cnot b a")),
    "ccx": Standard(0, 3, _one("ccnot")),
    "ccz": Standard(0, 3, _one("z", controls=2)),
    "rccx": Standard(0, 3, _sequence(_RCCX)),
    "c3x": Standard(0, 4, _one("x", controls=3)),
    "c3sx": Standard(0, 4, _one("v", controls=3)),
    "c3sqrtx": Standard(0, 4, _one("v", controls=3)),
    "rc3x": Standard(0, 4, _sequence(_RC3X)),
    "rcccx": Standard(0, 4, _sequence(_RC3X)),
    "c4x": Standard(0, 5, _one("x", controls=4)),
}


@lru_cache(maxsize=256)
def meant(name: str, defined: tuple[str, ...]) -> str:
    """Return a hint to what ``name`` may have meant, which is no gate of the program."""
    lower = name.lower()
    if lower in NOT_OFFERED:
        return NOT_OFFERED[lower]
    if lower in CHANNELS:
        return f"Noise is written as a pragma: #pragma braket noise {lower}(0.1) q[0]"
    near = nearest(name, (*defined, *LIBRARY, "measure", "reset", "barrier"))
    if near:
        return f"Did you mean {near}?"
    return (
        "The gates of stdgates.inc, of qelib1.inc and of Amazon Braket are there; "
        "define others with gate."
    )
