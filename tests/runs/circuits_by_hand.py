"""Circuits in canonical operations, small enough to check by hand, of many kinds."""

import math
import random

from runs.gates import GATES


def gate(name, *targets, controls=(), angles=(), **more):
    members = {"gate": name, "targets": list(targets)}
    if controls:
        members["controls"] = list(controls)
    if angles:
        members["angles"] = list(angles)
    return members | more


def h(*qubits):
    return [gate("h", qubit) for qubit in qubits]


def cnot(control, target):
    return gate("cnot", target, controls=[control])


def ghz(qubits):
    return [*h(0), *(cnot(q, q + 1) for q in range(qubits - 1))]


def qft(qubits):
    steps = []
    for q in range(qubits):
        steps += h(q)
        steps += [
            gate("cphaseshift", q, controls=[other], angles=[math.pi / 2 ** (other - q)])
            for other in range(q + 1, qubits)
        ]
    return steps


def grover_of_two():
    cz = gate("cz", 1, controls=[0])
    flips = [gate("x", 0), gate("x", 1)]
    return [*h(0, 1), cz, *h(0, 1), *flips, cz, *flips, *h(0, 1)]


def bernstein_vazirani(secret):
    target = len(secret)
    oracle = [cnot(q, target) for q, bit in enumerate(secret) if bit == "1"]
    return [gate("x", target), *h(*range(target + 1)), *oracle, *h(*range(target))]


def w_state():
    turn = 2 * math.acos(1 / math.sqrt(3))
    return [
        gate("ry", 0, angles=[turn]),
        gate("h", 1, controls=[0]),
        cnot(1, 2),
        cnot(0, 1),
        gate("x", 0),
    ]


def random_circuit(qubits, length, seed):
    """Return gates of the whole table, under controls open and closed and to real powers."""
    chance = random.Random(seed)
    return h(*range(qubits)) + [random_gate(chance, qubits) for _ in range(length)]


def random_gate(chance, qubits):
    kind = chance.choice([k for k in GATES.values() if k.qubits <= qubits])
    extra = 0
    if not kind.controls:
        lacking = 1 if kind.qubits == 0 else 0
        extra = min(qubits - kind.qubits, chance.choice([lacking, lacking, 1, 2, 3]))
    chosen = chance.sample(range(qubits), kind.qubits + extra)
    more = {}
    if not kind.controls:
        more["controlState"] = [chance.randint(0, 1) for _ in range(extra)]
        more["power"] = chance.choice([1.0, 1.0, 1.0, -1.0, 2.0, 0.37])
    return gate(
        kind.name,
        *chosen[kind.controls + extra :],
        controls=chosen[: kind.controls + extra],
        angles=[chance.uniform(-3, 3) for _ in kind.angles],
        **more,
    )


# name: (operations, measured qubits)
BY_HAND = {
    "bell": (ghz(2), [0, 1]),
    "ghz of five": (ghz(5), [0, 1, 2, 3, 4]),
    "ghz of twelve": (ghz(12), list(range(12))),
    "one flip": ([gate("x", 0), gate("i", 1)], [0, 1]),
    "nothing at all": ([], [3]),
    "a coin": (h(0), [0]),
    "a biased coin": ([gate("ry", 0, angles=[2 * math.asin(math.sqrt(0.1))])], [0]),
    "w state": (w_state(), [0, 1, 2]),
    "grover of two": (grover_of_two(), [0, 1]),
    "bernstein-vazirani": (bernstein_vazirani("1011"), [0, 1, 2, 3]),
    "qft of a basis state": ([gate("x", 1), *qft(3)], [0, 1, 2]),
    "qft twice": ([gate("x", 2), *qft(3), *qft(3)], [0, 1, 2]),
    "half of a bell": (ghz(2), [1]),
    "measured backwards": ([gate("x", 0), *h(1)], [1, 0]),
    "far apart": ([*h(0), cnot(0, 63)], [0, 63]),
    "measured without a gate": (h(5), [2, 5]),
    "toffoli": ([*h(0, 1), gate("ccnot", 2, controls=[0, 1])], [0, 1, 2]),
    "fredkin": ([*h(0), gate("x", 1), gate("cswap", 1, 2, controls=[0])], [0, 1, 2]),
    "open control": ([*h(0), gate("x", 1, controls=[0], controlState=[0])], [0, 1]),
    "phase under a control": (
        [*h(0), gate("gphase", controls=[0], angles=[math.pi / 3]), *h(0)],
        [0],
    ),
    "root of not, twice": ([gate("x", 0, power=0.5), gate("x", 0, power=0.5)], [0]),
    "root of swap": ([gate("x", 0), gate("swap", 0, 1, power=0.5)], [0, 1]),
    "undone": ([*h(0), gate("t", 0), gate("t", 0, power=-1.0), *h(0)], [0]),
    "iswap": ([gate("x", 0), *h(1), gate("iswap", 0, 1), *h(0)], [0, 1]),
    "ion trap": ([gate("gpi2", 0, angles=[0.3]), gate("ms", 0, 1, angles=[0, 0, 1.0])], [0, 1]),
}
