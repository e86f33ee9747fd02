"""Keeps what a worker read a long source to, so that it is executed, drawn and exported."""

from dataclasses import asdict
from uuid import UUID

from django.db import transaction

from runs import allowances
from runs.contract import Lowered
from runs.life.happenings import SourceRead
from runs.lifecycle import events, recording, writing
from runs.lifecycle.attempts import bring
from runs.models import Run, Source


@transaction.atomic
def note_read(run_id: UUID, lowered: Lowered, *, lease: str) -> Run:
    """Store the lowered form with the source, the run's result types, and that it is valid.

    A source that another run of it was quicker to read stays as it was read.

    :raises LeaseLostError: if the lease is not in force.
    :raises RunError: if the result types do not fit the program.
    """
    run = bring(writing.held(run_id, "source"), SourceRead(lease, events.checked(lowered)))
    Source.objects.filter(pk=run.source_id, qubits=None).update(**asdict(lowered))
    run.source.refresh_from_db()
    error = recording.settle(run, allowances.limits_of(run.workspace_id))
    if error is not None:
        raise error
    run.save(update_fields=["result_types"])
    return run
