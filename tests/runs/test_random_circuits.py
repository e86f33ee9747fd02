"""Circuits by chance, in every form in which circuits come, give what an independent reference says.

The product gets the text, or the operations, and runs them as it runs everybody's: checked and
lowered as at submit, simulated in a child of the real zygote. The reference gets the tree that the
text was printed from, and knows neither Braket nor our parser. Counts are compared at a stated rate
of false alarms, exact values as they are. ``RANDOM_CIRCUITS=20`` runs twenty times as many.
"""

import os
import random
from itertools import combinations

import numpy as np
import pytest

from tests.runs.random_programs.forms import FORMS, UNMEASURED
from tests.runs.reference import X, Y, Z, apply
from tests.runs.sampled import chance_of, execute

TIMES = int(os.environ.get("RANDOM_CIRCUITS", "1"))
# The chance, at most, that all of this fails although the simulators are right. Seeds are fixed, so
# that it ends the same way each time; the chance is that of the choice of seeds.
FALSE_ALARM = 1e-6
SHOTS = 100_000
NUMBERS = {
    ("operations", "braket_sv"): 80,
    ("operations", "braket_dm"): 30,
    ("OpenQASM 3", "braket_sv"): 120,
    ("OpenQASM 3", "braket_dm"): 20,
    ("OpenQASM 2", "braket_sv"): 60,
    ("OpenQASM 2", "braket_dm"): 15,
    ("OpenQASM 3, feed-forward", "braket_sv"): 80,
    ("OpenQASM 3, feed-forward", "braket_dm"): 15,
    ("OpenQASM 2, feed-forward", "braket_sv"): 30,
    ("OpenQASM 2, feed-forward", "braket_dm"): 10,
}
CIRCUITS = TIMES * sum(NUMBERS.values())
EXACT = TIMES * 25
CLOSE = 1e-9
PAULIS = {"x": X, "y": Y, "z": Z}


@pytest.mark.parametrize(("form", "device"), NUMBERS)
def test_random_circuits_have_the_right_distribution(provider, form, device):
    wrong = {}
    for seed in range(TIMES * NUMBERS[form, device]):
        case = FORMS[form](seed)
        request = case.request(device=device, shots=SHOTS, seed=seed)
        chance = likeliest(execute(provider, request).counts, case.expected)
        if chance <= FALSE_ALARM / CIRCUITS:
            wrong[seed] = (chance, case.sent, case.expected)
    assert not wrong


def likeliest(counts, expected):
    """Return the chance of ``counts``, which may lack bits that are 0 whatever happens.

    The reference names every bit that is measured anywhere in the text; the product leaves out one
    that only code which no path reaches would measure.
    """
    width, whole = len(next(iter(counts))), len(next(iter(expected)))
    idle = [bit for bit in range(whole) if all(outcome[bit] == "0" for outcome in expected)]
    return max(
        (
            chance_of(counts, without(left_out, expected))
            for left_out in combinations(idle, max(whole - width, 0))
        ),
        default=0.0,
    )


def without(bits, expected):
    return {
        "".join(one for bit, one in enumerate(outcome) if bit not in bits): share
        for outcome, share in expected.items()
    }


@pytest.mark.parametrize("device", ["braket_sv", "braket_dm"])
@pytest.mark.parametrize("form", UNMEASURED)
def test_random_circuits_have_the_right_values(provider, form, device):
    for seed in range(EXACT):
        case = UNMEASURED[form](seed)
        asked = words(random.Random(seed), case.qubits)
        if device == "braket_sv":
            asked.append({"type": "state_vector"})
        request = case.request(device=device, shots=0, seed=None, result_types=asked)

        found = execute(provider, request).values

        state = np.array([*case.amplitudes.values()]).reshape([2] * len(case.qubits))
        assert len(found) == len(asked)
        for value in found:
            if value["type"] == "state_vector":
                same = overlap(case.amplitudes, value["amplitudes"])
                assert same == pytest.approx(1, abs=CLOSE), case
            else:
                expected = mean(state, case.qubits, value)
                assert value["value"] == pytest.approx(expected, abs=CLOSE), case


def words(chance, qubits):
    """Return result types that ask for random words of Pauli matrices, one of all qubits."""
    found = []
    for size in range(1, len(qubits) + 1):
        targets = chance.sample(qubits, size)
        letters = [chance.choice("xyz") for _ in targets]
        found.append({"type": "expectation", "observable": letters, "targets": targets})
    return found


def mean(state, qubits, value):
    turned = state
    for letter, target in zip(value["observable"], value["targets"], strict=True):
        turned = apply(PAULIS[letter], turned, [qubits.index(target)])
    return np.vdot(state, turned).real


def overlap(expected, found):
    """Return how much of one state is in the other; a phase of everything does not count."""
    return abs(sum(expected[key].conjugate() * complex(*parts) for key, parts in found.items()))


def test_hundreds_of_circuits_are_tried():
    assert CIRCUITS >= 300
