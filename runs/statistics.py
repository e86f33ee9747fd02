"""Shot noise: intervals, distances, tests, and the rows of a table of counts. Core.

scipy is imported by the one function that needs it: the web process never loads it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

_LEAST_EXPECTED = 5
_HEADROOM = 1.05
_ROUNDING = 1e-12
_SHOWN_AT_ONE_DECIMAL = 0.05


@dataclass(frozen=True)
class OutcomeRow:
    """One row of a table of counts: an outcome, or the rest of them together.

    ``share`` is the part of all shots, ``low`` and ``high`` bound it at 95 % for shot noise.
    """

    label: str
    count: int
    share: float
    low: float
    high: float
    is_rest: bool = False


def wilson_interval(count: float, shots: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the bounds of a share that was measured ``count`` times in ``shots``.

    They are those of E. B. Wilson, J. Am. Stat. Assoc. 22, 209 (1927), which stay within 0 and 1
    and hold for small counts too. A share that was corrected may stand for part of a count.

    :raises ValueError: if ``count`` is not between 0 and ``shots``, or there are no shots.
    """
    if shots < 1 or not 0 <= count <= shots:
        raise ValueError(f"{count} of {shots} shots is no share")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = count / shots
    weight = z * z / shots
    centre = (share + weight / 2) / (1 + weight)
    half = z * math.sqrt(share * (1 - share) / shots + weight / (4 * shots)) / (1 + weight)
    low = 0.0 if count == 0 else max(0.0, centre - half)
    high = 1.0 if count == shots else min(1.0, centre + half)
    return low, high


def total_variation_distance(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """Return half the summed difference of two distributions, from 0 (equal) to 1 (disjoint).

    Counts and probabilities both serve: each is divided by its sum.

    :raises ValueError: if one of them sums to nothing.
    """
    whole_a, whole_b = math.fsum(a.values()), math.fsum(b.values())
    if whole_a <= 0 or whole_b <= 0:
        raise ValueError("an empty distribution has no distance from another")
    outcomes = a.keys() | b.keys()
    return 0.5 * math.fsum(
        abs(a.get(outcome, 0) / whole_a - b.get(outcome, 0) / whole_b) for outcome in outcomes
    )


def chi_square_p_value(counts: Mapping[str, int], probabilities: Mapping[str, float]) -> float:
    """Return how likely counts at least as far from ``probabilities`` are (Pearson's test).

    Outcomes that are expected fewer than five times are pooled. An outcome that is impossible
    and was seen makes it 0.

    :raises ValueError: if there are no counts, or the probabilities do not sum to 1.
    """
    from scipy.stats import chi2  # noqa: PLC0415 - never loaded by the web process

    shots = sum(counts.values())
    if shots < 1 or not math.isclose(math.fsum(probabilities.values()), 1, abs_tol=1e-6):
        raise ValueError("a test needs counts, and probabilities that sum to 1")
    possible = {outcome for outcome, share in probabilities.items() if share > _ROUNDING}
    if any(count for outcome, count in counts.items() if outcome not in possible):
        return 0.0
    cells = [(counts.get(outcome, 0), probabilities[outcome] * shots) for outcome in possible]
    large = [cell for cell in cells if cell[1] >= _LEAST_EXPECTED]
    small = [cell for cell in cells if cell[1] < _LEAST_EXPECTED]
    if small:
        seen, expected = zip(*small, strict=True)
        large.append((sum(seen), math.fsum(expected)))
    if len(large) == 1:
        return 1.0
    distance = math.fsum((seen - expected) ** 2 / expected for seen, expected in large)
    return float(chi2.sf(distance, len(large) - 1))


def outcome_rows(counts: Mapping[str, int], shots: int, *, most: int = 16) -> list[OutcomeRow]:
    """Return the rows of a table of counts: largest first, equal ones by bit string.

    Beyond ``most`` outcomes the smallest stand together in a last row, “Other (n)”.

    :raises ValueError: if ``shots`` is not positive or smaller than a count.
    """
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown, rest = ordered[:most], ordered[most:]
    rows = [_row(outcome, count, shots) for outcome, count in shown]
    if rest:
        together = sum(count for _, count in rest)
        rows.append(_row(f"Other ({len(rest):,})", together, shots, is_rest=True))
    return rows


def scale_of(rows: Sequence[OutcomeRow]) -> float:
    """Return the share at the right end of the bars of ``rows``, with a little room."""
    return scale(row.high for row in rows)


def scale(shares: Iterable[float]) -> float:
    """Return the share at the right end of bars up to the largest of ``shares``, with room."""
    return min(1.0, _HEADROOM * max(shares, default=1.0)) or 1.0


def percent(share: float) -> str:
    """Return a share of 1 in per cent, without the sign: ``47.1``, or ``0.004`` for a rare one.

    One decimal, and as many as it takes where that would read as none or as all of the shots.
    """
    edge = 100 * min(share, 1 - share)
    decimals = 1 if edge <= 0 or edge >= _SHOWN_AT_ONE_DECIMAL else -math.floor(math.log10(edge))
    return f"{100 * share:.{decimals}f}"


def _row(label: str, count: int, shots: int, *, is_rest: bool = False) -> OutcomeRow:
    low, high = wilson_interval(count, shots)
    return OutcomeRow(label, count, count / shots, low, high, is_rest)
