"""A request becomes a program that a provider can be handed, or says all that is wrong with it."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runs import canonical, programs, routes
from runs.circuits import parse
from runs.contract import Mode, RunRequest
from runs.errors import RunError
from runs.limits import Limits

LIMITS = Limits()
BELL = [{"gate": "h", "targets": [0]}, {"targets": [0, 1], "gate": "cnot"}]
BELL_QASM = 'OPENQASM 3;\r\ninclude "stdgates.inc";\r\nqubit[2] q;\r\nh q[0];\r\ncx q[0], q[1];\r\n'


def request(**changes):
    whole = RunRequest(
        mode="simulator",
        provider_id="local",
        device_id="braket_sv",
        shots=1_000,
        source_kind="circuitOperations",
        circuit_operations=BELL,
    )
    return dataclasses.replace(whole, **changes)


def openqasm(source, **changes):
    return request(source_kind="openqasm3", circuit_operations=None, source=source, **changes)


def refused(asked):
    with pytest.raises(RunError) as caught:
        programs.check(asked, LIMITS)
    return caught.value


def test_operations_are_kept_as_they_came_in_canonical_json():
    program = programs.check(request(), LIMITS)

    assert program.content == b'[{"gate":"h","targets":[0]},{"gate":"cnot","targets":[0,1]}]'
    assert program.sha256 == canonical.sha256(program.content)
    assert program.openqasm == (
        "OPENQASM 3.0;\nqubit[2] q;\nbit[2] b;\nh q[0];\ncnot q[0], q[1];\n"
        "b[0] = measure q[0];\nb[1] = measure q[1];\n"
    )


def test_text_is_kept_as_it_came_with_normal_line_ends():
    program = programs.check(openqasm(BELL_QASM), LIMITS)

    assert program.content == BELL_QASM.replace("\r\n", "\n").encode()
    assert program.circuit == programs.check(request(), LIMITS).circuit


def test_the_record_of_a_source_holds_every_form_of_it():
    record = programs.check(openqasm(BELL_QASM), LIMITS).lowered()

    assert record.openqasm.startswith("OPENQASM 3.0;")
    assert record.measured_qubits == [0, 1]
    assert record.operations == [
        {"gate": "h", "targets": [0]},
        {"gate": "cnot", "targets": [1], "controls": [0]},
    ]
    assert (record.qubits, record.operation_count, record.depth) == (2, 2, 2)


def test_a_job_names_gates_only_and_touches_every_measured_qubit():
    operations = [*BELL, {"gate": "measure", "targets": [3, 0]}]
    program = programs.check(request(circuit_operations=operations), LIMITS)

    job = programs.job(program, shots=10, seed=7, device_id="braket_dm", limits=LIMITS)

    assert job.operations == (
        {"gate": "h", "targets": [0]},
        {"gate": "cnot", "targets": [1], "controls": [0]},
        {"gate": "i", "targets": [3]},
    )
    assert job.measured_qubits == (3, 0)
    assert (job.shots, job.seed, job.device_id) == (10, 7, "braket_dm")
    assert (job.wall_seconds, job.memory_bytes) == (LIMITS.wall_seconds, LIMITS.memory_bytes)


def test_a_job_of_a_program_is_its_text():
    source = "OPENQASM 3;\nqubit[2] q;\nbit c = measure q[0];\nif (c) x q[1];"
    program = programs.check(openqasm(source), LIMITS)

    job = programs.job(program, shots=10, seed=7, device_id="braket_sv", limits=LIMITS)

    assert program.circuit is None
    assert job.operations is None
    assert job.openqasm == program.openqasm
    assert program.lowered().operations is None


def test_everything_that_is_wrong_is_said_at_once():
    error = refused(
        request(
            device_id="braket_vs",
            shots=0,
            seed=2**53,
            name="n" * 121,
            route_rationale="r" * 4_001,
            tags=("t" * 41, *["tag"] * 20),
            parameters={"theta": float("nan")},
            circuit_operations=[{"gate": "hh", "targets": [0]}],
        )
    )

    assert error.code == "invalid_request"
    assert [(problem.field, problem.message) for problem in error.problems] == [
        ("name", "The name has 121 characters; it may have at most 120"),
        ("routeRationale", "The reason has 4,001 characters; it may have at most 4,000"),
        ("tags", "A tag has 41 characters; it may have at most 40"),
        ("tags", "There are 21 tags; a run may have at most 20"),
        ("seed", "A seed is a whole number from 0 to 2⁵³ − 1"),
        ("deviceId", "Local simulators have no device “braket_vs”"),
        ("parameters", "The parameter theta is not a number of at most 1,000,000"),
        ("parameters", "A circuit of operations takes no parameters"),
        ("circuitOperations", "Operation 1 (hh) is no gate of the table"),
        ("shots", "0 shots are asked for; this runner takes 1 to 100,000 of them"),
    ]
    assert (
        error.problems[5].hint
        == "Did you mean braket_sv? Devices: braket_sv, braket_dm, braket_ahs."
    )


def test_the_limits_of_a_request_are_inclusive():
    asked = request(shots=100_000, seed=2**53 - 1, name="n" * 120, tags=("t" * 40,) * 20)

    assert programs.check(asked, LIMITS).qubit_count == 2
    assert refused(request(shots=100_001)).code == "runner_limit_exceeded"


def test_each_device_has_its_own_limit_of_qubits():
    wide = [{"gate": "h", "targets": [qubit]} for qubit in range(11)]

    assert programs.check(request(circuit_operations=wide), LIMITS).qubit_count == 11
    error = refused(request(circuit_operations=wide, device_id="braket_dm"))
    assert (error.code, error.message) == (
        "runner_limit_exceeded",
        "The circuit uses 11 qubits; this runner takes at most 10",
    )


def test_an_unknown_kind_of_source_is_no_request():
    error = refused(request(source_kind="quil"))

    assert (error.code, error.message) == (
        "invalid_request",
        "There is no source kind “quil”",
    )


def test_a_kind_without_its_source_is_empty():
    assert refused(request(circuit_operations=None)).message == "The circuit is empty"
    assert refused(openqasm("")).message == "The source is empty"


def test_a_long_source_is_known_without_parsing():
    assert not programs.is_long(request(circuit_operations=BELL * 900), limits=LIMITS)
    assert not programs.is_long(openqasm("h q;\n" * 300), limits=LIMITS)
    assert programs.is_long(openqasm("h q;\n" * 301), limits=LIMITS)


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ([float("nan"), float("inf")], b'["nan","inf"]'),
        ([2**60, -(2**60)], b'["0x1000000000000000","-0x1000000000000000"]'),
        ([{"gate": "\ud800"}], b'[{"gate":"\\\\ud800"}]'),
        (None, b"[]"),
    ],
)
def test_what_json_cannot_hold_is_kept_as_text(source, content):
    assert programs.snapshot(request(circuit_operations=source)) == content


def test_a_deep_source_is_kept_as_far_as_it_can_be_read():
    deep = []
    for _ in range(5_000):
        deep = [deep]

    assert programs.snapshot(request(circuit_operations=deep)).startswith(b"[[[[")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=8,
)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(JSON, max_size=3), st.text(st.characters(), max_size=20))
def test_every_request_leaves_a_snapshot(operations, source):
    kept = programs.snapshot(request(circuit_operations=operations))

    assert programs.snapshot(request(circuit_operations=operations)) == kept
    assert isinstance(programs.snapshot(openqasm(source)), bytes)


@pytest.mark.parametrize("device", routes.DEVICES, ids=lambda device: device.device_id)
def test_every_device_is_found_by_its_names(device):
    assert routes.find(device.provider_id, device.device_id, device.mode) is device
    assert device in routes.devices_of(device.provider_id)
    assert device.most_shots(LIMITS) == LIMITS.shots


@pytest.mark.parametrize(
    ("names", "field", "message"),
    [
        (("azure", "sv", Mode.SIMULATOR), "providerId", "There is no provider “azure”"),
        (("local", "sv1", Mode.SIMULATOR), "deviceId", "Local simulators have no device “sv1”"),
        (
            ("local", "braket_sv", Mode.HARDWARE),
            "mode",
            "Braket state vector simulator is no device for the mode “hardware”",
        ),
    ],
)
def test_a_route_that_leads_nowhere_says_what_there_is(names, field, message):
    with pytest.raises(RunError) as caught:
        routes.find(*names)

    (problem,) = caught.value.problems
    assert caught.value.code == "unsupported_provider_path"
    assert (problem.field, problem.message) == (field, message)
    assert problem.hint


def test_a_circuit_in_a_record_reads_back():
    record = programs.check(openqasm(BELL_QASM), LIMITS).lowered()

    assert parse(record.operations, limits=LIMITS).as_json() == record.operations
