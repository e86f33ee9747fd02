"""What the simulators answer: the right distribution, the same counts for the same seed."""

import numpy as np
import pytest

from runs.contract import Sampling
from runs.errors import RunError
from tests.runs.circuits_by_hand import BY_HAND, gate, ghz, h, random_circuit
from tests.runs.reference import probabilities
from tests.runs.sampled import assert_drawn_from, outcome

TOO_LARGE_FOR_MATRICES = "ghz of twelve"


@pytest.mark.parametrize("device", ["braket_sv", "braket_dm"])
@pytest.mark.parametrize("name", [name for name in BY_HAND if name != TOO_LARGE_FOR_MATRICES])
def test_both_simulators_have_the_right_distribution(provider, name, device):
    operations, measured = BY_HAND[name]
    found = outcome(provider, operations, measured, shots=20_000, device=device)
    assert found.measured_qubits == tuple(measured)
    assert found.sampling is Sampling.MULTINOMIAL
    assert sum(found.counts.values()) == 20_000
    assert 0 not in found.counts.values()
    assert_drawn_from(found.counts, probabilities(operations, measured))


def test_a_circuit_too_large_for_density_matrices_has_the_right_distribution(provider):
    operations, measured = BY_HAND[TOO_LARGE_FOR_MATRICES]
    found = outcome(provider, operations, measured, shots=20_000)
    assert_drawn_from(found.counts, probabilities(operations, measured))
    with pytest.raises(RunError) as caught:
        outcome(provider, operations, measured, device="braket_dm")
    assert caught.value.code == "runner_limit_exceeded"


@pytest.mark.parametrize(
    ("device", "qubits"), [("braket_sv", 3), ("braket_sv", 11), ("braket_dm", 2), ("braket_dm", 6)]
)
def test_every_gate_under_controls_and_powers_is_exact(exact, device, qubits):
    circuits = [(random_circuit(qubits, 8, seed), list(range(qubits))) for seed in range(60)]
    for found, circuit in zip(exact(device, circuits), circuits, strict=True):
        assert np.allclose(found, probabilities(*circuit), atol=1e-9), circuit


def test_six_controls_on_twenty_qubits(provider):
    operations = [gate("x", q) for q in range(6)] + [gate("x", 19, controls=range(6))]
    operations += [gate("i", q) for q in range(6, 19)]
    found = outcome(provider, operations, range(20))
    assert found.counts == {"1" * 6 + "0" * 13 + "1": 1000}


def test_one_seed_gives_one_result_in_every_process(provider, exact):
    first, again, other = (
        outcome(provider, ghz(3), range(3), seed=seed).counts for seed in (2**62 + 7, 2**62 + 7, 8)
    )
    assert first == again
    assert first != other


def test_the_way_from_seed_to_counts_never_changes(provider):
    """Old evidence is reproduced by it; it may only change together with the name of the sampling."""
    assert outcome(provider, ghz(2), (0, 1), seed=7).counts == {"00": 500, "11": 500}
    found = outcome(provider, h(0, 1, 2), (0, 1, 2), seed=2026, shots=100)
    assert found.counts == {
        "000": 9, "001": 14, "010": 12, "011": 12, "100": 12, "101": 16, "110": 16, "111": 9,
    }  # fmt: skip


def test_an_outcome_says_by_which_versions(provider):
    versions = outcome(provider, ghz(2), (0, 1)).versions
    assert set(versions) == {"amazon-braket-sdk", "amazon-braket-default-simulator", "numpy"}
    assert all(version[0].isdigit() for version in versions.values())


def test_a_circuit_beyond_the_device_is_refused(provider):
    with pytest.raises(RunError) as caught:
        outcome(provider, h(*range(21)), range(21))
    assert caught.value.code == "runner_limit_exceeded"
    assert "21 qubits" in caught.value.message


def test_the_largest_circuit_fits(provider):
    found = outcome(provider, ghz(20), range(20), shots=100_000)
    assert set(found.counts) == {"0" * 20, "1" * 20}
    assert_drawn_from({k[0]: v for k, v in found.counts.items()}, [0.5, 0.5])
