"""Analog programs by the real simulator, against an integration that shares nothing with it."""

import math

import numpy as np
import pytest
from braket.analog_hamiltonian_simulator.rydberg import rydberg_simulator
from braket.ir.ahs import Program

from runs import analog
from runs.analog.gallery import BY_SLUG, TEMPLATES
from runs.contract import RunRequest, Sampling
from runs.limits import Limits
from runs.runner.analog import evolve
from tests.runs.analog_programs import by_chance, chain, constant, program
from tests.runs.analog_reference import probabilities
from tests.runs.sampled import FALSE_ALARM, assert_drawn_from, execute

LIMITS = Limits()
PROGRAMS = range(20)
SHOTS = 20_000
# Over all seeds this is the chance that any comparison of counts fails for a right simulator.
FAMILY_WISE_FALSE_ALARM = 1e-4
# In total variation. Of 100 000 shots this is thirty; it is reached where a phase jumps within a
# step and atoms block each other strongly.
LARGEST_ERROR = 3e-4
RABI = 1e7


def asked(sent, *, shots=SHOTS, seed=20_261_122):
    return RunRequest(
        mode="simulator",
        provider_id="local",
        device_id="braket_ahs",
        shots=shots,
        seed=seed,
        source_kind="analogProgram",
        analog_program=sent,
    )


def exactly(sent):
    return evolve(sent, LIMITS).probabilities


def distance(one, other):
    return np.abs(one - other).sum() / 2


def test_the_false_alarms_of_all_programs_together_are_rare():
    assert len(PROGRAMS) >= 20
    assert (len(PROGRAMS) + len(TEMPLATES)) * FALSE_ALARM <= FAMILY_WISE_FALSE_ALARM


@pytest.mark.parametrize("seed", PROGRAMS)
def test_a_program_by_chance_gives_the_right_distribution(provider, seed):
    sent = by_chance(seed)

    outcome = execute(provider, asked(sent))

    assert_drawn_from(outcome.counts, probabilities(sent))


@pytest.mark.parametrize("seed", [9, 17])
def test_its_exact_probabilities_are_near(seed):
    sent = by_chance(seed)

    assert distance(exactly(sent), probabilities(sent)) < LARGEST_ERROR


@pytest.mark.parametrize("template", TEMPLATES, ids=BY_SLUG)
def test_a_template_gives_what_it_promises(provider, template):
    outcome = execute(provider, asked(template.program))
    shares = {key: count / SHOTS for key, count in outcome.counts.items()}

    promised = {
        "rydberg-chain": {"1010101": 0.986},
        "rydberg-blockade": {"01": 0.5, "10": 0.5},
        "rydberg-pentagon": dict.fromkeys(("01001", "00101", "01010", "10010", "10100"), 0.198),
    }[template.slug]
    for key, share in promised.items():
        assert shares[key] == pytest.approx(share, abs=0.02)


def test_an_outcome_says_how_it_came_about(provider):
    sent = program([(0, 0), (9, 0), (18, 0)], constant(1000, RABI), filling=[1, 0, 1])

    outcome = execute(provider, asked(sent))

    assert outcome.measured_qubits == (0, 2)
    assert {len(key) for key in outcome.counts} == {2}
    assert outcome.sampling is Sampling.MULTINOMIAL
    assert outcome.solver == {
        "method": "gauss-legendre-6, commutator-free-4",
        "timeSteps": 400,
    }
    assert {"amazon-braket-default-simulator", "numpy", "scipy"} <= outcome.versions.keys()


def test_the_same_seed_gives_the_same_counts(provider):
    sent = by_chance(5)
    first, again, other = (execute(provider, asked(sent, seed=seed)).counts for seed in (1, 1, 2))

    assert first == again
    assert first != other


@pytest.mark.parametrize("detuning", [0, 4e6, -9e6])
@pytest.mark.parametrize("end", [150, 700])
def test_one_atom_flops_as_rabi_says(detuning, end):
    sent = program([(0, 0)], constant(end, RABI), constant(end, detuning))

    turning = math.hypot(RABI, detuning)
    excited = (RABI / turning) ** 2 * math.sin(turning * end * 1e-9 / 2) ** 2
    assert exactly(sent) == pytest.approx([1 - excited, excited], abs=1e-7)


def test_a_jump_of_the_phase_by_pi_undoes_what_was_done():
    end, turned = 1000, ([0, 500, 1000], [0, math.pi, 0])
    kept = program([(0, 0)], constant(end, 3e6))
    undone = program([(0, 0)], constant(end, 3e6), phase=turned)

    assert exactly(kept)[1] > 0.9
    assert exactly(undone)[1] == pytest.approx(0, abs=1e-7)


def test_the_phase_of_the_drive_turns_as_in_the_documentation():
    """Two quarter turns, the second about an axis that leads by a quarter: half of the way."""
    quarter = round(math.pi / 2 / 5e6 * 1e9)
    times = [0, quarter, 2 * quarter]
    led = program([(0, 0)], constant(times[-1], 5e6), phase=(times, [0, math.pi / 2, 0]))

    assert exactly(led)[1] == pytest.approx(0.5, abs=1e-3)
    assert distance(exactly(led), probabilities(led)) < 1e-6


def test_atoms_far_apart_are_independent_and_in_the_order_of_their_sites():
    parts = ([0, 400], [2e7, 2e7], [0, 1, 0.5])
    both = program(chain(3, 60), constant(400, RABI), filling=[1, 0, 1], local=parts)
    alone = [
        program([(0, 0)], constant(400, RABI), constant(400, detuning)) for detuning in (0, 1e7)
    ]

    first, last = map(exactly, alone)
    assert exactly(both) == pytest.approx(np.kron(first, last), abs=1e-6)


def test_two_atoms_within_the_blockade_radius_turn_faster_by_the_root_of_two():
    end = 200
    pair = program([(0, 0), (4, 0)], constant(end, RABI))

    shared = math.sin(math.sqrt(2) * RABI * end * 1e-9 / 2) ** 2
    assert exactly(pair) == pytest.approx([1 - shared, shared / 2, shared / 2, 0], abs=2e-3)


@pytest.mark.parametrize("spacing", [1, 3])
def test_atoms_however_near_are_integrated_stably(spacing):
    sent = program(chain(2, spacing), constant(500, RABI), constant(500, 5e6))

    assert distance(exactly(sent), probabilities(sent)) < LARGEST_ERROR


def of_braket(sent, monkeypatch):
    """What Braket's own device samples from, with its own time steps."""
    seen = []

    def look(state, shots):
        seen.append(np.abs(state) ** 2)
        return np.zeros(len(state), dtype=int)

    monkeypatch.setattr(rydberg_simulator, "sample_state", look)
    rydberg_simulator.RydbergAtomSimulator().run(Program.parse_obj(sent), shots=1)
    return seen[0]


def test_braket_itself_agrees_where_its_steps_do_no_harm(monkeypatch):
    parts = ([0, 800], [1e7, 1e7], [0.2, 1, 0.7])
    sent = program(
        chain(3, 6), constant(800, RABI), constant(800, 3e6), filling=[1, 0, 1], local=parts
    )

    assert distance(exactly(sent), of_braket(sent, monkeypatch)) < 1e-6


def test_braket_itself_turns_the_phase_against_its_documentation(monkeypatch):
    """With steps of 1 ns the jump lies between two of them, so nothing else is wrong."""
    sent, mirrored = (
        program(
            [(0, 0)],
            constant(999, 3e6),
            constant(999, 3e6),
            phase=([0, 500, 999], [0, phase, 0]),
        )
        for phase in (1.2, -1.2)
    )

    assert distance(probabilities(sent), probabilities(mirrored)) > 0.8
    assert distance(of_braket(sent, monkeypatch), probabilities(mirrored)) < 1e-5
    assert distance(exactly(sent), probabilities(sent)) < 1e-5


RAMP = program([(0, 0)], ([0, 4000], [0, 1.5e7]))
PULSE = program([(0, 0)], ([0, 9991, 10000, 10009, 20000], [0, 0, 2.4e7, 0, 0]))


@pytest.mark.parametrize("sent", [RAMP, PULSE], ids=["ramp", "pulse"])
def test_what_braket_itself_gets_wrong_is_right_here(sent, monkeypatch):
    """Its steps begin with the fields of their beginnings: ramps lag, short pulses are missed."""
    right = probabilities(sent)

    assert distance(of_braket(sent, monkeypatch), right) > 0.01
    assert distance(exactly(sent), right) < LARGEST_ERROR


def test_the_points_of_the_fields_lie_between_pairs_of_steps_where_that_is_cheap():
    sent = program([(0, 0)], ([0, 100, 900, 1000], [0, 1e6, 1e6, 0]))
    grid = analog.grid_of(analog.parse(sent, limits=LIMITS), wall_seconds=60)

    assert (grid.steps, grid.step) == (400, pytest.approx(0.0025))
    odd = program([(0, 0)], ([0, 101, 997], [0, 1e6, 0]))
    assert analog.grid_of(analog.parse(odd, limits=LIMITS), wall_seconds=60).steps == 400


@pytest.mark.parametrize(("atoms", "most"), [(1, 2000), (8, 2000), (9, 400), (10, 50)])
def test_more_atoms_leave_time_for_fewer_steps(atoms, most):
    assert analog.most_steps(atoms, wall_seconds=60) == most
