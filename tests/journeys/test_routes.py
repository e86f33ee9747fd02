"""Every route and every kind of source once through the real worker, and a sweep of one of them."""

import math

import pytest

from runs import lifecycle, sweeps
from runs.analog import gallery
from runs.contract import RunRequest

FLOP = "OPENQASM 3.0;\ninput float theta;\nqubit q;\nrx(theta) q;\n"
FED_FORWARD = """OPENQASM 3.0;
bit[2] c;
qubit[2] q;
h q[0];
c[0] = measure q[0];
if (c[0]) { x q[1]; }
c[1] = measure q[1];
"""
OLD = """OPENQASM 2.0;
include "qelib1.inc";
qreg q[2];
creg c[2];
h q[0];
cx q[0],q[1];
measure q -> c;
"""


@pytest.fixture(autouse=True)
def at_work(worker):
    return worker.running()


@pytest.mark.parametrize("device", ["braket_sv", "braket_dm"])
@pytest.mark.parametrize(("kind", "source"), [("openqasm3", FED_FORWARD), ("openqasm2", OLD)])
def test_programs_of_both_languages_run_on_both_simulators(submit, sealed, device, kind, source):
    run = sealed(submit(device_id=device, source_kind=kind, source=source, seed=7))
    assert run.status == "completed"
    assert set(run.counts) == {"00", "11"}


def test_an_analog_program_runs_and_is_sealed(submit, sealed):
    program = gallery.TEMPLATES[1].program
    asked = {"device_id": "braket_ahs", "source_kind": "analogProgram", "shots": 200}
    run = sealed(submit(analog_program=program, circuit_operations=None, **asked))
    assert run.status == "completed"
    assert sum(run.counts.values()) == 200


def test_every_point_of_a_sweep_is_executed_and_sealed(workflow, operator, sealed):
    request = RunRequest(
        mode="simulator",
        provider_id="local",
        device_id="braket_sv",
        shots=0,
        source_kind="openqasm3",
        source=FLOP,
        result_types=[{"type": "expectation", "observable": ["z"], "targets": [0]}],
        name="Flop",
    )
    points = [{"parameters": {"theta": math.pi * place / 4}} for place in range(5)]
    sweep = lifecycle.submit_sweep(request, points, workflow=workflow, by=operator)
    for place, run in enumerate(sweeps.runs_of(sweep)):
        [value] = sealed(run).values
        assert value["value"] == pytest.approx(math.cos(math.pi * place / 4), abs=1e-9)
