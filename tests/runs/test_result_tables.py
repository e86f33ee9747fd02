"""Result values as tables, files and pictures: the digits that are read, and those that are kept."""

import csv
import io
import json
import math
import re
from xml.etree import ElementTree as ET

import pytest

from runs import canonical, drawing
from runs.results import files, tables
from tests.runs import results_by_hand as by_hand

SVG = "{http://www.w3.org/2000/svg}"


def scalar(value, error=None):
    made = {"type": "expectation", "observable": ["z"], "targets": [0], "value": value}
    return made if error is None else {**made, "standardError": error}


def probabilities(shares):
    targets = list(range(len(next(iter(shares)))))
    return {"type": "probability", "targets": targets, "probabilities": shares}


def state_vector(amplitudes):
    return {"type": "state_vector", "amplitudes": amplitudes}


@pytest.mark.parametrize(
    ("value", "error", "written"),
    [
        (0.498, 0.013712, "0.4980 ± 0.0137"),
        (-0.5, 0.0274, "−0.5000 ± 0.0274"),
        (0.99999, 0.0000142, "0.999990 ± 0.000014"),
        (1.0, 0.0, "1.0000 ± 0.0000"),
        (-0.00001, 0.0316, "0.0000 ± 0.0316"),
    ],
)
def test_an_estimate_has_the_digits_that_its_error_calls_for(value, error, written):
    (row,) = tables.read([scalar(value, error)], 1_000).scalars
    assert f"{row.figure} {row.spread}" == written


def test_all_estimates_of_a_table_have_equally_many_digits():
    rows = tables.read([scalar(0.5, 0.0274), scalar(0.999, 0.00071)], 1_000).scalars
    assert [row.figure for row in rows] == ["0.50000", "0.99900"]


def test_an_exact_value_says_that_it_is():
    (row,) = tables.read([scalar(1 / 3)], 0).scalars
    assert (row.figure, row.spread, row.error) == ("0.333333", "exact", None)


def test_a_variance_that_was_estimated_has_no_error():
    variance = {"type": "variance", "observable": ["x", "y"], "targets": [0, 12], "value": 0.75}
    (row,) = tables.read([variance], 100).scalars
    assert (row.label, row.title) == ("Var(X₀Y₁₂)", "Variance of X₀Y₁₂")
    assert (row.figure, row.spread) == ("0.7500", "")


def test_estimated_probabilities_have_the_intervals_of_their_counts():
    (table,) = tables.read([probabilities({"0": 0.25, "1": 0.75})], 20_000).distributions
    largest, smallest = table.rows
    assert (largest.state, largest.figure) == ("1", "0.75000")
    assert largest.low < 0.75 < largest.high < 0.757
    assert smallest.high < 0.257


def test_exact_probabilities_have_no_interval_and_the_rest_is_summed_up():
    shares = {format(place, "05b"): (place + 1) / 528 for place in range(32)}
    (table,) = tables.read([probabilities(shares)], 0).distributions
    assert (table.rows[0].state, table.states, len(table.rows)) == ("11111", 32, 17)
    assert {row.low for row in table.rows} == {row.high for row in table.rows}
    rest = table.rows[-1]
    assert (rest.state, rest.is_rest) == ("Other (16)", True)
    assert math.fsum(row.probability for row in table.rows) == pytest.approx(1)
    assert table.scale == pytest.approx(1.05 * 32 / 528)


def test_the_largest_amplitudes_come_first_whatever_the_last_digit_of_their_weight():
    half = {"00": [0.5, 0.0], "01": [0.0, 0.5], "10": [-0.5, -0.0], "11": [0.3, -0.4000000000001]}
    (table,) = tables.read([state_vector(half)], 0).amplitudes
    assert [row.state for row in table.rows] == ["00", "01", "10", "11"]
    assert [row.figure for row in table.rows] == [
        "0.500000 + 0.000000i",
        "0.000000 + 0.500000i",
        "−0.500000 + 0.000000i",
        "0.300000 − 0.400000i",
    ]
    assert [row.phase for row in table.rows[:3]] == pytest.approx([0, math.pi / 2, math.pi])
    assert {row.probability.figure for row in table.rows} == {"0.250000"}


def test_amplitudes_that_were_asked_for_keep_their_order_and_nothing_has_no_phase():
    asked = {"type": "amplitude", "states": ["11", "00"]}
    found = {"amplitudes": {"00": [1.0, 0.0], "11": [0.0, 0.0]}}
    (table,) = tables.read([asked | found], 0).amplitudes
    assert [(row.state, row.phase) for row in table.rows] == [("11", None), ("00", 0.0)]
    assert table.hidden == 0


def test_many_results_share_the_room():
    amplitudes = {format(place, "05b"): [32**-0.5, 0.0] for place in range(32)}
    (alone,) = tables.read([state_vector(amplitudes)], 0).amplitudes
    assert (len(alone.rows), alone.hidden) == (16, 16)
    shares = probabilities(dict.fromkeys(amplitudes, 1 / 32))
    crowded = tables.read([state_vector(amplitudes), *[shares] * 19], 0)
    assert (len(crowded.amplitudes[0].rows), len(crowded.distributions[0].rows)) == (4, 5)


@pytest.mark.parametrize("values", [by_hand.SAMPLED, by_hand.EXACT], ids=["sampled", "exact"])
def test_the_table_of_commas_holds_every_number_to_the_last_bit(values):
    text = files.table(values)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {int(row["result"]) for row in rows} == set(range(1, len(values) + 1))
    for row in rows:
        value = values[int(row["result"]) - 1]
        assert row["type"] == value["type"]
        state, number = row["state"], float(row["value"])
        if "probabilities" in value:
            assert number == value["probabilities"][state]
        elif "amplitudes" in value:
            assert [number, float(row["imaginary"])] == value["amplitudes"][state]
        else:
            assert number == value["value"]
            assert (
                row["standardError"] == ""
                or float(row["standardError"]) == (value["standardError"])
            )
            assert row["observable"].lower() == "".join(value["observable"])
            assert row["targets"] == " ".join(map(str, value["targets"]))
    assert len(rows) == by_hand.numbers(values)


def test_the_same_values_make_the_same_files_however_their_members_are_ordered():
    turned = [dict(reversed(value.items())) for value in by_hand.EXACT]
    for value in turned:
        for name in ("probabilities", "amplitudes"):
            if name in value:
                value[name] = dict(reversed(value[name].items()))
    assert files.table(turned) == files.table(by_hand.EXACT)
    known = {"shots": 0, "measured_qubits": [0, 1], "sampling": "exact-values"}
    assert canonical.encode(files.document(turned, **known)) == canonical.encode(
        files.document(by_hand.EXACT, **known)
    )


def test_the_document_gives_back_every_number_to_the_last_bit():
    known = {"shots": 0, "measured_qubits": [0, 1], "sampling": "exact-values"}
    document = json.loads(canonical.encode(files.document(by_hand.EXACT, **known)))
    assert document["values"] == by_hand.EXACT
    assert (document["shots"], document["bitOrder"]) == (0, "first-bit-leftmost")


def test_the_bar_of_a_value_begins_in_the_middle():
    assert drawing.value_bar_svg(-0.5, 0.1) == (
        '<svg class="bar" aria-hidden="true" width="100%" height="16">'
        '<rect class="g" width="100%" height="16" rx="3" fill="#EDF1F3"/>'
        '<rect class="v" x="25.00%" width="25.00%" height="16" rx="3" fill="#1743C4"/>'
        '<line class="h" x1="20.00%" x2="30.00%" y1="8" y2="8" stroke="#fff" stroke-width="6"/>'
        '<line class="e" x1="20.00%" x2="30.00%" y1="8" y2="8" stroke="#14212B" '
        'stroke-width="2"/>'
        '<line class="z" x1="50.00%" x2="50.00%" y1="0" y2="16" stroke="#5B6874"/></svg>'
    )
    assert 'class="e"' not in drawing.value_bar_svg(0.25, None)
    assert 'x="50.00%" width="12.50%"' in drawing.value_bar_svg(0.25, None)


@pytest.mark.parametrize(
    ("values", "shots", "words"),
    [
        (by_hand.SAMPLED, 1_000, "Estimated from 1,000 shots."),
        (by_hand.EXACT, 0, "Exact values: computed from the state, without shots."),
    ],
    ids=["sampled", "exact"],
)
def test_the_picture_of_all_values_says_what_they_are_and_stays_inside_its_frame(
    values, shots, words
):
    svg = ET.fromstring(drawing.values_svg(tables.read(values, shots)))
    assert svg.find(f"{SVG}desc").text.startswith(words)
    width, height = float(svg.get("width")), float(svg.get("height"))
    for bar in svg.iter(f"{SVG}rect"):
        assert float(bar.get("x")) >= 0
        assert float(bar.get("x")) + float(bar.get("width")) <= width
        assert float(bar.get("y")) + 16 <= height
    texts = [text.text for text in svg.iter(f"{SVG}text")]
    assert {"⟨Z₀Z₁⟩", "−1", "0", "1", "Probabilities of q0, q1"} <= set(texts)


def test_the_rest_of_many_outcomes_is_told_and_not_drawn_where_it_is_beyond_the_scale():
    shares = {format(place, "06b"): 1 / 64 for place in range(64)}
    svg = ET.fromstring(drawing.values_svg(tables.read([probabilities(shares)], 0)))
    rest = next(group for group in svg.iter(f"{SVG}g") if "Other" in group[0].text)
    assert rest.find(f"{SVG}rect[@class='v']").get("width") == "0"
    assert rest[-1].text == "0.750000"


def test_a_spectrum_shows_the_shape_of_many_probabilities():
    shares = {format(place, "011b"): (place + 1) / 2_098_176 for place in range(2_048)}
    (table,) = tables.read([probabilities(shares)], 0).distributions
    svg = ET.fromstring(drawing.spectrum_svg(table))
    tops = [float(top) for top in re.findall(r"V([\d.]+)H", svg.find(f"{SVG}path").get("d"))]
    assert (len(tops), tops[0]) == (512, 0)
    assert tops == sorted(tops)
    assert svg.get("aria-label") == "2,048 outcomes, the most probable 0.000976"
