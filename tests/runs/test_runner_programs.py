"""Programs that cannot be reduced to operations: the simulator samples them, seeded and fenced."""

import os

import pytest
from braket.default_simulator.simulator import BaseLocalSimulator

from runs.contract import Sampling
from runs.errors import RunError
from tests.runs.circuits_by_hand import gate, h
from tests.runs.reference import probabilities
from tests.runs.sampled import assert_drawn_from, outcome, program, run_text

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
    found = run_text(provider, program(*lines), shots=20_000, device=device)
    assert found.sampling is Sampling.SIMULATOR
    assert_drawn_from(found.counts, expected)


def test_a_bit_that_no_shot_comes_to_measure_is_0(provider):
    lines = ["b[1] = measure q[0];", "if (b[1] == 1) { b[0] = measure q[1]; }"]
    assert run_text(provider, program(*lines)).counts == {"00": 1000}


@pytest.mark.parametrize("device", ["braket_sv", "braket_dm"])
def test_a_bit_that_only_some_shots_come_to_measure_is_0_in_the_others(provider, device):
    """The simulator answers with the qubit as it is at the end, which is 1 here."""
    lines = [
        "h q[0];",
        "b[0] = measure q[0];",
        "x q[1];",
        "if (b[0] == 1) { b[1] = measure q[1]; }",
    ]
    found = run_text(provider, program(*lines), shots=4000, device=device)
    assert set(found.counts) == {"00", "11"}
    assert_drawn_from(found.counts, [0.5, 0, 0, 0.5])


def test_teleportation_carries_any_state_over(provider):
    text = program(
        "u(0.7, 0.4, 0.2) q[0];", "h q[1];", "cnot q[1], q[2];", "cnot q[0], q[1];", "h q[0];",
        "b[0] = measure q[0];", "b[1] = measure q[1];",
        "if (b[1] == 1) { x q[2]; }", "if (b[0] == 1) { z q[2]; }",
        "inv @ u(0.7, 0.4, 0.2) q[2];", "b[2] = measure q[2];", qubits=3, bits=3,
    )  # fmt: skip
    counts = run_text(provider, text.replace("u(", "U("), shots=4000).counts
    assert {key[2] for key in counts} == {"0"}
    assert_drawn_from({key[:2]: count for key, count in counts.items()}, [0.25] * 4)


def test_text_and_operations_agree_on_large_circuits(provider):
    lines = [*(f"h q[{q}];" for q in range(12)), "ctrl(2) @ z q[0], q[3], q[7];",
             *(f"h q[{q}];" for q in range(12)), "b = measure q;"]  # fmt: skip
    operations = [*h(*range(12)), gate("z", 7, controls=[0, 3]), *h(*range(12))]
    expected = probabilities(operations, range(12))
    text = run_text(provider, program(*lines, qubits=12, bits=12), shots=20_000)
    assert_drawn_from(text.counts, expected)
    assert_drawn_from(outcome(provider, operations, range(12), shots=20_000).counts, expected)


def test_a_seed_reaches_the_simulator_s_own_generator(provider):
    """Guards the private attribute by which it does."""
    text = program(*(f"h q[{q}];" for q in range(8)), "b = measure q;", qubits=8, bits=8)
    first, again, other = (run_text(provider, text, seed=s).counts for s in (5, 5, 6))
    assert first == again
    assert first != other
    branching = program(*TEXTS["feed-forward"][0])
    assert len({str(run_text(provider, branching, seed=9).counts) for _ in range(3)}) == 1


def test_many_shots_of_a_branching_program_are_not_drawn_one_by_one(provider):
    """Guards the private name by which they are not; without it this takes a minute."""
    assert "_run_branched" in vars(BaseLocalSimulator)
    lines, expected = TEXTS["feed-forward"]
    found = run_text(provider, program(*lines), shots=4_000_000)
    assert_drawn_from(found.counts, expected)


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
