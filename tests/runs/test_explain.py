"""An error in words: the same on the run page, in the packet and for the reviewer."""

import pytest

from runs.errors import ERRORS, Problem, RunError
from runs.explain import explain


def words(code, *problems, submission="not_sent", billing="none", evidence="ready", **options):
    payload = RunError(code, problems, **options).as_json(
        docs_url="https://runs.example/docs/errors/",
        provider_id="local",
        attempt=0,
        max_attempts=3,
        submission=submission,
        billing=billing,
    )
    return explain(payload, evidence_state=evidence, operations=6)


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_every_published_error_answers_all_three_questions_in_sentences(code):
    told = words(code)
    assert told.headline == ERRORS[code].headline
    assert all(answer.endswith(".") for answer in (told.happened, told.retry, told.kept, told.hint))


@pytest.mark.parametrize(
    ("problem", "place"),
    [
        (Problem("Qubit 1 is used twice", operation_index=2), "Operation 3 of 6"),
        (Problem("There is no such gate", operation_index=9), "Operation 10"),
        (Problem("Expected ; here", line=4, column=7), "Line 4, column 7"),
        (Problem("Expected ; here", line=4), "Line 4"),
        (Problem("Line 4: expected ; before cx", line=4, column=1), ""),
        (Problem("Operation 3 (cnot) names qubit 0 twice", operation_index=2), ""),
        (Problem("Ask for fewer shots"), ""),
    ],
)
def test_the_place_is_named_once(problem, place):
    told = words("invalid_circuit", problem)
    assert told.place == place
    assert told.message == f"{problem.message}."


def test_all_problems_are_told_each_with_its_place():
    first, second = Problem("One", operation_index=0), Problem("Two", operation_index=1)
    assert words("invalid_circuit", first, second).problems == ("Operation 2 of 6: Two.",)


@pytest.mark.parametrize(
    ("code", "submission", "billing", "happened"),
    [
        ("invalid_circuit", "not_sent", "none", "Nothing reached the provider"),
        ("timeout", "not_sent", "none", "It was not sent to the provider. Nothing was charged."),
        ("timeout", "acknowledged", "none", "The provider took it"),
        ("timeout", "acknowledged", "charged", "The provider charged for it."),
        (
            "submission_unconfirmed",
            "sent_unconfirmed",
            "unknown",
            "answer was lost. The provider may",
        ),
    ],
)
def test_whether_it_ran_and_what_it_cost(code, submission, billing, happened):
    assert happened in words(code, submission=submission, billing=billing).happened


@pytest.mark.parametrize(
    ("code", "submission", "retry"),
    [
        ("invalid_circuit", "not_sent", "fails the same way"),
        ("timeout", "not_sent", "Yes."),
        ("timeout", "sent_unconfirmed", "Not yet."),
        ("provider_throttled", "not_sent", "Yes, later."),
        ("permission_denied", "not_sent", "changes nothing"),
    ],
)
def test_whether_a_retry_is_safe(code, submission, retry):
    assert retry in words(code, submission=submission).retry


def test_how_long_to_wait_is_told_where_it_is_known():
    told = words("provider_throttled", retry_after_seconds=30)
    assert "Wait at least 30 seconds." in told.retry


@pytest.mark.parametrize(
    ("evidence", "kept"),
    [
        ("ready", "are sealed as evidence"),
        ("pending", "are being sealed"),
        ("not_requested", "You can seal them later"),
        ("build_failed", "Sealing them failed"),
    ],
)
def test_what_is_kept(evidence, kept):
    assert kept in words("timeout", evidence=evidence).kept
