"""Shot noise is reckoned as the textbooks do."""

import numpy as np
import pytest
from scipy.stats import binomtest, chisquare

from runs.statistics import (
    chi_square_p_value,
    outcome_rows,
    percent,
    scale_of,
    total_variation_distance,
    wilson_interval,
)


@pytest.mark.parametrize("confidence", [0.95, 0.99])
@pytest.mark.parametrize(("count", "shots"), [(0, 10), (1, 3), (471, 1_000), (7, 7), (1, 100_000)])
def test_intervals_are_those_of_wilson(count, shots, confidence):
    reference = binomtest(count, shots).proportion_ci(confidence, method="wilson")

    assert wilson_interval(count, shots, confidence) == pytest.approx(
        (reference.low, reference.high), abs=1e-12
    )


@pytest.mark.parametrize(("count", "shots"), [(0, 0), (-1, 5), (6, 5)])
def test_no_share_has_no_interval(count, shots):
    with pytest.raises(ValueError, match="no share"):
        wilson_interval(count, shots)


def test_the_distance_of_counts_from_probabilities():
    assert total_variation_distance({"0": 30, "1": 70}, {"0": 0.5, "1": 0.5}) == pytest.approx(0.2)
    assert total_variation_distance({"00": 5}, {"11": 0.25}) == 1
    assert total_variation_distance({"0": 1, "1": 3}, {"1": 300, "0": 100}) == 0
    with pytest.raises(ValueError, match="empty"):
        total_variation_distance({}, {"0": 1})


def test_the_test_of_counts_is_pearsons():
    counts = {"00": 510, "01": 240, "10": 250}

    p_value = chi_square_p_value(counts, {"00": 0.5, "01": 0.25, "10": 0.25})

    assert p_value == pytest.approx(chisquare([510, 240, 250], [500, 250, 250]).pvalue)


def test_an_impossible_outcome_refutes_and_a_certain_one_does_not():
    assert chi_square_p_value({"0": 999, "1": 1}, {"0": 1.0}) == 0
    assert chi_square_p_value({"0": 1_000}, {"0": 1.0}) == 1


def test_rare_outcomes_are_tested_together():
    probabilities = {"0": 0.9, **{f"1{n}": 0.001 for n in range(100)}}

    assert chi_square_p_value({"0": 900, "10": 100}, probabilities) == pytest.approx(1)
    assert chi_square_p_value({"0": 800, "10": 200}, probabilities) < 1e-6


def test_false_alarms_come_as_often_as_stated():
    shares = {"00": 0.4, "01": 0.3, "10": 0.2, "11": 0.1}
    generator = np.random.Generator(np.random.PCG64(7))
    draws = generator.multinomial(1_000, list(shares.values()), size=400)

    alarms = sum(
        chi_square_p_value(dict(zip(shares, map(int, draw), strict=True)), shares) < 0.05
        for draw in draws
    )

    assert 8 <= alarms <= 34  # 20 are expected; outside of this less than once in a thousand


@pytest.mark.parametrize(
    ("counts", "probabilities"), [({}, {"0": 1.0}), ({"0": 5}, {"0": 0.5}), ({"0": 5}, {})]
)
def test_there_is_no_test_without_counts_and_whole_probabilities(counts, probabilities):
    with pytest.raises(ValueError, match="a test needs"):
        chi_square_p_value(counts, probabilities)


def test_rows_come_largest_first_and_equal_ones_by_bit_string():
    rows = outcome_rows({"01": 10, "11": 70, "00": 10, "10": 10}, 100)

    assert [(row.label, row.count, row.share) for row in rows] == [
        ("11", 70, 0.7),
        ("00", 10, 0.1),
        ("01", 10, 0.1),
        ("10", 10, 0.1),
    ]
    assert rows[0].low < 0.7 < rows[0].high
    assert not any(row.is_rest for row in rows)


def test_what_is_beyond_the_most_rows_stands_together():
    counts = {format(n, "05b"): 32 - n for n in range(32)}
    rows = outcome_rows(counts, sum(counts.values()))

    assert len(rows) == 17
    assert rows[-1].label == "Other (16)"
    assert rows[-1].is_rest
    assert sum(row.count for row in rows) == sum(counts.values())
    assert sum(row.share for row in rows) == pytest.approx(1)


def test_bars_have_a_little_room_but_never_beyond_one():
    assert scale_of(outcome_rows({"0": 500, "1": 500}, 1_000)) == pytest.approx(0.5574, abs=1e-3)
    assert scale_of(outcome_rows({"0": 1_000}, 1_000)) == 1
    assert scale_of([]) == 1


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0.0"),
        (1, "100.0"),
        (0.4712, "47.1"),
        (0.0005, "0.1"),
        (0.0004, "0.04"),
        (4 / 100_000, "0.004"),
        (1 / 1_000_000, "0.0001"),
        (99_996 / 100_000, "99.996"),
    ],
)
def test_a_rare_outcome_never_reads_as_none_and_a_frequent_one_never_as_all(share, words):
    assert percent(share) == words
