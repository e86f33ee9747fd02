"""The gates of the standard includes are what their published definitions make of U and gphase.

Definitions are written down here after the OpenQASM 3 specification (stdgates.inc) and after
qelib1.inc; both are compared under a further control, where phases show.
"""

import pytest

from runs.contract import SourceKind
from runs.limits import Limits
from runs.qasm import read
from tests.runs.unitaries import same, unitary

U3 = "gphase(-(p + l) / 2); U(t, p, l) a;"
DEFINITIONS = {
    "p(l) a": "ctrl @ gphase(l) a;",
    "phase(l) a": "U(0, 0, l) a;",
    "x a": "U(pi, 0, pi) a;",
    "y a": "U(pi, pi / 2, pi / 2) a;",
    "z a": "U(0, 0, pi) a;",
    "h a": "U(pi / 2, 0, pi) a;",
    "s a": "U(0, 0, pi / 2) a;",
    "sdg a": "U(0, 0, -pi / 2) a;",
    "t a": "U(0, 0, pi / 4) a;",
    "tdg a": "U(0, 0, -pi / 4) a;",
    "sx a": "gphase(pi / 4); U(pi / 2, -pi / 2, pi / 2) a;",
    "sxdg a": "gphase(-pi / 4); U(-pi / 2, -pi / 2, pi / 2) a;",
    "rx(t) a": "U(t, -pi / 2, pi / 2) a;",
    "ry(t) a": "U(t, 0, 0) a;",
    "rz(l) a": "gphase(-l / 2); U(0, 0, l) a;",
    "id a": "U(0, 0, 0) a;",
    "u0(t) a": "U(0, 0, 0) a;",
    "u1(l) a": "U(0, 0, l) a;",
    "u2(p, l) a": "gphase(-(p + l) / 2); U(pi / 2, p, l) a;",
    "u3(t, p, l) a": U3,
    "u(t, p, l) a": "U(t, p, l) a;",
    "r(t, p) a": "U(t, p - pi / 2, pi / 2 - p) a;",
    "CX a, b": "ctrl @ U(pi, 0, pi) a, b;",
    "cx a, b": "ctrl @ U(pi, 0, pi) a, b;",
    "cy a, b": "ctrl @ U(pi, pi / 2, pi / 2) a, b;",
    "cz a, b": "ctrl @ U(0, 0, pi) a, b;",
    "ch a, b": "ctrl @ U(pi / 2, 0, pi) a, b;",
    "cs a, b": "ctrl @ U(0, 0, pi / 2) a, b;",
    "csdg a, b": "ctrl @ U(0, 0, -pi / 2) a, b;",
    "csx a, b": "ctrl @ gphase(pi / 4) a; ctrl @ U(pi / 2, -pi / 2, pi / 2) a, b;",
    "cp(l) a, b": "ctrl @ U(0, 0, l) a, b;",
    "cphase(l) a, b": "ctrl @ U(0, 0, l) a, b;",
    "cu1(l) a, b": "U(0, 0, l / 2) a; CX a, b; U(0, 0, -l / 2) b; CX a, b; U(0, 0, l / 2) b;",
    "crx(t) a, b": "ctrl @ U(t, -pi / 2, pi / 2) a, b;",
    "cry(t) a, b": "ctrl @ U(t, 0, 0) a, b;",
    "crz(l) a, b": "U(0, 0, l / 2) b; CX a, b; U(0, 0, -l / 2) b; CX a, b;",
    "cu(t, p, l, g) a, b": "U(0, 0, g) a; ctrl @ U(t, p, l) a, b;",
    "cu3(t, p, l) a, b": (
        "gphase(0); U(0, 0, (l + p) / 2) a; U(0, 0, (l - p) / 2) b; CX a, b; "
        "U(-t / 2, 0, -(p + l) / 2) b; CX a, b; U(t / 2, p, 0) b;"
    ),
    "swap a, b": "CX a, b; CX b, a; CX a, b;",
    "dcx a, b": "CX a, b; CX b, a;",
    "rzz(t) a, b": "gphase(-t / 2); CX a, b; U(0, 0, t) b; CX a, b;",
    "rxx(t) a, b": "h a; h b; CX a, b; rz(t) b; CX a, b; h b; h a;",
    "ryy(t) a, b": "rx(pi/2) a; rx(pi/2) b; CX a, b; rz(t) b; CX a, b; rx(-pi/2) a; rx(-pi/2) b;",
    "ccx a, b, c": "ctrl(2) @ U(pi, 0, pi) a, b, c;",
    "ccz a, b, c": "h c; ccx a, b, c; h c;",
    "cswap a, b, c": "cx c, b; ccx a, b, c; cx c, b;",
    "rccx a, b, c": (
        "u2(0, pi) c; u1(pi/4) c; cx b, c; u1(-pi/4) c; cx a, c; u1(pi/4) c; cx b, c; "
        "u1(-pi/4) c; u2(0, pi) c; gphase(pi);"
    ),
    "c3x a, b, c, d": "ctrl(3) @ U(pi, 0, pi) a, b, c, d;",
    "c3sqrtx a, b, c, d": "ctrl(3) @ sx a, b, c, d;",
    "c3sx a, b, c, d": "ctrl(3) @ sx a, b, c, d;",
    "rc3x a, b, c, d": (
        "h d; u1(pi/4) d; cx c, d; u1(-pi/4) d; h d; cx a, d; u1(pi/4) d; cx b, d; u1(-pi/4) d; "
        "cx a, d; u1(pi/4) d; cx b, d; u1(-pi/4) d; h d; u1(pi/4) d; cx c, d; u1(-pi/4) d; h d;"
    ),
    "c4x a, b, c, d, e": "ctrl(4) @ U(pi, 0, pi) a, b, c, d, e;",
}  # fmt: skip
VALUES = {"t": "0.7", "p": "0.4", "l": "-1.1", "g": "0.9"}


def controlled(source, call, qubits):
    text = f"OPENQASM 3;\n{source}\nqubit[{qubits + 1}] q;\nctrl @ {call} q[0]"
    text += "".join(f", q[{place}]" for place in range(1, qubits + 1)) + ";"
    circuit = read(text, kind=SourceKind.OPENQASM3, limits=Limits()).circuit
    return unitary(circuit.operations, qubits + 1)


@pytest.mark.parametrize("signature", DEFINITIONS)
def test_a_standard_gate_is_its_definition(signature):
    head, _, names = signature.partition(" ") if "(" not in signature else (
        signature[: signature.index(")") + 1], "", signature[signature.index(")") + 1 :]
    )  # fmt: skip
    qubits = len(names.split(","))
    name, _, letters = head.removesuffix(")").partition("(")
    values = ", ".join(VALUES[letter.strip()] for letter in letters.split(",") if letter)
    call = f"({values})" if values else ""
    body = f"gate own{head.removeprefix(name)} {names} {{ {DEFINITIONS[signature]} }}"

    standard = controlled("", f"{name}{call}", qubits)
    own = controlled(body, f"own{call}", qubits)

    assert same(standard, own)
