"""What the worker that holds a run does with it: start it, keep it alive, and end it once.

A lease is a random token on the run's row. Everything here is fenced on it, so a worker that was
thought lost can change nothing any more.
"""

from typing import Any
from uuid import UUID

from django.db import transaction

from runs import life
from runs.contract import Outcome
from runs.errors import RunError
from runs.life.happenings import (
    AttemptLost,
    Completed,
    Failed,
    Fenced,
    Heartbeat,
    Started,
    Stopped,
)
from runs.lifecycle import writing
from runs.models import Run


class LeaseLostError(Exception):
    """The run belongs to somebody else now; whatever this worker has is thrown away."""


def bring(run: Run, event: Fenced) -> Run:
    """Let what a worker brings happen to ``run``, whose row is held; return it as it is then.

    :raises LeaseLostError: if nothing comes of it.
    """
    if isinstance(writing.carry_out(run, event), life.Refusal):
        raise LeaseLostError(run.public_id)
    return run


@transaction.atomic
def start(run_id: UUID, *, lease: str) -> Run:
    """Note that the provider has the run and executes it.

    A run whose cancellation came first is returned as it is, ``cancelling``.

    :raises LeaseLostError: if the lease is not in force.
    """
    run = writing.held(run_id, "source")
    writing.carry_out(run, Started(lease, {"deviceId": run.device_id}))
    if run.lease_token != lease:
        raise LeaseLostError(run.public_id)
    return run


@transaction.atomic
def heartbeat(run_id: UUID, *, lease: str) -> bool:
    """Keep the lease and tell whether a cancellation was asked for.

    :raises LeaseLostError: if the lease is not in force.
    """
    run = bring(writing.held(run_id), Heartbeat(lease))
    return run.cancel_requested_at is not None


@transaction.atomic
def succeed(run_id: UUID, outcome: Outcome, *, lease: str) -> Run:
    """Store the result. A cancellation that came too late is noted, and the result stands.

    :raises LeaseLostError: if the lease is not in force; the result is then thrown away.
    """
    columns = {
        "counts": None if outcome.counts is None else dict(outcome.counts),
        "values": list(outcome.values) or None,
        "measured_qubits": list(outcome.measured_qubits),
        "sampling": outcome.sampling,
        "versions": dict(outcome.versions),
        "solver": dict(outcome.solver),
        "execution_seconds": outcome.seconds,
    }
    data: dict[str, Any] = {"sampling": outcome.sampling.value}
    if outcome.counts is not None:
        data = {"outcomes": len(outcome.counts), **data}
    if outcome.values:
        data = {"values": len(outcome.values), **data}
    return bring(writing.held(run_id), Completed(lease, columns, data))


@transaction.atomic
def fail(run_id: UUID, error: RunError, *, lease: str, detail: str = "") -> Run:
    """Store the error payload; ``detail`` stays private.

    :raises LeaseLostError: if the lease is not in force.
    """
    return bring(writing.held(run_id), Failed(lease, error, detail))


@transaction.atomic
def end_cancelled(run_id: UUID, *, lease: str) -> Run:
    """Note that the provider has stopped the run without a result.

    :raises LeaseLostError: if the lease is not in force, or nobody asked for it.
    """
    return bring(writing.held(run_id), Stopped(lease))


@transaction.atomic
def lose(run_id: UUID, *, lease: str, reason: str) -> Run:
    """Give the run back for its next attempt, or end it where this was its last.

    ``reason`` is a key of :data:`runs.life.REASONS`.

    :raises LeaseLostError: if the lease is not in force.
    """
    return bring(writing.held(run_id), AttemptLost(lease, reason))
