"""The suite's own circuits come to the distributions that were worked out for them."""

import json
from pathlib import Path

import pytest

from runs.circuits import parse
from runs.contract import SourceKind
from runs.limits import Limits
from runs.qasm import read, to_openqasm
from tests.runs.reference import probabilities

FOLDER = Path(__file__).parent.parent / "circuits"
EXPECTED = json.loads((FOLDER / "expected.json").read_text())
LIMITS = Limits()


def circuit_of(name):
    source, entry = (FOLDER / name).read_text(), EXPECTED[name]
    kind = SourceKind(entry["sourceKind"])
    if kind is SourceKind.CIRCUIT_OPERATIONS:
        return parse(json.loads(source), limits=LIMITS)
    parameters = entry.get("parameters", {})
    return read(source, kind=kind, limits=LIMITS, parameters=parameters).circuit


def exact(circuit):
    gates = [operation.as_json() for operation in circuit.operations]
    return dict(enumerate(probabilities(gates, circuit.measured_qubits)))


def test_the_suite_has_circuits_of_every_kind():
    files = {path.name for path in FOLDER.iterdir()} - {"expected.json"}

    assert files == set(EXPECTED)
    assert len(files) >= 36
    kinds = {SourceKind.CIRCUIT_OPERATIONS, SourceKind.OPENQASM2, SourceKind.OPENQASM3}
    assert {entry["sourceKind"] for entry in EXPECTED.values()} == kinds


@pytest.mark.parametrize("name", EXPECTED)
def test_a_source_comes_to_its_distribution(name):
    circuit, entry = circuit_of(name), EXPECTED[name]

    assert list(circuit.measured_qubits) == entry["measuredQubits"]
    wanted = {int(bits, 2): share for bits, share in entry["probabilities"].items()}
    for outcome, share in exact(circuit).items():
        assert share == pytest.approx(wanted.get(outcome, 0), abs=1e-9)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_exported_is_the_circuit_that_was_read(name):
    circuit = circuit_of(name)

    text = to_openqasm(circuit)

    assert read(text, kind=SourceKind.OPENQASM3, limits=LIMITS).circuit == circuit
    assert parse(circuit.as_json(), limits=LIMITS) == circuit
