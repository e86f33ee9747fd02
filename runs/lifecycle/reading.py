"""Keeps what a worker read a long source to, so that it is executed, drawn and exported."""

from dataclasses import asdict
from uuid import UUID

from django.db import transaction

from accounts import clock
from runs import allowances
from runs.contract import Lowered, Status
from runs.lifecycle import events, recording
from runs.lifecycle.attempts import LeaseLostError
from runs.models import Run, Source


@transaction.atomic
def note_read(run_id: UUID, lowered: Lowered, *, lease: str) -> Run:
    """Store the lowered form with the source, the run's result types, and that it is valid.

    :raises LeaseLostError: if the lease is not in force.
    :raises RunError: if the result types do not fit the program.
    """
    run = Run.objects.select_for_update(no_key=True).get(pk=run_id)
    if run.lease_token != lease or run.status not in {Status.RUNNING, Status.CANCELLING}:
        raise LeaseLostError(run.public_id)
    Source.objects.filter(pk=run.source_id).update(**asdict(lowered))
    run = Run.objects.select_related("source").get(pk=run_id)
    error = recording.settle(run, allowances.limits_of(run.workspace_id))
    if error is not None:
        raise error
    run.save(update_fields=["result_types"])
    events.append_validated(run, at=clock.now())
    return run
