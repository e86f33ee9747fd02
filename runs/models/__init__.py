"""The tables of workflows and runs: who asked for what, where it stands, and what came back."""

from runs.models.allowances import WorkspaceLimits
from runs.models.events import Event
from runs.models.idempotency import IdempotencyKey
from runs.models.runs import Run, RunQuerySet
from runs.models.sources import Source
from runs.models.sweeps import Sweep, SweepQuerySet
from runs.models.workflows import Workflow, WorkflowQuerySet

__all__ = [
    "Event",
    "IdempotencyKey",
    "Run",
    "RunQuerySet",
    "Source",
    "Sweep",
    "SweepQuerySet",
    "Workflow",
    "WorkflowQuerySet",
    "WorkspaceLimits",
]
