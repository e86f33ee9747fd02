"""Circuits come in as lists of operations; whatever is wrong with one is said at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runs.circuits import Circuit, Operation, parse
from runs.errors import RunError
from runs.limits import Limits
from tests.runs.chance import circuits

LIMITS = Limits()
BELL = [{"gate": "h", "targets": [0]}, {"gate": "cnot", "controls": [0], "targets": [1]}]


def refused(operations, **more):
    with pytest.raises(RunError) as caught:
        parse(operations, limits=LIMITS, **more)
    return caught.value


def problem(operation):
    error = refused([{"gate": "h", "targets": [0]}, operation])
    assert [found.operation_index for found in error.problems] == [1]
    assert all(found.field == "circuitOperations" for found in error.problems)
    return error.code, error.message


def test_a_bell_pair_is_two_gates_and_measures_both_qubits():
    circuit = parse(BELL, limits=LIMITS)

    assert circuit.operations == (
        Operation("h", (0,)),
        Operation("cnot", (1,), controls=(0,), control_state=(1,)),
    )
    assert circuit.measured_qubits == (0, 1)
    assert (circuit.qubit_count, circuit.operation_count, circuit.depth) == (2, 2, 2)
    assert circuit.as_json() == [
        {"gate": "h", "targets": [0]},
        {"gate": "cnot", "targets": [1], "controls": [0]},
    ]


@pytest.mark.parametrize(
    "spelling",
    [
        {"gate": "ccnot", "targets": [0, 1, 2]},
        {"gate": "ccnot", "controls": [0, 1], "targets": [2]},
        {"gate": "cnot", "controls": [0], "targets": [1, 2]},
        {"gate": "cnot", "controls": [0, 1], "targets": [2]},
        {"gate": "x", "controls": [0, 1], "controlState": [1, 1], "targets": [2], "power": 1},
    ],
)
def test_a_toffoli_gate_is_the_same_however_it_is_spelled(spelling):
    circuit = parse([spelling], limits=LIMITS)

    assert circuit.as_json() == [{"gate": "ccnot", "targets": [2], "controls": [0, 1]}]


def test_open_controls_and_powers_keep_the_gate_under_them():
    circuit = parse(
        [
            {"gate": "cnot", "controls": [3], "controlState": [0], "targets": [1]},
            {"gate": "cnot", "controls": [0], "targets": [1], "power": 0.5},
            {"gate": "gphase", "controls": [2, 4], "targets": [], "angle": 1},
            {"gate": "ms", "targets": [0, 1], "angles": [0.1, 0.2]},
        ],
        limits=LIMITS,
    )

    assert circuit.as_json() == [
        {"gate": "x", "targets": [1], "controls": [3], "controlState": [0]},
        {"gate": "x", "targets": [1], "controls": [0], "power": 0.5},
        {"gate": "cphaseshift", "targets": [4], "controls": [2], "angle": 1.0},
        {"gate": "ms", "targets": [0, 1], "angles": [0.1, 0.2, 1.5707963267948966]},
    ]


def test_an_explicit_measurement_gives_the_order_of_the_bits():
    circuit = parse([*BELL, {"gate": "measure", "targets": [4, 1]}], limits=LIMITS)

    assert circuit.measured_qubits == (4, 1)
    assert circuit.qubits == (0, 1, 4)
    assert circuit.as_json()[-1] == {"gate": "measure", "targets": [4, 1]}


def test_measuring_all_in_order_is_no_other_circuit():
    measured = [{"gate": "measure", "targets": [0]}, {"gate": "measure", "targets": [1]}]

    assert parse([*BELL, *measured], limits=LIMITS) == parse(BELL, limits=LIMITS)


def test_operations_on_different_qubits_share_a_layer():
    circuit = parse(
        [
            {"gate": "h", "targets": [0]},
            {"gate": "h", "targets": [5]},
            {"gate": "gphase", "targets": [], "angle": 1},
            {"gate": "cz", "targets": [0, 5]},
        ],
        limits=LIMITS,
    )

    assert circuit.depth == 2


@pytest.mark.parametrize(
    ("operation", "code", "message"),
    [
        (7, "invalid_circuit", "Operation 2 is not an object"),
        ({"targets": [0]}, "invalid_circuit", "Operation 2 names no gate"),
        (
            {"gate": "cnot", "targets": [1, 1]},
            "invalid_circuit",
            "Operation 2 (cnot) names qubit 1 twice",
        ),
        (
            {"gate": "cnot", "targets": [1]},
            "invalid_circuit",
            "Operation 2 (cnot) needs 1 control and 1 target, but is given 1 target",
        ),
        (
            {"gate": "h", "targets": [0, 1], "controls": [2]},
            "invalid_circuit",
            "Operation 2 (h) needs 1 target, but is given 2 targets and 1 control",
        ),
        (
            {"gate": "h", "targets": [True]},
            "invalid_circuit",
            "Operation 2 (h) has true among its targets, which is no qubit index",
        ),
        (
            {"gate": "h", "targets": [1.0]},
            "invalid_circuit",
            "Operation 2 (h) has 1.0 among its targets, which is no qubit index",
        ),
        (
            {"gate": "h", "targets": ["q0"]},
            "invalid_circuit",
            "Operation 2 (h) has q0 among its targets, which is no qubit index",
        ),
        (
            {"gate": "h", "targets": [-1]},
            "invalid_circuit",
            "Operation 2 (h) names qubit -1; qubits count from 0",
        ),
        (
            {"gate": "h", "targets": 0},
            "invalid_circuit",
            "Operation 2 (h) has targets that are not a list of qubit indices",
        ),
        (
            {"gate": "h", "targets": [64]},
            "runner_limit_exceeded",
            "Operation 2 (h) names qubit 64; the highest index is 63",
        ),
        (
            {"gate": "h", "targets": [10**400]},
            "runner_limit_exceeded",
            "Operation 2 (h) names qubit a very large number; the highest index is 63",
        ),
        (
            {"gate": "rx", "targets": [0]},
            "invalid_circuit",
            "Operation 2 (rx) needs 1 angle in radians, but is given none",
        ),
        (
            {"gate": "u", "targets": [0], "angles": [1, 2]},
            "invalid_circuit",
            "Operation 2 (u) needs 3 angles in radians, but is given 2",
        ),
        (
            {"gate": "h", "targets": [0], "angle": 1},
            "invalid_circuit",
            "Operation 2 (h) takes no angle, but is given 1",
        ),
        (
            {"gate": "rx", "targets": [0], "angle": float("nan")},
            "invalid_circuit",
            "Operation 2 (rx) has the angle nan, which is not a finite number",
        ),
        (
            {"gate": "rx", "targets": [0], "angle": "pi"},
            "invalid_circuit",
            "Operation 2 (rx) has the angle pi, which is not a number",
        ),
        (
            {"gate": "rx", "targets": [0], "angle": 1e7},
            "runner_limit_exceeded",
            "Operation 2 (rx) has the angle 10000000.0; the largest is 1,000,000",
        ),
        (
            {"gate": "rx", "targets": [0], "angle": 1, "angles": [1]},
            "invalid_circuit",
            "Operation 2 (rx) has both angle and angles",
        ),
        (
            {"gate": "h", "targets": [0], "note": 1},
            "invalid_circuit",
            "Operation 2 (h) has the unknown key “note”",
        ),
        (
            {"gate": "x", "targets": [0], "controls": [1], "controlState": [2]},
            "invalid_circuit",
            "Operation 2 (x) has a controlState with a value other than 0 and 1",
        ),
        (
            {"gate": "x", "targets": [0], "controls": [1], "controlState": [0, 1]},
            "invalid_circuit",
            "Operation 2 (x) has 1 control and a controlState of 2 values",
        ),
        (
            {"gate": "x", "targets": [0], "power": True},
            "invalid_circuit",
            "Operation 2 (x) has the power true, which is not a number",
        ),
        (
            {"gate": "x", "targets": [0], "controls": [1, 2, 3, 4, 5, 6, 7]},
            "runner_limit_exceeded",
            "Operation 2 (x) has 7 control qubits; this runner takes at most 6",
        ),
        (
            {"gate": "depolarizing", "targets": [0]},
            "unsupported_operation",
            "Operation 2 (depolarizing) is no gate of the table",
        ),
        (
            {"gate": "gphase", "targets": [], "controls": [0], "controlState": [0], "angle": 1},
            "unsupported_operation",
            "Operation 2 (gphase) has open controls only",
        ),
        (
            {"gate": "measure", "targets": []},
            "invalid_circuit",
            "Operation 2 (measure) names no qubit to measure",
        ),
        (
            {"gate": "measure", "targets": [3, 3]},
            "invalid_circuit",
            "Operation 2 (measure) measures qubit 3 twice",
        ),
    ],
)
def test_what_is_wrong_is_said_in_words(operation, code, message):
    assert problem(operation) == (code, message)


@pytest.mark.parametrize(
    ("name", "meant"), [("CX", "cnot"), ("hadamard", "h"), ("cphasshift", "cphaseshift")]
)
def test_a_gate_of_another_name_is_hinted_at(name, meant):
    error = refused([{"gate": name, "targets": [0]}])

    assert error.problems[0].hint == f"Did you mean {meant}?"


def test_all_problems_are_reported_the_gravest_kind_first():
    error = refused(
        [
            {"gate": "h", "targets": [99]},
            {"gate": "hh", "targets": [0]},
            {"gate": "cnot", "targets": [2, 2]},
        ]
    )

    assert error.code == "invalid_circuit"
    assert [found.operation_index for found in error.problems] == [2, 1, 0]


def test_a_gate_after_the_measurement_is_refused():
    error = refused([*BELL, {"gate": "measure", "targets": [0]}, {"gate": "x", "targets": [1]}])

    assert error.code == "unsupported_operation"
    assert error.problems[0].operation_index == 3


@pytest.mark.parametrize("nothing", [None, []])
def test_an_empty_circuit_is_refused(nothing):
    assert refused(nothing).message == "The circuit is empty"


def test_a_circuit_must_act_on_a_qubit():
    error = refused([{"gate": "gphase", "targets": [], "angle": 1}])

    assert error.message == "The circuit acts on no qubit, so there is nothing to measure"


def test_the_limits_of_size_are_inclusive():
    most = [{"gate": "h", "targets": [0]}] * LIMITS.operations
    assert parse([*most, {"gate": "measure", "targets": [0]}], limits=LIMITS).depth == 2_000
    wide = [{"gate": "h", "targets": [qubit]} for qubit in range(21)]

    assert refused([*most, *most]).message == (
        "The circuit has 4,000 operations; this runner takes at most 2,000"
    )
    assert refused(wide).code == "runner_limit_exceeded"
    assert refused(wide[:11], most_qubits=10).message == (
        "The circuit uses 11 qubits; this runner takes at most 10"
    )
    assert parse(wide[:20], limits=LIMITS).qubit_count == 20


def test_a_hopeless_circuit_is_answered_with_a_readable_number_of_problems():
    error = refused([{"gate": "nope"}] * 2_000)

    assert len(error.problems) == 51
    assert error.problems[-1].message == "There are 1,950 more problems like these"


@settings(derandomize=True, max_examples=40, deadline=None)
@given(circuits())
def test_the_canonical_form_reads_back_to_the_same_circuit(circuit):
    again = parse(circuit.as_json(), limits=LIMITS)

    assert again == circuit
    assert again.as_json() == circuit.as_json()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["gate", "targets", "controls", "controlState", "angle", "power", "q"]),
            inner | st.sampled_from(["h", "cnot", "rx", "measure"]),
            max_size=5,
        )
    ),
    max_leaves=12,
)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(JSON, max_size=4) | JSON)
def test_any_json_is_a_circuit_or_a_published_error(value):
    try:
        circuit = parse(value, limits=LIMITS)
    except RunError as error:
        assert error.problems  # noqa: PT017 - either end is right
    else:
        assert isinstance(circuit, Circuit)
