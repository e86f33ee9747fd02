"""The circuits that are measured, as operations of the API."""

import math
import random
from functools import cache

_LAYERS = 20


def _gate(name, *targets, **members):
    return {"gate": name, "targets": list(targets), **members}


def _ghz(qubits):
    chain = [_gate("cnot", q + 1, controls=[q]) for q in range(qubits - 1)]
    return [_gate("h", 0), *chain]


def _qft(qubits):
    """The Fourier transform of a basis state that is not 0, without the exchange at its end."""
    steps = [_gate("x", 0), _gate("x", qubits // 2)]
    for q in range(qubits):
        steps.append(_gate("h", q))
        steps += [
            _gate("cphaseshift", q, controls=[other], angle=math.pi / 2 ** (other - q))
            for other in range(q + 1, qubits)
        ]
    return steps


def _layers(qubits):
    """Layers of turns about a random axis on every qubit, then CNOTs of neighbours."""
    chance = random.Random(20)
    steps = []
    for layer in range(_LAYERS):
        steps += [
            _gate(chance.choice(["rx", "ry", "rz"]), q, angle=chance.uniform(-3, 3))
            for q in range(qubits)
        ]
        steps += [_gate("cnot", q + 1, controls=[q]) for q in range(layer % 2, qubits - 1, 2)]
    return steps


@cache
def operations(name):
    """Return the circuit ``bell``, ``ghz-N``, ``qft-N`` or ``random-N``."""
    kind, _, qubits = name.partition("-")
    make = {"bell": _ghz, "ghz": _ghz, "qft": _qft, "random": _layers}[kind]
    return make(int(qubits or 2))
