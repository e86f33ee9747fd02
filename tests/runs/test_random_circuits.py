"""Circuits by chance, in every form in which circuits come, give what an independent reference says.

The product gets the text, or the operations, and runs them as it runs everybody's: checked and
lowered as at submit, simulated in a child of the real zygote. The reference gets the tree that the
text was printed from, and knows neither Braket nor our parser. ``RANDOM_CIRCUITS=20`` runs twenty
times as many.
"""

import os

import pytest

from tests.runs.random_programs.forms import FORMS
from tests.runs.sampled import chance_of, execute

TIMES = int(os.environ.get("RANDOM_CIRCUITS", "1"))
# The chance, at most, that all of this fails although the simulators are right. Seeds are fixed, so
# that it ends the same way each time; the chance is that of the choice of seeds.
FALSE_ALARM = 1e-6
# Simulators sample programs that branch shot by shot, so those get fewer shots.
SHOTS = {form: 4_000 if "feed-forward" in form else 100_000 for form in FORMS}
NUMBERS = {
    ("operations", "braket_sv"): 80,
    ("operations", "braket_dm"): 40,
    ("OpenQASM 3", "braket_sv"): 120,
    ("OpenQASM 3", "braket_dm"): 30,
    ("OpenQASM 2", "braket_sv"): 60,
    ("OpenQASM 2", "braket_dm"): 20,
    ("OpenQASM 3, feed-forward", "braket_sv"): 60,
    ("OpenQASM 3, feed-forward", "braket_dm"): 30,
    ("OpenQASM 2, feed-forward", "braket_sv"): 30,
    ("OpenQASM 2, feed-forward", "braket_dm"): 10,
}
CIRCUITS = TIMES * sum(NUMBERS.values())


@pytest.mark.parametrize(("form", "device"), NUMBERS)
def test_random_circuits_have_the_right_distribution(provider, form, device):
    wrong = {}
    for seed in range(TIMES * NUMBERS[form, device]):
        case = FORMS[form](seed)
        request = case.request(device=device, shots=SHOTS[form], seed=seed)
        chance = chance_of(execute(provider, request).counts, case.expected)
        if chance <= FALSE_ALARM / CIRCUITS:
            wrong[seed] = (chance, case.sent, case.expected)
    assert not wrong


def test_hundreds_of_circuits_are_tried():
    assert CIRCUITS >= 300
