"""The page of a run with result values: estimated or exact, in digits, bars and files."""

import csv
import gzip
import io
import json
import re

import pytest
from django.urls import reverse

from tests import make
from tests.runs import results_by_hand as by_hand


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def estimated(workflow, owner):
    return make.run(workflow, by=owner, values=by_hand.SAMPLED, counts=by_hand.SAMPLED_COUNTS)


@pytest.fixture
def exact(workflow, owner):
    return make.run(workflow, by=owner, values=by_hand.EXACT, shots=0)


def page(client, run, name="detail"):
    return client.get(reverse(f"runs:{name}", args=[run.pk])).content.decode()


def section(shown, title):
    """The panel of the page that has this title."""
    return shown.split(f'id="{title}-title"')[1].split("</section>")[0]


def words(shown):
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def test_estimates_stand_above_the_counts_that_they_come_from(signed_in, estimated):
    shown = page(signed_in, estimated)
    assert shown.index("values-title") < shown.index("result-title")
    values = words(section(shown, "values"))
    assert "Estimated from 1,000 shots" in values
    assert "⟨Z₀Z₁⟩ 0.9860 ± 0.0053" in values
    assert "Var(Z₁) 0.9998" in values
    assert "Probabilities of q0, q1" in values
    assert "01 0.0070" in values
    assert "exact" not in values
    assert ">Counts</h2>" in shown
    assert ">500<" in shown


def test_exact_values_stand_alone_and_say_why_there_are_no_counts(signed_in, exact):
    shown = page(signed_in, exact)
    values = words(section(shown, "values"))
    assert "Exact, without shots" in values
    assert "No shots were taken, so there are no counts." in values
    assert "⟨Z₀Z₁⟩ 1.000000 exact" in values
    assert "⟨X₀I₁⟩ 0.000000 exact" in values
    assert "|00⟩ 0.707107 + 0.000000i 0.500000 0" in values
    assert "|01⟩ 0.000000 + 0.000000i 0.000000 –" in values
    assert "result-title" not in shown
    assert "counts.csv" not in shown
    assert "None, exact values" in shown
    assert "<b>Computed</b>" in shown


def test_the_circuit_of_a_run_without_shots_ends_without_measurements(signed_in, exact, estimated):
    assert "Measure q0" not in page(signed_in, exact)
    assert "Measured qubits" not in page(signed_in, exact)
    assert "Measure q0" in page(signed_in, estimated)


def test_counts_of_a_rotated_measurement_say_so(signed_in, workflow, owner, estimated):
    note = "The counts are of a rotated measurement"
    assert note not in page(signed_in, estimated)
    turned = [
        {**by_hand.SAMPLED[0], "observable": ["x", "x"]},
        {**by_hand.SAMPLED[1], "observable": ["x"]},
    ]
    run = make.run(workflow, by=owner, values=turned, counts=by_hand.SAMPLED_COUNTS)
    shown = words(page(signed_in, run))
    assert (
        f"{note}: q0, q1 in X, each 0 being the eigenvalue +1, each 1 the eigenvalue −1." in shown
    )


def test_what_was_asked_for_is_on_the_page_before_there_is_a_result(signed_in, workflow, owner):
    asked = {"shots": 0, "result_types": by_hand.types(by_hand.EXACT)}
    shown = page(signed_in, make.run(workflow, by=owner, status="queued", **asked))
    assert "⟨Z₀Z₁⟩, ⟨X₀I₁⟩, Var(Y₀), P(q0 q1), |ψ⟩, ⟨11|ψ⟩, ⟨01|ψ⟩" in shown
    assert "css/values.css" in shown
    assert "No result yet" in shown


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("failed", "The run failed before a result came back."),
        ("cancelled", "The run was cancelled before it had a result."),
    ],
)
def test_a_run_that_did_not_come_to_its_values_says_so(signed_in, workflow, owner, status, why):
    asked = {"shots": 0, "result_types": by_hand.types(by_hand.EXACT)}
    if status == "failed":
        asked["error_code"] = "timeout"
    shown = page(signed_in, make.run(workflow, by=owner, status=status, **asked))
    assert "No values were computed" in shown
    assert why in shown
    assert "Not computed" in shown


def test_values_are_downloaded_to_the_last_bit(signed_in, exact):
    answer = signed_in.get(reverse("runs:values", args=[exact.pk]))
    assert f'filename="{exact.public_id}-values.json"' in answer["Content-Disposition"]
    document = answer.json()
    assert document["values"] == by_hand.EXACT
    assert (document["runId"], document["shots"]) == (exact.public_id, 0)
    assert (document["measuredQubits"], document["bitOrder"]) == ([0, 1], "first-bit-leftmost")
    table = signed_in.get(reverse("runs:values_table", args=[exact.pk]))
    assert f'filename="{exact.public_id}-values.csv"' in table["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(table.content.decode())))
    assert len(rows) == by_hand.numbers(by_hand.EXACT)
    assert float(rows[1]["value"]) == -1.1e-17


@pytest.mark.parametrize("name", ["values", "values_table"])
def test_a_run_without_values_has_none_to_download(signed_in, workflow, owner, name):
    run = make.run(workflow, by=owner)
    assert signed_in.get(reverse(f"runs:{name}", args=[run.pk])).status_code == 404
    assert signed_in.get(reverse("runs:counts", args=[run.pk])).status_code == 200


def test_a_run_without_counts_has_none_to_download(signed_in, exact):
    assert signed_in.get(reverse("runs:counts", args=[exact.pk])).status_code == 404


def test_the_request_can_be_sent_again_with_its_result_types(signed_in, exact):
    shown = page(signed_in, exact).split('id="curl"')[1]
    assert "resultTypes" in shown
    assert "&quot;shots&quot;: 0" in shown


def test_lists_say_that_a_run_is_exact(signed_in, exact, estimated):
    shown = words(signed_in.get(reverse("runs:list")).content.decode())
    assert "State vector exact" in shown
    assert "State vector 1,000" in shown


def test_the_largest_result_has_a_light_page(signed_in, workflow, owner):
    run = make.run(workflow, by=owner, values=by_hand.LARGEST, shots=0)
    shown = page(signed_in, run)
    assert len(gzip.compress(shown.encode(), 6)) <= 14 * 1024
    assert len(re.findall(r"<[a-z]", shown)) < 1_500
    assert "4,091 more amplitudes are in the files" in shown
    assert (
        len(json.loads(signed_in.get(reverse("runs:values", args=[run.pk])).content)["values"])
        == 20
    )


def test_ids_and_headings_are_as_on_every_page(signed_in, estimated, exact):
    for run in (estimated, exact):
        shown = page(signed_in, run)
        ids = re.findall(r'\sid="([^"]+)"', shown)
        assert sorted(set(ids)) == sorted(ids)
        assert not re.search(r"\sstyle=", shown)
