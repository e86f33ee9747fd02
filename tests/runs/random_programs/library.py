"""The gates that OpenQASM programs have without defining them, as matrices; the controls leftmost.

After the OpenQASM 3 specification (stdgates.inc), qelib1.inc, and the matrices of Amazon Braket.
Names of one thing stand side by side.
"""

import numpy as np

from tests.runs.reference import BASES, CONTROLLED, SWAP, V, controlled, coupling, phase, u
from tests.runs.reference import X as NOT

_ONE = BASES
_OWN = {"cnot": 1, "cy": 1, "cz": 1, "cv": 1, "ccnot": 2, "cphaseshift": 1, "cswap": 1}


def under(gate, *states):
    return lambda *angles: controlled(gate(*angles), states)


def u2(phi, lam):
    return u3(np.pi / 2, phi, lam)


def u3(theta, phi, lam):
    return np.exp(-0.5j * (phi + lam)) * u(theta, phi, lam)


def cu(theta, phi, lam, gamma):
    return controlled(np.exp(1j * gamma) * u(theta, phi, lam), [1])


def dcx():
    """A CNOT from the first to the second, then one from the second to the first."""
    back = SWAP @ controlled(NOT, [1]) @ SWAP
    return back @ controlled(NOT, [1])


def rccx():
    """Margolus' gate: a Toffoli gate but for the phases of 101, 110 and 111."""
    matrix = np.eye(8, dtype=complex)
    matrix[5, 5] = -1
    matrix[6:, 6:] = [[0, -1j], [1j, 0]]
    return matrix


# What both versions have: name, and how many qubits and angles.
COMMON = {
    "id": (1, 0, _ONE["i"]), "x": (1, 0, _ONE["x"]), "y": (1, 0, _ONE["y"]),
    "z": (1, 0, _ONE["z"]), "h": (1, 0, _ONE["h"]), "s": (1, 0, _ONE["s"]),
    "sdg": (1, 0, _ONE["si"]), "t": (1, 0, _ONE["t"]), "tdg": (1, 0, _ONE["ti"]),
    "sx": (1, 0, lambda: V), "rx": (1, 1, _ONE["rx"]), "ry": (1, 1, _ONE["ry"]),
    "rz": (1, 1, _ONE["rz"]), "p": (1, 1, phase), "u1": (1, 1, phase), "u2": (1, 2, u2),
    "u3": (1, 3, u3), "U": (1, 3, u), "CX": (2, 0, under(_ONE["x"], 1)),
    "cx": (2, 0, under(_ONE["x"], 1)), "cy": (2, 0, under(_ONE["y"], 1)),
    "cz": (2, 0, under(_ONE["z"], 1)), "ch": (2, 0, under(_ONE["h"], 1)),
    "cp": (2, 1, under(phase, 1)), "crx": (2, 1, under(_ONE["rx"], 1)),
    "cry": (2, 1, under(_ONE["ry"], 1)), "crz": (2, 1, under(_ONE["rz"], 1)),
    "swap": (2, 0, lambda: SWAP), "ccx": (3, 0, under(_ONE["x"], 1, 1)),
    "cswap": (3, 0, under(_ONE["swap"], 1)), "cu": (2, 4, cu),
}  # fmt: skip
QELIB1 = COMMON | {
    "u0": (1, 1, lambda _length: _ONE["i"]()), "u": (1, 3, u3), "sxdg": (1, 0, _ONE["vi"]),
    "cu1": (2, 1, under(phase, 1)), "cu3": (2, 3, under(u, 1)), "csx": (2, 0, under(_ONE["v"], 1)),
    "rxx": (2, 1, coupling(BASES["x"](), BASES["x"]())),
    "rzz": (2, 1, coupling(BASES["z"](), BASES["z"]())), "rccx": (3, 0, rccx),
    "c3x": (4, 0, under(_ONE["x"], 1, 1, 1)), "c3sqrtx": (4, 0, under(_ONE["v"], 1, 1, 1)),
    "c4x": (5, 0, under(_ONE["x"], 1, 1, 1, 1)),
}  # fmt: skip
_ANGLES = {"u": 3, "prx": 2, "ms": 3} | dict.fromkeys(
    ("h", "i", "x", "y", "z", "v", "vi", "s", "si", "t", "ti", "swap", "iswap", "ecr", "cnot",
     "cy", "cz", "cv", "ccnot", "cswap"), 0,
)  # fmt: skip
_QUBITS = dict.fromkeys(
    ("cphaseshift00", "cphaseshift01", "cphaseshift10", "swap", "iswap", "pswap", "xy", "ecr",
     "xx", "yy", "zz", "ms"), 2,
)  # fmt: skip


def _of_braket(name):
    base = CONTROLLED.get(name, name)
    own = _OWN.get(name, 0)
    qubits = _QUBITS.get(base, 1) + own
    return qubits, _ANGLES.get(name, 1), under(BASES[base], *[1] * own)


BRAKET = {name: _of_braket(name) for name in (*BASES, *CONTROLLED) if name != "gphase"}
STDGATES = (
    COMMON
    | BRAKET
    | {
        "phase": (1, 1, phase), "cphase": (2, 1, under(phase, 1)), "r": (1, 2, BASES["prx"]),
        "cs": (2, 0, under(BASES["s"], 1)), "csdg": (2, 0, under(BASES["si"], 1)),
        "dcx": (2, 0, dcx), "ccz": (3, 0, under(BASES["z"], 1, 1)),
    }
)  # fmt: skip
# Gates that the product makes of several operations: they are raised to whole powers alone.
SEVERAL = frozenset({"u2", "u3", "cu", "dcx", "rccx"})


def of(version):
    return QELIB1 if version == 2 else STDGATES
