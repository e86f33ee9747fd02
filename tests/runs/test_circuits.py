"""The suite's own circuits through the real simulator, as programs, as text and as operations."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from runs import programs
from runs.contract import RunRequest
from runs.limits import Limits
from tests.runs.sampled import FALSE_ALARM, assert_drawn_from

FOLDER = Path(__file__).parent.parent / "circuits"
EXPECTED = json.loads((FOLDER / "expected.json").read_text())
LIMITS = Limits()
SHOTS = 20_000
# The seed is fixed, so these tests always end the same way. Over all seeds this is the chance that
# any of them fails although the simulator is right.
FAMILY_WISE_FALSE_ALARM = 1e-4
SEED = 20_261_122


def as_written(name):
    """The request for a circuit as its file has it: operations, OpenQASM 3 or OpenQASM 2."""
    source, entry = (FOLDER / name).read_text(), EXPECTED[name]
    asked = RunRequest(
        mode="simulator",
        provider_id="local",
        device_id="braket_sv",
        shots=SHOTS,
        source_kind=entry["sourceKind"],
        source=source,
        parameters=entry.get("parameters", {}),
    )
    if entry["sourceKind"] == "circuitOperations":
        return replace(asked, source="", circuit_operations=json.loads(source))
    return asked


def as_openqasm(name):
    """The same circuit as the OpenQASM 3 that its record shows."""
    checked = programs.check(as_written(name), LIMITS)
    return replace(
        as_written(name),
        source_kind="openqasm3",
        source=checked.openqasm,
        circuit_operations=None,
        parameters={},
    )


def as_operations(name):
    """The same circuit as the operations that its record shows."""
    checked = programs.check(as_written(name), LIMITS)
    return replace(
        as_written(name),
        source_kind="circuitOperations",
        source="",
        circuit_operations=json.loads(json.dumps(checked.circuit.as_json())),
        parameters={},
    )


FORMS = [as_written, as_openqasm, as_operations]


@pytest.fixture
def execute(provider):
    """Check a request and simulate it, as a worker does."""

    def executed(request):
        program = programs.check(request, LIMITS)
        job = programs.job(
            program, shots=request.shots, seed=SEED, device_id=request.device_id, limits=LIMITS
        )
        return provider.run(job, checkpoint=lambda: None)

    return executed


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_circuit_is_measured_as_was_worked_out_for_it(execute, name, form):
    entry = EXPECTED[name]
    found = execute(form(name))
    assert list(found.measured_qubits) == entry["measuredQubits"]
    assert sum(found.counts.values()) == SHOTS
    assert_drawn_from(found.counts, distribution(entry))


def distribution(entry):
    """The probability of every outcome, in the order of the outcomes."""
    width = len(entry["measuredQubits"])
    return [entry["probabilities"].get(f"{place:0{width}b}", 0) for place in range(2**width)]


def test_all_of_them_together_keep_the_stated_false_alarm_rate():
    assert len(EXPECTED) * len(FORMS) * FALSE_ALARM <= FAMILY_WISE_FALSE_ALARM
