"""Result types on the form of a run: one a line, judged as the API's are, kept for the next run."""

import pytest
from django.urls import reverse

from runs.forms.results import ResultTypesField, read, write
from runs.models import Run
from tests import make
from tests.runs.test_run_form import typed

ZZ = {"type": "expectation", "observable": ["z", "z"], "targets": [0, 1]}


@pytest.fixture
def address(workflow):
    return reverse("runs:new", args=[workflow.pk])


@pytest.fixture
def visitor(client, operator):
    client.force_login(operator)
    return client


@pytest.mark.parametrize(
    ("line", "members"),
    [
        ("expectation Z0 Z1", ZZ),
        ("  Expectation z0*Z1 ", ZZ),
        ("expectation Z(0) @ Z(1)", ZZ),
        ("variance X2", {"type": "variance", "observable": ["x"], "targets": [2]}),
        ("probability", {"type": "probability"}),
        ("probability q1, 0", {"type": "probability", "targets": [1, 0]}),
        ("state_vector", {"type": "state_vector"}),
        ("state vector", {"type": "state_vector"}),
        ("amplitude 00 11", {"type": "amplitude", "states": ["00", "11"]}),
        ("expectaton Z0", {"type": "expectaton"}),
    ],
)
def test_a_line_asks_for_one_result_type(line, members):
    assert read(line) == members


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("expectation Z", "“Z” is not a Pauli observable of a qubit; write X0, Y1 or Z2"),
        ("variance X-1", "“X-1” is not a Pauli observable"),
        ("probability 0 one", "“one” is not the number of a qubit"),
        ("probability ²", "“²” is not the number of a qubit"),
        ("state_vector 0", "a state vector is of all qubits"),
    ],
)
def test_a_line_that_cannot_be_read_says_what_to_write(line, message):
    with pytest.raises(ValueError, match=message.replace("²", ".")):
        read(line)


def test_what_is_written_is_read_as_it_was():
    asked = [
        ZZ,
        {"type": "variance", "observable": ["y", "i"], "targets": [12, 3]},
        {"type": "probability", "targets": [2, 0]},
        {"type": "amplitude", "states": ["010", "111"]},
        {"type": "state_vector"},
    ]
    assert ResultTypesField().clean("\n" + write(asked).replace("\n", "\r\n\r\n")) == asked


def test_result_types_are_asked_for_with_the_run(visitor, address):
    answer = visitor.post(address, typed(result_types="expectation Z0 Z1\r\n\r\nprobability\r\n"))
    run = Run.objects.get()
    assert answer.url == reverse("runs:detail", args=[run.pk])
    assert run.result_types == [ZZ, {"type": "probability", "targets": [0, 1]}]
    assert run.status == "queued"


def test_a_run_without_shots_gives_exact_values(visitor, address):
    visitor.post(address, typed(shots="0", result_types="state_vector"))
    run = Run.objects.get()
    assert (run.status, run.shots, run.result_types) == ("queued", 0, [{"type": "state_vector"}])


def test_lines_that_cannot_be_read_are_told_with_their_numbers(visitor, address):
    asked = "expectation Z0\n\nvariance X\nprobability none"
    answer = visitor.post(address, typed(result_types=asked))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 3: “X” is not a Pauli observable of a qubit" in page
    assert "<br>Line 4: “none” is not the number of a qubit" in page
    assert asked in page
    assert 'href="#id_result_types"' in page
    assert not Run.objects.exists()


def test_what_the_domain_refuses_is_told_beside_the_field(visitor, address):
    answer = visitor.post(address, typed(result_types="expectaton Z0\nvariance X7"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Result type 1 (expectaton) is none that there is. Did you mean expectation?" in page
    assert "Result type 2 (variance) names qubit 7, which is not in the circuit" in page
    assert answer.context["form"].errors["result_types"]
    run = Run.objects.get()
    assert (run.status, run.error_code) == ("failed", "invalid_circuit")


def test_no_shots_and_nothing_to_find_is_told_at_the_shots(visitor, address):
    answer = visitor.post(address, typed(shots="0"))
    assert answer.status_code == 422
    (told,) = answer.context["form"].errors["shots"]
    assert told.startswith("0 shots are asked for, and no result types. Ask for 1 to 100,000 shots")


def test_run_again_asks_for_the_same(visitor, address, workflow, operator):
    visitor.post(address, typed(shots="0", result_types="amplitude 11 00\nvariance X1"))
    again = visitor.get(f"{address}?from={Run.objects.get().public_id}")
    assert again.context["form"]["result_types"].value() == "amplitude 11 00\nvariance X1"
    assert again.context["form"]["shots"].value() == 0
    plain = make.run(workflow, by=operator)
    other = visitor.get(f"{address}?from={plain.public_id}")
    assert other.context["form"]["result_types"].value() == ""


def test_the_preview_says_what_comes_out(visitor, workflow):
    where = reverse("runs:preview", args=[workflow.pk])
    page = visitor.post(where, typed(result_types="expectation Z0 Z1")).content.decode()
    assert "It gives counts and ⟨Z₀Z₁⟩" in page
    exact = visitor.post(
        where, typed(shots="0", result_types="probability 1\nvariance X0\nstate_vector")
    )
    assert "Exact values need no shots" in exact.content.decode()
    assert "It gives P(q1), Var(X₀) and |ψ⟩" in exact.content.decode()
    assert "Measure q0" in page
    assert "Measure q0" not in exact.content.decode()
    refused = visitor.post(where, typed(result_types="state_vector")).content.decode()
    assert "Result type 1 (state_vector) is exact, and 1,000 shots are asked for" in refused
    assert not Run.objects.exists()
