"""Every template is a circuit that can be run, and shows the physics that it promises."""

import pytest

from runs.circuits import parse
from runs.contract import SourceKind
from runs.gallery import BY_SLUG, TEMPLATES
from runs.limits import Limits
from runs.qasm import read
from tests.runs.mixed import probabilities

LIMITS = Limits()
WITHOUT_NOISE = [template for template in TEMPLATES if not template.circuit.is_noisy]
# Each bit of the noisy pair is flipped by depolarizing in 1/30 of the shots, misread in 1/50.
FLIPPED = 1 / 30 * 49 / 50 + 29 / 30 * 1 / 50
APART = FLIPPED * (1 - FLIPPED)
PHYSICS = {
    "bell": {"00": 0.5, "11": 0.5},
    "depolarized-pair": {"00": 0.5 - APART, "01": APART, "10": APART, "11": 0.5 - APART},
    "ghz": {"0000": 0.5, "1111": 0.5},
    "qft": {"0000": 0.25, "0100": 0.25, "1000": 0.25, "1100": 0.25},
    "grover": {"101": 0.9453125, "000": 0.0078125},
    "bernstein-vazirani": {"1011": 1},
    "teleportation": {"0": 0.68117887723833, "1": 0.31882112276166},
    "w-state": {"001": 1 / 3, "010": 1 / 3, "100": 1 / 3},
    "deutsch-jozsa": {"000": 0, "111": 1},
    "phase-estimation": {"001": 1},
}


def exact(circuit):
    gates = [operation.as_json() for operation in circuit.operations]
    return probabilities(gates, circuit.measured_qubits)


def test_there_is_enough_to_begin_with():
    assert len(TEMPLATES) >= 9
    assert len(BY_SLUG) == len(TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES, ids=BY_SLUG)
def test_a_template_is_a_circuit_with_words(template):
    circuit = parse(template.operations, limits=LIMITS)

    assert template.qubits == circuit.qubit_count <= 5
    assert template.name
    assert template.description.endswith(".")
    assert template.physics.endswith(".")


@pytest.mark.parametrize("template", WITHOUT_NOISE, ids=lambda template: template.slug)
def test_a_template_is_the_same_in_both_languages(template):
    reading = read(template.openqasm, kind=SourceKind.OPENQASM3, limits=LIMITS)

    assert reading.circuit == parse(template.operations, limits=LIMITS)


@pytest.mark.parametrize("slug", PHYSICS)
def test_a_template_shows_its_physics(slug):
    circuit = BY_SLUG[slug].circuit
    shares = exact(circuit)

    for bits, share in PHYSICS[slug].items():
        assert shares[int(bits, 2)] == pytest.approx(share, abs=1e-9)
    if slug not in {"grover", "deutsch-jozsa"}:
        assert sum(PHYSICS[slug].values()) == pytest.approx(1)


def test_the_random_circuit_is_the_same_for_everybody():
    first = BY_SLUG["random"].circuit.operations[:2]

    assert [(operation.gate, operation.angles) for operation in first] == [
        ("rz", (0.03,)),
        ("rz", (-0.69,)),
    ]
