"""The life of a run: the only writer of its status, its trace and its place in the queue.

People ask (:mod:`runs.lifecycle.requests`), workers claim (:mod:`runs.lifecycle.claiming`) and
carry out (:mod:`runs.lifecycle.attempts`), and what was lost is repaired
(:mod:`runs.lifecycle.repair`). All of them ask the core, :mod:`runs.life`, what becomes of the run,
and every change is one conditional UPDATE with its lines of the trace, in one transaction.
"""

from runs.life import TRANSITIONS
from runs.lifecycle.attempts import (
    LeaseLostError,
    end_cancelled,
    fail,
    heartbeat,
    lose,
    start,
    succeed,
)
from runs.lifecycle.claiming import claim
from runs.lifecycle.reading import note_read
from runs.lifecycle.repair import hint_due, hint_next, release_expired
from runs.lifecycle.requests import (
    annotate,
    can_cancel,
    can_retry,
    cancel,
    record_seal,
    request_evidence,
    request_of,
    retry,
    submit,
)
from runs.lifecycle.sweeps import at_point, can_cancel_sweep, cancel_sweep, submit_sweep

__all__ = [
    "TRANSITIONS",
    "LeaseLostError",
    "annotate",
    "at_point",
    "can_cancel",
    "can_cancel_sweep",
    "can_retry",
    "cancel",
    "cancel_sweep",
    "claim",
    "end_cancelled",
    "fail",
    "heartbeat",
    "hint_due",
    "hint_next",
    "lose",
    "note_read",
    "record_seal",
    "release_expired",
    "request_evidence",
    "request_of",
    "retry",
    "start",
    "submit",
    "submit_sweep",
    "succeed",
]
