"""Random programs with noise among measurements, resets and branches, and what they must give.

The expectation follows every branch exactly, as a density matrix of the suite's own.
"""

import random
from collections import defaultdict

from runs.channels import CHANNELS
from runs.circuits import Operation
from runs.qasm.steps import BranchStep, GateStep, MeasureStep, ResetStep
from tests.runs.mixed import ONE, ZERO, chances, evolved, ground, operators_of, populations
from tests.runs.reference import I2, X

QUBITS = 3


def random_steps(seed):
    """Return steps in which every bit is measured once, and noise stands outside the branches."""
    chance = random.Random(seed)
    free, held = list(range(QUBITS)), []
    steps = [GateStep(Operation.of("h", (qubit,))) for qubit in range(QUBITS)]
    for _ in range(14):
        kind = chance.choice(["gate", "gate", "noise", "noise", "noise", "measure", "reset", "if"])
        if kind == "gate":
            steps.append(GateStep(_gate(chance)))
        elif kind == "noise":
            steps.append(GateStep(_noise(chance)))
        elif kind == "reset":
            steps.append(ResetStep(chance.randrange(QUBITS)))
        elif kind == "measure" and free:
            held.append(free.pop(chance.randrange(len(free))))
            steps.append(MeasureStep(chance.randrange(QUBITS), held[-1]))
        elif kind == "if" and held:
            case = ((chance.choice(held), chance.randint(0, 1)),)
            steps.append(BranchStep((case,), (GateStep(_gate(chance)),), ()))
    return steps + [MeasureStep(bit, bit) for bit in free]


def expectation(steps):
    """Return the probability of every outcome, bit 0 leftmost."""
    branches = [(ground(QUBITS), {})]
    for step in steps:
        branches = [after for branch in branches for after in _after(step, *branch)]
    outcomes = defaultdict(float)
    for state, values in branches:
        outcomes["".join(str(values[bit]) for bit in range(QUBITS))] += populations(state).sum()
    return [outcomes[format(place, f"0{QUBITS}b")] for place in range(2**QUBITS)]


def _after(step, state, values):
    if isinstance(step, GateStep):
        operators = operators_of(step.operation.as_json())
        return [(evolved(state, operators, step.operation.qubits), values)]
    if isinstance(step, BranchStep):
        (((bit, value),),) = step.cases
        return _after(step.then[0], state, values) if values[bit] == value else [(state, values)]
    if isinstance(step, MeasureStep):
        return [
            (evolved(state, [ket @ ket.T], [step.qubit]), {**values, step.bit: value})
            for value, ket in enumerate((ZERO, ONE))
        ]
    zero, one = (ket @ ket.T for ket in (ZERO, ONE))
    return [(evolved(state, [I2 @ zero, X @ one], [step.qubit]), values)]


def _gate(chance):
    name, qubit, other = chance.choice(["h", "x", "s", "cnot", "ry"]), *chance.sample(range(3), 2)
    if name == "cnot":
        return Operation.of("cnot", (qubit, other))
    angles = [chance.uniform(-3, 3)] if name == "ry" else []
    return Operation.of(name, (qubit,), angles=angles)


def _noise(chance):
    channel = chance.choice([*CHANNELS.values()])
    targets = chance.sample(range(QUBITS), channel.qubits)
    return Operation.of(channel.name, targets, probabilities=chances(channel, chance))
