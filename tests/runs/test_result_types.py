"""Result types: what may be asked, in which words it is refused, and what counts say of it."""

import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runs import programs, results, routes
from runs.contract import RunRequest
from runs.errors import RunError
from runs.errors.findings import Findings
from runs.limits import Limits
from runs.results import ResultType
from tests.runs.test_api_anything import RESULTS

LIMITS = Limits()
BELL = [{"gate": "h", "targets": [0]}, {"gate": "cnot", "controls": [0], "targets": [1]}]
ZZ = {"type": "expectation", "observable": ["z", "z"], "targets": [0, 1]}
X0 = {"type": "variance", "observable": ["x"], "targets": [0]}


def request(*result_types, shots=0, **changes):
    whole = RunRequest(
        mode="simulator", provider_id="local", device_id="braket_sv", shots=shots,
        source_kind="circuitOperations", circuit_operations=BELL, result_types=list(result_types),
    )  # fmt: skip
    return dataclasses.replace(whole, **changes)


def text(source, *result_types, **changes):
    return request(
        *result_types, source_kind="openqasm3", circuit_operations=None, source=source, **changes
    )


def settled(asked, limits=LIMITS):
    return [result.as_json() for result in programs.check(asked, limits).result_types]


def refused(asked, limits=LIMITS):
    with pytest.raises(RunError) as caught:
        programs.check(asked, limits)
    return caught.value


def told(asked, limits=LIMITS):
    """Return code, field and message of the first problem."""
    error = refused(asked, limits)
    return error.code, error.problems[0].field, error.problems[0].message


def test_a_run_is_given_what_it_asks_for_in_order():
    states = {"type": "amplitude", "states": ["11", "00"]}
    assert settled(request(ZZ, X0, states, {"type": "state_vector"})) == [
        ZZ, X0, states, {"type": "state_vector"},
    ]  # fmt: skip


def test_a_probability_names_all_qubits_where_it_names_none():
    far = [*BELL, {"gate": "x", "targets": [9]}]
    asked = request({"type": "probability"}, circuit_operations=far)
    assert settled(asked) == [{"type": "probability", "targets": [0, 1, 9]}]


def test_what_is_asked_twice_is_given_once():
    whole = {"type": "probability", "targets": [0, 1]}
    assert settled(request(ZZ, whole, dict(ZZ), {"type": "probability"})) == [ZZ, whole]


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ("expectation", "Result type 1 is not an object"),
        ({}, "Result type 1 names no type"),
        ({"type": 7}, "Result type 1 names no type"),
        ({"type": "probability", "targets": []}, "Result type 1 (probability) names no qubits"),
        ({"type": "probability", "targets": 0}, "Result type 1 (probability) names no qubits"),
        (
            {"type": "probability", "targets": [True]},
            "Result type 1 (probability) has targets that are not qubits from 0 to 63",
        ),
        (
            {"type": "probability", "targets": [1, 0, 1]},
            "Result type 1 (probability) names qubit 1 twice",
        ),
        (
            {"type": "probability", "targets": [2]},
            "Result type 1 (probability) names qubit 2, which is not in the circuit",
        ),
        ({**ZZ, "coefficient": 2}, "Result type 1 (expectation) has the unknown key “coefficient”"),
        ({**ZZ, "targets": [0]}, "Result type 1 (expectation) has 2 factors for 1 target; each qubit takes one"),
        ({"type": "variance", "targets": [0]}, "Result type 1 (variance) names no observable"),
        ({**X0, "observable": "x"}, "Result type 1 (variance) names no observable"),
        ({"type": "expectation", "observable": ["z"]}, "Result type 1 (expectation) names no qubits"),
        ({"type": "amplitude"}, "Result type 1 (amplitude) names no states"),
        (
            {"type": "amplitude", "states": ["02"]},
            "Result type 1 (amplitude) has the state 02, which is not a text of 0 and 1",
        ),
        ({"type": "amplitude", "states": ["00", "00"]}, "Result type 1 (amplitude) names a state twice"),
        (
            {"type": "amplitude", "states": ["000"]},
            "Result type 1 (amplitude) has the state 000, and the circuit has 2 qubits",
        ),
        ({"type": "state_vector", "targets": [0]}, "Result type 1 (state_vector) has the unknown key “targets”"),
    ],
)  # fmt: skip
def test_what_is_not_well_formed_is_told_with_its_place(members, message):
    assert told(request(members)) == ("invalid_circuit", "resultTypes[0]", message)


@pytest.mark.parametrize(
    ("members", "message", "hint"),
    [
        ({"type": "Expectation"}, "(Expectation) is none that there is", "Did you mean expectation?"),
        ({"type": "sample"}, "is not offered", "Counts say the same"),
        ({"type": "adjoint_gradient"}, "is not offered", "shifted angles"),
        ({"type": "density_matrix"}, "is not offered", "expectation values"),
        ({**X0, "observable": ["h"]}, "has the factor h, which is no Pauli observable", "x, y, z, i"),
        ({**X0, "observable": ["X"]}, "has the factor X, which is no Pauli observable", "x, y, z, i"),
        ({**X0, "observable": [[[1, 0], [0, 1]]]}, "has the factor a list", "x, y, z, i"),
    ],
)  # fmt: skip
def test_what_is_not_offered_says_what_is(members, message, hint):
    error = refused(request(members))
    assert error.code == "unsupported_operation"
    assert message in error.message
    assert hint in error.problems[0].hint


def test_everything_wrong_is_told_at_once():
    error = refused(request({"type": "gone"}, ZZ, {**ZZ, "targets": [5, 5]}, device_id="braket_dm"))
    assert [(problem.field, problem.message) for problem in error.problems] == [
        (
            "resultTypes[2]",
            "Result type 3 (expectation) names qubit 5 twice",
        ),
        ("resultTypes[0]", "Result type 1 (gone) is none that there is"),
    ]


def test_a_wrong_circuit_and_wrong_result_types_are_told_together():
    wrong = [{"gate": "h"}]
    error = refused(request({"type": "gone"}, circuit_operations=wrong))
    assert {problem.field for problem in error.problems} == {"circuitOperations", "resultTypes[0]"}


def test_no_shots_and_nothing_else_to_find_is_refused_with_the_next_step():
    error = refused(request())
    assert error.code == "runner_limit_exceeded"
    assert error.problems[0].field == "shots"
    assert error.message == "0 shots are asked for, and no result types"
    assert error.problems[0].hint.startswith("Ask for 1 to 100,000 shots, or name result types")


@pytest.mark.parametrize(
    "kind", [{"type": "state_vector"}, {"type": "amplitude", "states": ["00"]}]
)
def test_amplitudes_are_exact_or_not_at_all(kind):
    code, field, message = told(request(ZZ, kind, shots=1_000))
    assert (code, field) == ("unsupported_operation", "resultTypes[1]")
    assert message == f"Result type 2 ({kind['type']}) is exact, and 1,000 shots are asked for"


def test_density_matrices_have_no_amplitudes():
    code, field, message = told(request({"type": "state_vector"}, device_id="braket_dm"))
    assert (code, field) == ("unsupported_operation", "resultTypes[0]")
    assert "Braket density matrix simulator has none" in message
    assert settled(request(ZZ, X0, {"type": "probability"}, device_id="braket_dm"))


def test_with_shots_all_must_agree_on_one_basis_for_each_qubit():
    asked, kind = request(ZZ, {**ZZ, "observable": ["i", "x"]}, shots=100), "expectation"
    assert told(asked) == (
        "invalid_circuit",
        "resultTypes[1]",
        f"Result type 2 ({kind}) measures qubit 1 along x, and result type 1 ({kind}) along z",
    )
    assert told(request({"type": "probability"}, X0, shots=100))[1] == "resultTypes[1]"
    assert settled(request(ZZ, {**ZZ, "observable": ["i", "z"]}, {"type": "probability"}, shots=9))
    assert settled(request(ZZ, X0, {"type": "probability"}))


def test_a_circuit_that_measures_takes_no_result_types():
    measured = [*BELL, {"gate": "measure", "targets": [0, 1]}]
    qasm = "OPENQASM 3.0;\nqubit[2] q;\nbit[2] b;\nh q[0];\nb = measure q;\n"
    message = "A circuit with result types takes no measurement of its own"
    for shots in (0, 100):
        for asked in (
            request(ZZ, circuit_operations=measured, shots=shots),
            text(qasm, ZZ, shots=shots),
        ):
            assert told(asked) == ("unsupported_operation", "resultTypes", message)
    assert settled(text(qasm.replace("b = measure q;", "x q[1];"), ZZ)) == [ZZ]


def test_a_program_with_feed_forward_takes_no_result_types():
    source = (
        "OPENQASM 3.0;\nqubit[2] q;\nbit b = 0;\nh q[0];\nb = measure q[0];\n"
        "if (b == 1) { x q[1]; }\n"
    )
    code, field, message = told(text(source, ZZ, shots=100))
    assert (code, field) == ("unsupported_operation", "resultTypes")
    assert message.startswith("A program whose gates depend on measurements gives counts")


def test_what_a_program_asks_for_itself_comes_first():
    whole = programs.check(request(ZZ), LIMITS).lowered()
    asks = dataclasses.replace(whole, result_types=[X0, ZZ])
    known = {"shots": 0, "device": routes.DEVICES[0], "lowered": asks, "limits": LIMITS}
    findings = Findings()
    both = results.settle(findings, [{"type": "state_vector"}, X0], **known)
    assert [result.kind for result in both] == ["variance", "expectation", "state_vector"]
    assert [result.kind for result in results.settle(findings, [], **known)] == [
        "variance",
        "expectation",
    ]
    findings.raise_if_any()


def test_what_is_wrong_with_those_of_a_program_is_said_of_its_text():
    whole = programs.check(request(ZZ), LIMITS).lowered()
    asks = dataclasses.replace(whole, result_types=[{"type": "state_vector"}, ZZ])
    findings, own = Findings(), "result type 2 (expectation) of the program"
    known = {"device": routes.DEVICES[0], "lowered": asks, "limits": LIMITS}
    results.settle(findings, [X0], shots=10, **known)
    with pytest.raises(RunError) as caught:
        findings.raise_if_any()
    assert [(problem.field, problem.message) for problem in caught.value.problems] == [
        (
            "resultTypes[0]",
            f"Result type 1 (variance) measures qubit 0 along x, and {own} along z",
        ),
        (
            "source",
            "Result type 1 (state_vector) of the program is exact, and 10 shots are asked for",
        ),
    ]


def test_those_of_a_program_and_of_its_request_are_at_most_twenty_together():
    whole = programs.check(request(ZZ), LIMITS).lowered()
    words = [{**ZZ, "observable": [x, y]} for x in "xyzi" for y in "xyzi"]
    asks = dataclasses.replace(whole, result_types=words)
    singles = [{**X0, "observable": [letter], "targets": [q]} for letter in "xyz" for q in (0, 1)]
    findings = Findings()
    known = {"device": routes.DEVICES[0], "lowered": asks, "limits": LIMITS}
    results.settle(findings, singles, shots=0, **known)
    with pytest.raises(RunError, match="22 result types with those of the program") as caught:
        findings.raise_if_any()
    assert caught.value.code == "runner_limit_exceeded"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(asked=RESULTS, shots=st.integers(0, 2), device=st.sampled_from(["braket_sv", "braket_dm"]))
def test_whatever_is_asked_is_refused_in_words_or_settled_for_good(asked, shots, device):
    asks, refusal = request(*asked, shots=shots, device_id=device), None
    try:
        found = settled(asks)
    except RunError as error:
        refusal = error
    if refusal is None:
        assert settled(dataclasses.replace(asks, result_types=found)) == found
    else:
        assert refusal.problems
        assert all(problem.message for problem in refusal.problems)


def test_listings_are_bounded():
    wide = [{"gate": "h", "targets": [q]} for q in range(13)]
    for asked in ({"type": "state_vector"}, {"type": "probability"}):
        code, field, message = told(request(asked, circuit_operations=wide))
        assert (code, field) == ("runner_limit_exceeded", "resultTypes[0]")
        assert "lists the states of 13 qubits; this runner lists those of at most 12" in message
    assert settled(
        request({"type": "probability", "targets": [*range(12)]}, circuit_operations=wide)
    )
    few = dataclasses.replace(LIMITS, listed_qubits=1)
    many = {"type": "amplitude", "states": ["00", "01", "10"]}
    code, _, message = told(request(many), few)
    assert (code, message) == (
        "runner_limit_exceeded",
        "Result type 1 (amplitude) names 3 states; this runner lists at most 2",
    )


def test_there_are_at_most_twenty_result_types():
    many = [{"type": "expectation", "observable": [x, y], "targets": [0, 1]}
            for x in "xyzi" for y in "xyzi"]  # fmt: skip
    assert len(settled(request(*many))) == 16
    more = [{**X0, "observable": [letter], "targets": [q]} for letter in "xyz" for q in (0, 1)]
    code, field, message = told(request(*many, *more))
    assert (code, field) == ("runner_limit_exceeded", "resultTypes")
    assert message == "There are 22 result types; a run may have at most 20"


def test_what_a_run_measures_along_is_in_its_job():
    program = programs.check(request(ZZ, {**X0, "observable": ["i"]}, shots=10), LIMITS)
    job = programs.job(program, shots=10, seed=1, device_id="braket_sv", limits=LIMITS)
    assert [operation["gate"] for operation in job.operations] == ["h", "cnot"]

    word = {"type": "expectation", "observable": ["y", "x"], "targets": [1, 0]}
    program = programs.check(request(word, shots=10), LIMITS)
    job = programs.job(program, shots=10, seed=1, device_id="braket_sv", limits=LIMITS)
    assert job.operations[2:] == tuple(
        {"gate": name, "targets": [qubit]}
        for name, qubit in [("h", 0), ("z", 1), ("s", 1), ("h", 1)]
    )
    exact = programs.job(program, shots=0, seed=1, device_id="braket_sv", limits=LIMITS)
    assert len(exact.operations) == 2
    assert job.result_types == exact.result_types == (word,)


def test_estimates_follow_from_counts_alone():
    asked = [
        ResultType.of(ZZ),
        ResultType.of(X0),
        ResultType.of({"type": "probability", "targets": [1]}),
    ]
    product, variance, share = results.estimate(asked, {"10": 30, "11": 50, "00": 20}, (1, 0))
    assert product == ZZ | {"value": 0.4, "standardError": math.sqrt(0.84 / 100)}
    assert variance == X0 | {"value": 1.0}
    assert share == {"type": "probability", "targets": [1], "probabilities": {"0": 0.2, "1": 0.8}}


def test_identity_is_certain():
    word = ResultType.of({"type": "expectation", "observable": ["i", "i"], "targets": [0, 1]})
    (value,) = results.estimate([word], {"01": 7, "11": 3}, (0, 1))
    assert (value["value"], value["standardError"]) == (1, 0)


def test_nothing_is_estimated_from_nothing():
    with pytest.raises(ValueError, match="no counts"):
        results.estimate([ResultType.of(ZZ)], {}, (0, 1))
    with pytest.raises(ValueError, match="qubit 1 was not measured"):
        results.estimate([ResultType.of(ZZ)], {"0": 1}, (0,))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_exact_values_are_finite(number):
    expectation, state = ResultType.of(X0), ResultType.of({"type": "state_vector"})
    for result, name, value in (
        (expectation, "value", number),
        (state, "amplitudes", {"0": [1.0, 0.0], "1": [number, 0.0]}),
    ):
        assert not results.are_exact_values([result.as_json() | {name: value}], [result], qubits=1)


@pytest.mark.parametrize(
    ("members", "label", "title", "notation"),
    [
        (ZZ, "⟨Z₀Z₁⟩", "Expectation of Z₀Z₁", "expectation Z0 Z1"),
        (X0 | {"targets": [12]}, "Var(X₁₂)", "Variance of X₁₂", "variance X12"),
        ({"type": "probability", "targets": [2, 0]}, "P(q2 q0)", "Probabilities of q2 q0", "probability 2 0"),
        ({"type": "probability"}, "P(all qubits)", "Probabilities of all qubits", "probability"),
        ({"type": "state_vector"}, "|ψ⟩", "State vector", "state_vector"),
        ({"type": "amplitude", "states": ["01"]}, "⟨01|ψ⟩", "Amplitude of 01", "amplitude 01"),
        (
            {"type": "amplitude", "states": ["00", "01", "10", "11", "0", "1"]},
            "⟨00|ψ⟩, ⟨01|ψ⟩, ⟨10|ψ⟩, ⟨11|ψ⟩ and 2 more",
            "Amplitudes of 6 states",
            "amplitude 00 01 10 11 0 1",
        ),
    ],
)  # fmt: skip
def test_result_types_have_names_for_pages(members, label, title, notation):
    result = ResultType.of(members)
    assert (results.label(result), results.title(result)) == (label, title)
    assert results.notation(result) == notation
