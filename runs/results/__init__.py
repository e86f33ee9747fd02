"""Result types: what a run gives beside, or instead of, counts. Core.

They are read and checked (:mod:`runs.results.parsing`, :mod:`runs.results.settling`), measured in
a basis of their own (:mod:`runs.results.bases`), estimated from counts
(:mod:`runs.results.estimation`) or believed as exact values (:mod:`runs.results.exact`), and named
on pages (:mod:`runs.results.words`).
"""

from runs.results.bases import rotations
from runs.results.estimation import estimate
from runs.results.exact import are_exact_values
from runs.results.model import Kind, ResultType
from runs.results.parsing import readable
from runs.results.settling import find_nothing_asked, settle
from runs.results.words import label, notation, summary, title, word

__all__ = [
    "Kind",
    "ResultType",
    "are_exact_values",
    "estimate",
    "find_nothing_asked",
    "label",
    "notation",
    "readable",
    "rotations",
    "settle",
    "summary",
    "title",
    "word",
]
