"""The life of a run as pure functions: a state and an event in, a change or a refusal out. Core.

Nothing here knows a clock, chance, or how anything is stored. :mod:`runs.lifecycle` loads a row,
asks :func:`decide`, and writes exactly what it was told, in one transaction.
"""

from runs.life.attempts import REASONS, Attempt, Ending, attempts_of
from runs.life.deciding import begin, decide
from runs.life.shapes import Change, Life, Line, Refusal, Rules, Why
from runs.life.statuses import MEANINGS, TRANSITIONS, UNDER_LEASE

__all__ = [
    "MEANINGS",
    "REASONS",
    "TRANSITIONS",
    "UNDER_LEASE",
    "Attempt",
    "Change",
    "Ending",
    "Life",
    "Line",
    "Refusal",
    "Rules",
    "Why",
    "attempts_of",
    "begin",
    "decide",
]
