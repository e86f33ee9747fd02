"""Which status may follow which, and what each means in a sentence. Core: plain data."""

from collections.abc import Mapping

from runs.contract import Status

TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.SUBMITTING, Status.FAILED, Status.CANCELLED}),
    Status.SUBMITTING: frozenset(
        {
            Status.QUEUED,
            Status.SUBMITTED,
            Status.RUNNING,
            Status.UNCONFIRMED,
            Status.CANCELLING,
            Status.FAILED,
        }
    ),
    Status.UNCONFIRMED: frozenset({Status.SUBMITTED, Status.CANCELLING, Status.FAILED}),
    Status.SUBMITTED: frozenset(
        {Status.RUNNING, Status.COMPLETED, Status.CANCELLING, Status.FAILED}
    ),
    Status.RUNNING: frozenset({Status.QUEUED, Status.COMPLETED, Status.CANCELLING, Status.FAILED}),
    Status.CANCELLING: frozenset({Status.COMPLETED, Status.CANCELLED, Status.FAILED}),
    Status.COMPLETED: frozenset(),
    Status.FAILED: frozenset(),
    Status.CANCELLED: frozenset(),
}

# Where a worker may hold the run; what a provider of others has is under no lease of ours.
UNDER_LEASE = frozenset({Status.SUBMITTING, Status.RUNNING, Status.CANCELLING})

MEANINGS: Mapping[Status, str] = {
    Status.QUEUED: "Recorded. It waits for one of our workers.",
    Status.SUBMITTING: "A worker has it and is handing it to the provider.",
    Status.SUBMITTED: "The provider has it and queues it.",
    Status.RUNNING: "The provider is executing it.",
    Status.CANCELLING: "A cancellation was asked for and is not confirmed; it may still complete.",
    Status.UNCONFIRMED: "It was sent and the answer was lost. We look for it before anything else.",
    Status.COMPLETED: "The result is stored.",
    Status.FAILED: "It ended with an error, which is stored with the stage it happened in.",
    Status.CANCELLED: "A person stopped it before it had a result.",
}
