"""Random programs with measurements, resets and branches in the middle, and what they must give.

The expectation follows every branch exactly; nothing of it is sampled, and nothing is Braket's.
"""

import random
from collections import defaultdict

import numpy as np

from tests.runs.reference import X, matrix_of

QUBITS = 3
DEEPEST = 2


def random_program(seed):
    """Return steps and the lines of OpenQASM 3 that say the same."""
    return _steps(random.Random(seed), length=8, depth=0)


def text_of(lines):
    return "\n".join(["OPENQASM 3.0;", 'bit[3] b = "000";', "qubit[3] q;", *lines])


def measured_bits(steps):
    """Return the bits that are measured anywhere, ascending."""
    found = set()
    for kind, *rest in steps:
        if kind == "measure":
            found.add(rest[1])
        elif kind == "if":
            found.update(measured_bits(rest[2]))
    return sorted(found)


def expectation(steps):
    """Return the probability of every outcome of the measured bits; what is not reached is 0."""
    start = np.zeros([2] * QUBITS, dtype=complex)
    start[(0,) * QUBITS] = 1
    bits = measured_bits(steps)
    outcomes = defaultdict(float)
    for state, values in _followed(steps, [(start, {})]):
        outcomes["".join(str(values.get(bit, 0)) for bit in bits)] += (np.abs(state) ** 2).sum()
    return outcomes


def _followed(steps, branches):
    for step in steps:
        branches = [after for branch in branches for after in _after(step, *branch)]
    return branches


def _after(step, state, values):
    kind, *rest = step
    if kind == "gate":
        return [(_applied(state, matrix_of(rest[0]), _qubits_of(rest[0])), values)]
    if kind == "if":
        bit, value, body = rest
        return (
            _followed(body, [(state, values)]) if values.get(bit, 0) == value else [(state, values)]
        )
    qubit = rest[0]
    collapsed = [(value, _collapsed(state, qubit, value)) for value in (0, 1)]
    possible = [(value, after) for value, after in collapsed if (np.abs(after) ** 2).sum() > 1e-12]
    if kind == "measure":
        return [(after, {**values, rest[1]: value}) for value, after in possible]
    return [(_applied(after, X, [qubit]) if value else after, values) for value, after in possible]


def _applied(state, matrix, qubits):
    width = len(qubits)
    gate = matrix.reshape([2] * 2 * width)
    state = np.tensordot(gate, state, axes=(range(width, 2 * width), qubits))
    return np.moveaxis(state, range(width), qubits)


def _collapsed(state, qubit, value):
    kept = state.copy()
    np.moveaxis(kept, qubit, 0)[1 - value] = 0
    return kept


def _qubits_of(operation):
    return [*operation.get("controls", ()), *operation["targets"]]


def _steps(chance, *, length, depth):
    steps, lines = [], []
    for _ in range(length):
        kinds = ["gate"] * 6 + ["measure"] * 3 + ["reset"] + ["if"] * 3 * (depth < DEEPEST)
        step, line = _STEPS[chance.choice(kinds)](chance, depth)
        steps.append(step)
        lines.append(line)
    return steps, lines


def _gate(chance, _depth):
    name, qubit, other = chance.choice(["h", "x", "s", "cnot", "ry"]), *chance.sample(range(3), 2)
    angle = round(chance.uniform(-3, 3), 3)
    if name == "cnot":
        operation = {"gate": "cnot", "targets": [qubit], "controls": [other]}
        return ("gate", operation), f"cnot q[{other}], q[{qubit}];"
    if name == "ry":
        operation = {"gate": "ry", "targets": [qubit], "controls": [other], "angle": angle}
        return ("gate", operation), f"ctrl @ ry({angle}) q[{other}], q[{qubit}];"
    return ("gate", {"gate": name, "targets": [qubit]}), f"{name} q[{qubit}];"


def _measure(chance, _depth):
    qubit, bit = chance.randrange(3), chance.randrange(3)
    return ("measure", qubit, bit), f"b[{bit}] = measure q[{qubit}];"


def _reset(chance, _depth):
    qubit = chance.randrange(3)
    return ("reset", qubit), f"reset q[{qubit}];"


def _if(chance, depth):
    bit, value = chance.randrange(3), chance.randint(0, 1)
    body, lines = _steps(chance, length=chance.randint(1, 2), depth=depth + 1)
    return ("if", bit, value, body), f"if (b[{bit}] == {value}) {{ {' '.join(lines)} }}"


_STEPS = {"gate": _gate, "measure": _measure, "reset": _reset, "if": _if}
