"""What the simulators answer: the right distribution, the same counts for the same seed."""

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chi2

from runs.contract import Job, Sampling
from runs.errors import RunError
from runs.limits import Limits
from runs.providers.local import LocalProvider, runner
from runs.runner.client import Runner, call
from runs.runner.protocol import ChildLimits
from tests.runs.circuits_by_hand import BY_HAND, gate, ghz, h, random_circuit
from tests.runs.reference import probabilities

# The chance that a chi-square test fails for a simulator that is right.
FALSE_ALARM = 1e-6
TOO_LARGE_FOR_MATRICES = "ghz of twelve"
# Compiling the simulator's kernels takes half a minute, so the suite keeps them.
CACHE = Path(__file__).parents[2] / "var" / "numba"


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    started = runner(tmp_path_factory.mktemp("run"), limits=Limits(), strict=False, cache=CACHE)
    started.start()
    yield LocalProvider(started.socket_path)
    started.stop()


@pytest.fixture(scope="module")
def exact(tmp_path_factory):
    """Return a function from circuits to the exact probabilities that the runner samples."""
    started = Runner("tests.runs.programs.exact", tmp_path_factory.mktemp("run"), cache=CACHE)
    started.start()

    def ask(device_id, circuits):
        limits = ChildLimits(memory_bytes=2 * 1024**3, cpu_seconds=60)
        request = {"deviceId": device_id, "circuits": circuits}
        reply = call(
            started.socket_path, request, wall_seconds=60, limits=limits, checkpoint=lambda: None
        )
        return reply.value["probabilities"]

    yield ask
    started.stop()


def job(operations=None, measured=(), *, shots=1000, seed=1, device="braket_sv", text=""):
    operations = None if operations is None else tuple(operations)
    return Job(
        device, shots, seed, tuple(measured), operations, text,
        wall_seconds=60, memory_bytes=2 * 1024**3,
    )  # fmt: skip


def outcome(provider, *arguments, **members):
    return provider.run(job(*arguments, **members), checkpoint=lambda: None)


def assert_drawn_from(counts, expected):
    """Pearson's chi-square test at FALSE_ALARM, rare outcomes pooled; impossible ones must not be."""
    width = len(expected).bit_length() - 1
    shots = sum(counts.values())
    observed = np.zeros(len(expected))
    for key, count in counts.items():
        assert len(key) == width
        observed[int(key, 2)] = count
    wanted = shots * np.asarray(expected)
    assert not observed[wanted < 1e-9 * shots].any(), counts
    rare = wanted < 5
    bins = [*zip(observed[~rare], wanted[~rare], strict=True)]
    if wanted[rare].sum() > 1e-9 * shots:
        bins.append((observed[rare].sum(), wanted[rare].sum()))
    statistic = sum((seen - due) ** 2 / due for seen, due in bins)
    assert statistic <= chi2.isf(FALSE_ALARM, max(1, len(bins) - 1)), (counts, expected)


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


def program(*lines, qubits=2, bits=2):
    zeros = "0" * bits
    return "\n".join(
        ["OPENQASM 3.0;", f'bit[{bits}] b = "{zeros}";', f"qubit[{qubits}] q;", *lines]
    )


MEASURE_BOTH = "b[0] = measure q[0];\nb[1] = measure q[1];"
TEXTS = {
    "bell": (["h q[0];", "cnot q[0], q[1];", MEASURE_BOTH], [0.5, 0, 0, 0.5]),
    "rotations": (
        ["ry(1.1) q[0];", "cphaseshift(0.4) q[0], q[1];", "prx(0.9, 0.2) q[1];", MEASURE_BOTH],
        probabilities(
            [
                gate("ry", 0, angles=[1.1]),
                gate("cphaseshift", 1, controls=[0], angles=[0.4]),
                gate("prx", 1, angles=[0.9, 0.2]),
            ],
            [0, 1],
        ),
    ),
    "modifiers": (
        ["h q[0];", "negctrl @ ry(1.0) q[0], q[1];", "pow(0.5) @ x q[1];", "inv @ s q[0];",
         "h q[0];", MEASURE_BOTH],
        probabilities(
            [
                *h(0),
                gate("ry", 1, controls=[0], controlState=[0], angles=[1.0]),
                gate("x", 1, power=0.5),
                gate("si", 0),
                *h(0),
            ],
            [0, 1],
        ),
    ),
    "global phase": (["h q[0];", "gphase(1.0);", "ctrl @ gphase(pi / 3) q[0];", "h q[0];",
                      MEASURE_BOTH], [0.75, 0, 0.25, 0]),
    "feed-forward": (["h q[0];", "b[0] = measure q[0];", "if (b[0] == 1) { x q[1]; }",
                      "b[1] = measure q[1];"], [0.5, 0, 0, 0.5]),
    "measured, then flipped": (["h q[0];", "b[0] = measure q[0];", "x q[0];",
                                "b[1] = measure q[0];"], [0, 0.5, 0.5, 0]),
    "reset of half a pair": (["h q[0];", "cnot q[0], q[1];", "reset q[0];", MEASURE_BOTH],
                             [0.5, 0.5, 0, 0]),
    "reset of a superposition": (["x q[0];", "h q[0];", "reset q[0];", MEASURE_BOTH], [1, 0, 0, 0]),
}  # fmt: skip


@pytest.mark.parametrize("device", ["braket_sv", "braket_dm"])
@pytest.mark.parametrize("name", TEXTS)
def test_programs_have_the_right_distribution(provider, name, device):
    lines, expected = TEXTS[name]
    found = outcome(provider, text=program(*lines), shots=20_000, device=device)
    assert found.sampling is Sampling.SIMULATOR
    assert_drawn_from(found.counts, expected)


def test_teleportation_carries_any_state_over(provider):
    text = program(
        "u(0.7, 0.4, 0.2) q[0];", "h q[1];", "cnot q[1], q[2];", "cnot q[0], q[1];", "h q[0];",
        "b[0] = measure q[0];", "b[1] = measure q[1];",
        "if (b[1] == 1) { x q[2]; }", "if (b[0] == 1) { z q[2]; }",
        "inv @ u(0.7, 0.4, 0.2) q[2];", "b[2] = measure q[2];", qubits=3, bits=3,
    )  # fmt: skip
    counts = outcome(provider, text=text.replace("u(", "U("), shots=4000).counts
    assert {key[2] for key in counts} == {"0"}
    assert_drawn_from({key[:2]: count for key, count in counts.items()}, [0.25] * 4)


def test_text_and_operations_agree_on_large_circuits(provider):
    lines = [*(f"h q[{q}];" for q in range(12)), "ctrl(2) @ z q[0], q[3], q[7];",
             *(f"h q[{q}];" for q in range(12)), "b = measure q;"]  # fmt: skip
    operations = [*h(*range(12)), gate("z", 7, controls=[0, 3]), *h(*range(12))]
    expected = probabilities(operations, range(12))
    text = outcome(provider, text=program(*lines, qubits=12, bits=12), shots=20_000)
    assert_drawn_from(text.counts, expected)
    assert_drawn_from(outcome(provider, operations, range(12), shots=20_000).counts, expected)


def test_a_seed_reaches_the_simulator_s_own_generator(provider):
    """Guards the private attribute by which it does."""
    text = program(*(f"h q[{q}];" for q in range(8)), "b = measure q;", qubits=8, bits=8)
    first, again, other = (outcome(provider, text=text, seed=s).counts for s in (5, 5, 6))
    assert first == again
    assert first != other
    branching = program(*TEXTS["feed-forward"][0])
    assert len({str(outcome(provider, text=branching, seed=9).counts) for _ in range(3)}) == 1


@pytest.fixture
def other_tenant(tmp_path):
    """A file that the simulator would run, or tell about, if it were given its name."""
    path = tmp_path / "private.qasm"
    path.write_text(program("x q[0];", MEASURE_BOTH))
    os.chmod(tmp_path, 0o755)  # noqa: PTH101  so that only the runner stands in the way
    return path


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('include "{path}";', "unsupported_operation"),
        ('qubit q; include "{path}";', "unsupported_operation"),
        ("{path}", "invalid_circuit"),
        ("// {path}", "invalid_circuit"),
        ("qubit[2] q; teleport q[0];", "invalid_circuit"),
        ("h q[0", "invalid_circuit"),
        ("", "invalid_circuit"),
    ],
)
def test_a_program_opens_no_file_and_its_words_stay_private(provider, other_tenant, text, code):
    text = text.format(path=other_tenant)
    with pytest.raises(RunError) as caught:
        outcome(provider, text=text)
    assert caught.value.code == code
    shown = f"{caught.value.message} {caught.value.__cause__}"
    assert str(other_tenant) not in shown
    assert "teleport" not in shown
