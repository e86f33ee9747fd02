"""Noise on the density matrix simulator, against density matrices of the suite's own."""

import random

import numpy as np
import pytest

from runs.channels import CHANNELS
from runs.contract import Sampling
from runs.errors import RunError
from runs.qasm.printing import program_text
from tests.runs.circuits_by_hand import cnot, gate, h, random_gate
from tests.runs.mixed import chances, probabilities
from tests.runs.noisy_programs import expectation, random_steps
from tests.runs.sampled import FALSE_ALARM, assert_drawn_from, outcome

DEVICE = "braket_dm"
CIRCUITS = 100
PROGRAMS = 40
# The chance that any of these fails although the simulator is right.
FAMILY_WISE_FALSE_ALARM = 2e-4


def noise(name, *targets, values):
    one = {"probability": values[0]} if len(values) == 1 else {"probabilities": list(values)}
    return {"gate": name, "targets": list(targets), **one}


def noisy_circuit(seed):
    """Return gates of the whole table and channels in between, and some qubits in some order."""
    chance = random.Random(seed)
    qubits = chance.choice([2, 3, 4, 5])
    operations = h(*range(qubits))
    for _ in range(12):
        if chance.random() < 0.5:
            operations.append(random_gate(chance, qubits))
        else:
            channel = chance.choice([*CHANNELS.values()])
            targets = chance.sample(range(qubits), channel.qubits)
            operations.append(noise(channel.name, *targets, values=chances(channel, chance)))
    return operations, chance.sample(range(qubits), chance.randint(1, qubits))


# Every pair of places that a channel of two qubits may act on, near and far, in both orders.
PLACES = [(0, 1), (1, 0), (0, 3), (3, 0), (2, 1)]


def prepared(qubits):
    """Return gates after which no two channels, places or orders look the same."""
    turns = [gate("u", q, angles=[0.7 + q, 0.3 * q, 0.2 + q]) for q in range(qubits)]
    links = [cnot(q, q + 1) for q in range(qubits - 1)]
    return turns + links


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_is_exact_at_every_place(exact, name):
    channel = CHANNELS[name]
    chance = random.Random(name)
    many = [chances(channel, chance) for _ in range(3)]
    ends = [[0.0] * len(channel.probabilities), [channel.most, *[0.0] * (len(many[0]) - 1)]]
    places = PLACES if channel.qubits == 2 else [(0,), (3,)]
    circuits = [
        ([*prepared(4), noise(name, *place, values=values), *undone], measured)
        for values in many + ends
        for place in places
        for undone in (h(0, 1, 2, 3), prepared(4)[::-1])
        for measured in ([0, 1, 2, 3], [3, 1])
    ]
    for found, circuit in zip(exact(DEVICE, circuits), circuits, strict=True):
        assert np.allclose(found, probabilities(*circuit), atol=1e-9), circuit


def test_ten_qubits_are_exact_and_so_is_a_part_of_them(exact):
    chance = random.Random(10)
    operations = [*(gate("ry", q, angles=[0.3 + q]) for q in range(10)), cnot(0, 9), cnot(7, 3)]
    for name in ("generalized_amplitude_damping", "two_qubit_dephasing", "pauli_channel"):
        channel = CHANNELS[name]
        targets = chance.sample(range(10), channel.qubits)
        operations.append(noise(channel.name, *targets, values=chances(channel, chance)))
    operations += h(0, 3, 9)
    part = [7, 0, 9]
    found = exact(DEVICE, [(operations, [*range(10)]), (operations, part)])
    expected = probabilities(operations, range(10))
    assert np.allclose(found[0], expected, atol=1e-9)
    assert np.allclose(found[1], marginal(expected, part), atol=1e-9)


def marginal(whole, part):
    others = tuple(qubit for qubit in range(10) if qubit not in part)
    kept = sorted(part)
    table = whole.reshape([2] * 10).sum(axis=others)
    return table.transpose([kept.index(qubit) for qubit in part]).reshape(-1)


def test_random_noisy_circuits_are_exact_and_drawn_from_that(provider, exact):
    circuits = [noisy_circuit(seed) for seed in range(CIRCUITS)]
    for found, circuit in zip(exact(DEVICE, circuits), circuits, strict=True):
        assert np.allclose(found, probabilities(*circuit), atol=1e-9), circuit
    for seed, (operations, measured) in enumerate(circuits):
        found = outcome(provider, operations, measured, shots=4000, seed=seed, device=DEVICE)
        assert found.sampling is Sampling.MULTINOMIAL
        assert_drawn_from(found.counts, probabilities(operations, measured))


def test_random_programs_with_noise_have_the_right_distribution(provider):
    for seed in range(PROGRAMS):
        steps = random_steps(seed)
        text = program_text(steps, {0: 0, 1: 1, 2: 2})
        found = outcome(
            provider, measured=(0, 1, 2), text=text, shots=2000, seed=seed, device=DEVICE
        )
        assert found.sampling is Sampling.SIMULATOR
        assert_drawn_from(found.counts, expectation(steps))


def test_all_of_them_together_keep_the_stated_false_alarm_rate():
    assert (CIRCUITS + PROGRAMS) * FALSE_ALARM <= FAMILY_WISE_FALSE_ALARM


@pytest.mark.parametrize("operations", [[noise("bit_flip", 0, values=[0.1])], None])
def test_a_simulator_of_pure_states_refuses_noise(provider, operations):
    text = (
        "" if operations else "OPENQASM 3.0;\nqubit[1] q;\n#pragma braket noise bit_flip(0.1) q[0]"
    )
    with pytest.raises(RunError) as caught:
        outcome(provider, operations, [0], text=text)
    assert (caught.value.code, caught.value.message) == (
        "unsupported_operation",
        "This device carries no noise",
    )


def test_probabilities_that_sum_to_one_but_for_rounding_leave_nothing_undone(provider):
    """In these numbers 1 - 0.3 - 0.6 - 0.1 is less than 0, of which Braket takes the root."""
    operations = [noise("pauli_channel", 0, values=[0.3, 0.6, 0.1])]
    found = outcome(provider, operations, [0], shots=20_000, device=DEVICE)
    assert_drawn_from(found.counts, [0.1, 0.9])


def test_one_seed_gives_one_result_with_noise(provider):
    operations = [*h(0, 1), noise("two_qubit_depolarizing", 1, 0, values=[0.3]), *h(0)]
    runs = [
        outcome(provider, operations, [0, 1], seed=seed, device=DEVICE).counts for seed in (5, 5, 6)
    ]
    assert runs[0] == runs[1] != runs[2]
