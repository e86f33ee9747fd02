"""Result types in the runner: exact values, estimates, and what Amazon Braket says of the same."""

import math
import random

import numpy as np
import pytest
from braket.devices import LocalSimulator
from braket.ir.openqasm import Program

from runs import programs
from runs.contract import RunRequest, Sampling
from runs.limits import Limits
from tests.runs.circuits_by_hand import gate, ghz, h, random_circuit
from tests.runs.observed import mean, shares, state_after
from tests.runs.reference import probabilities
from tests.runs.sampled import assert_drawn_from

DEVICES = ["braket_sv", "braket_dm"]
CLOSE = 1e-9


@pytest.fixture
def ask(provider):
    """Return a function from operations and result types to the outcome of their run."""

    def run(operations, result_types, *, shots=0, device="braket_sv", seed=1):
        request = RunRequest(
            mode="simulator", provider_id="local", device_id=device, shots=shots,
            source_kind="circuitOperations", circuit_operations=operations,
            result_types=result_types,
        )  # fmt: skip
        program = programs.check(request, Limits())
        job = programs.job(program, shots=shots, seed=seed, device_id=device, limits=Limits())
        return provider.run(job, checkpoint=lambda: None)

    return run


def accepted(operations):
    """Leave out phases whose controls are all open, which circuits may not have."""
    return [one for one in operations if one["gate"] != "gphase" or any(one["controlState"])]


def word(letters, *targets, kind="expectation"):
    return {"type": kind, "observable": list(letters), "targets": list(targets)}


def probability(*targets):
    return {"type": "probability", "targets": list(targets)}


def random_word(chance, qubits):
    targets = chance.sample(range(qubits), chance.randint(1, qubits))
    kind = chance.choice(["expectation", "variance"])
    return word([chance.choice("xyzi") for _ in targets], *targets, kind=kind)


def listed(amplitudes):
    return {key: complex(*parts) for key, parts in amplitudes.items()}


def dense(amplitudes, qubits):
    state = np.zeros(2**qubits, dtype=complex)
    for key, value in listed(amplitudes).items():
        state[int(key, 2)] = value
    return state


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("seed", range(12))
def test_exact_values_are_those_of_the_definitions(ask, device, seed):
    chance = random.Random(seed)
    qubits = chance.randint(1, 5)
    operations = accepted(random_circuit(qubits, 12, seed))
    words = [random_word(chance, qubits) for _ in range(8)]
    subset = chance.sample(range(qubits), chance.randint(1, qubits))

    found = ask(operations, [*words, probability(*subset)], device=device)

    assert (found.counts, found.sampling) == (None, Sampling.EXACT)
    for value in found.values[:-1]:
        expected = mean(operations, value["observable"], value["targets"])
        if value["type"] == "variance":
            expected = 1 - expected**2
        assert value["value"] == pytest.approx(expected, abs=CLOSE)
    exact = {key: share for key, share in shares(operations, subset).items() if share > CLOSE}
    assert found.values[-1]["probabilities"] == pytest.approx(exact, abs=CLOSE)


@pytest.mark.parametrize("seed", range(12))
def test_amplitudes_are_those_of_the_definitions_with_their_phase(ask, seed):
    chance = random.Random(seed)
    qubits = chance.randint(1, 5)
    operations = accepted(random_circuit(qubits, 12, seed))
    operations.append(gate("gphase", angles=[chance.uniform(-3, 3)], power=2.0))
    states = [format(chance.randrange(2**qubits), f"0{qubits}b")]
    asked = [{"type": "state_vector"}, {"type": "amplitude", "states": states}]

    whole, some = ask(operations, asked).values

    expected = state_after(operations)
    assert np.allclose(dense(whole["amplitudes"], qubits), expected, atol=CLOSE)
    assert listed(some["amplitudes"])[states[0]] == pytest.approx(
        expected[int(states[0], 2)], abs=CLOSE
    )


def pragma(asked):
    """Return the pragma of Amazon Braket that asks the same."""
    targets = [f"q[{target}]" for target in asked.get("targets", ())]
    arguments = [f'"{state}"' for state in asked.get("states", ())] or targets
    text = ", ".join(arguments)
    if "observable" in asked:
        factors = zip(asked["observable"], targets, strict=True)
        text = " @ ".join(f"{letter}({qubit})" for letter, qubit in factors)
    return f"#pragma braket result {asked['type']} {text}".rstrip()


def unmeasured(operations):
    """Return the circuit in OpenQASM, without the measurement of its qubits."""
    request = RunRequest("simulator", "local", "braket_sv", 1, "circuitOperations", operations)
    lines = programs.check(request, Limits()).openqasm.splitlines()
    return [line for line in lines if "measure" not in line and not line.startswith("bit")]


PLAIN = [
    *ghz(3),
    gate("ry", 1, angles=[0.4]),
    gate("u", 2, angles=[0.3, 1.1, -0.7]),
    gate("cphaseshift", 0, controls=[2], angles=[0.9]),
    gate("iswap", 0, 1),
    gate("gpi2", 0, angles=[0.6]),
    gate("yy", 1, 2, angles=[0.35]),
]
ASKED = [
    word("z", 0),
    word("xyi", 2, 0, 1),
    word("yy", 1, 2),
    word("y", 1, kind="variance"),
    probability(2, 0),
    {"type": "state_vector"},
    {"type": "amplitude", "states": ["000", "101"]},
]


@pytest.mark.filterwarnings("ignore:You are running a noise-free circuit:UserWarning")
@pytest.mark.parametrize("device", DEVICES)
def test_amazon_braket_finds_the_same(ask, device):
    asked = ASKED if device == "braket_sv" else ASKED[:-2]
    source = "\n".join([*unmeasured(PLAIN), *map(pragma, asked), ""])
    theirs = LocalSimulator(device).run(Program(source=source), shots=0).result()

    ours = ask(PLAIN, asked, device=device).values

    for value, their in zip(ours, theirs.values, strict=True):
        other = [*their.values()] if value["type"] == "amplitude" else their
        if value["type"] == "probability":
            mine = [value["probabilities"].get(format(i, "02b"), 0) for i in range(4)]
        elif value["type"] == "state_vector":
            mine = dense(value["amplitudes"], 3)
        elif value["type"] == "amplitude":
            mine = [*listed(value["amplitudes"]).values()]
        else:
            mine = value["value"]
        assert np.allclose(mine, other, atol=CLOSE, rtol=0), value


@pytest.mark.parametrize("device", DEVICES)
def test_counts_are_those_of_the_turned_bases(ask, device):
    operations = [*ghz(3), gate("ry", 1, angles=[0.4]), gate("rx", 2, angles=[1.0])]
    asked = [word("xy", 0, 2), word("y", 2, kind="variance"), word("xi", 0, 1), probability(1)]

    found = ask(operations, asked, shots=20_000, device=device)

    turned = [*operations, gate("h", 0), gate("si", 2), gate("h", 2)]
    assert found.sampling is Sampling.MULTINOMIAL
    assert_drawn_from(found.counts, probabilities(turned, [0, 1, 2]))
    pair, spread, single, one = found.values
    assert abs(pair["value"] - mean(operations, "xy", [0, 2])) < 5 * pair["standardError"]
    assert abs(single["value"] - mean(operations, "x", [0])) < 5 * single["standardError"]
    assert spread["value"] == pytest.approx(1 - mean(operations, "y", [2]) ** 2, abs=0.05)
    exact = shares(operations, [1])
    assert one["probabilities"] == pytest.approx(exact, abs=5 * math.sqrt(0.25 / 20_000))


def test_estimates_are_what_the_counts_say(ask):
    found = ask(
        [*ghz(2), gate("ry", 1, angles=[0.5])], [word("zz", 1, 0), probability(1, 0)], shots=100
    )
    counts = {key: found.counts.get(key, 0) for key in ("00", "01", "10", "11")}
    even = counts["00"] + counts["11"]
    product, both = found.values
    assert product["value"] == (2 * even - 100) / 100
    assert product["standardError"] == math.sqrt((1 - product["value"] ** 2) / 100)
    assert both["probabilities"] == {
        key: counts[key[::-1]] / 100 for key in counts if counts[key[::-1]]
    }


def test_result_types_do_not_change_the_counts_of_the_measured_basis(ask):
    plain = ask(ghz(3), [], shots=1_000, seed=9).counts
    assert ask(ghz(3), [word("zz", 0, 1), probability(2)], shots=1_000, seed=9).counts == plain


def test_noise_shrinks_what_is_expected(ask):
    noisy = [gate("x", 0), {"gate": "bit_flip", "targets": [0], "probability": 0.1}, *h(1)]
    noisy.append({"gate": "phase_flip", "targets": [1], "probability": 0.25})
    asked = [
        word("z", 0),
        word("x", 1),
        word("zx", 0, 1),
        word("z", 0, kind="variance"),
        probability(0),
    ]

    values = ask(noisy, asked, device="braket_dm").values

    assert [value["value"] for value in values[:-1]] == [-0.8, 0.5, -0.4, 0.36]
    assert values[-1]["probabilities"] == {"0": 0.1, "1": 0.9}


def test_qubits_far_apart_keep_their_names_and_order(ask):
    operations = [gate("x", 63), *h(5)]
    asked = [word("zx", 63, 5), probability(63, 5), {"type": "amplitude", "states": ["01", "10"]}]

    found = ask(operations, asked)

    assert found.measured_qubits == (5, 63)
    assert found.values[0]["value"] == -1
    assert found.values[1]["probabilities"] == {"10": 0.5, "11": 0.5}
    assert listed(found.values[2]["amplitudes"]) == {
        "01": pytest.approx(math.sqrt(0.5), abs=CLOSE), "10": 0,
    }  # fmt: skip


def test_a_probability_without_targets_is_that_of_all_qubits(ask):
    (value,) = ask([*ghz(2), gate("i", 7)], [{"type": "probability"}]).values
    assert value == {
        "type": "probability", "targets": [0, 1, 7], "probabilities": {"000": 0.5, "110": 0.5},
    }  # fmt: skip


def test_the_largest_register_has_expectations_and_single_amplitudes(ask):
    states = ["0" * 20, "1" * 20, "01" * 10]
    words = [word("x" * 20, *range(20)), word("zz", 0, 19), probability(*range(0, 20, 2))]
    found = ask(ghz(20), [*words, {"type": "amplitude", "states": states}]).values
    assert [value["value"] for value in found[:2]] == [1, 1]
    assert found[2]["probabilities"] == {"0" * 10: 0.5, "1" * 10: 0.5}
    half = round(math.sqrt(0.5), 12)
    assert found[3]["amplitudes"] == dict(zip(states, [[half, 0], [half, 0], [0, 0]], strict=True))


def test_a_listing_of_twelve_qubits_is_whole(ask):
    (value,) = ask(h(*range(12)), [{"type": "state_vector"}]).values
    assert len(value["amplitudes"]) == 4096
    assert [*value["amplitudes"]] == sorted(value["amplitudes"])
    assert {tuple(parts) for parts in value["amplitudes"].values()} == {(1 / 64, 0.0)}
