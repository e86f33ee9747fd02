"""Programs come to what they say when they are followed as they stand, on every path they may take.

The programs are random: variables, loops, subroutines and early exits that depend on measurements.
What they are lowered to is followed too, so that both distributions are exact; some of them run on
the simulators.
"""

from collections import Counter, defaultdict

import pytest

from runs.contract import SourceKind
from runs.errors import RunError
from runs.limits import Limits
from runs.qasm import read
from tests.runs.followed import outcomes
from tests.runs.sampled import assert_drawn_from, run_text
from tests.runs.texts_by_chance import random_text

WIDTH = 3
SHOTS = 2000
# The only reason for which a random program may be refused: it asks for the impossible.
IMPOSSIBLE = "names one qubit twice"


def reading(seed):
    """Return a random program and what it is read to, or nothing where it names a qubit twice."""
    text = random_text(seed)
    try:
        return text, read(text, kind=SourceKind.OPENQASM3, limits=Limits())
    except RunError as error:
        if all(IMPOSSIBLE in problem.message for problem in error.problems):
            return text, None
        raise


def output(found):
    """Return the outcomes of the last register alone."""
    kept = defaultdict(float)
    for key, share in found.items():
        kept[key[:WIDTH]] += share
    return kept


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_a_program_and_what_it_is_lowered_to_have_the_same_distribution(first):
    refused = 0
    for seed in range(first, first + 10):
        text, found = reading(seed)
        if found is None:
            refused += 1
            continue
        wanted, lowered = outcomes(text, "out"), output(outcomes(found.openqasm, "b"))
        for key in {*wanted, *lowered}:
            assert lowered.get(key, 0) == pytest.approx(wanted.get(key, 0), abs=1e-9), (seed, key)
    assert refused <= 2


@pytest.mark.parametrize("device", ["braket_sv", "braket_dm"])
def test_the_simulators_run_what_programs_are_lowered_to(provider, device):
    for seed in (3, 12, 20, 31):
        text, found = reading(seed)
        assert found is not None
        assert found.circuit is None
        counts = run_text(provider, text, shots=SHOTS, seed=seed, device=device).counts
        wanted = outcomes(text, "out")
        seen = Counter({key: int(share) for key, share in output(counts).items()})
        assert_drawn_from(seen, [wanted.get(f"{key:03b}", 0) for key in range(2**WIDTH)])
