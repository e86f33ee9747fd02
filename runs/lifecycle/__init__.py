"""The life of a run: the only writer of its status, its trace and its place in the queue.

People ask (:mod:`runs.lifecycle.requests`), workers carry out (:mod:`runs.lifecycle.attempts`).
Every change is one conditional UPDATE and one line of the trace, in one transaction.
"""

from runs.lifecycle.attempts import (
    LeaseLostError,
    claim,
    end_cancelled,
    fail,
    heartbeat,
    hint_due,
    hint_next,
    release_expired,
    start,
    succeed,
)
from runs.lifecycle.reading import note_read
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
from runs.lifecycle.sweeps import can_cancel_sweep, cancel_sweep, submit_sweep
from runs.lifecycle.transitions import TRANSITIONS

__all__ = [
    "TRANSITIONS",
    "LeaseLostError",
    "annotate",
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
