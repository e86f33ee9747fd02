"""Providers: adapters that take a checked job to where it runs and bring the outcome back.

They know no database and no framework. Only the worker loads them.
"""

from collections.abc import Callable
from typing import Protocol

from runs.contract import Job, Lowered, Outcome, RunRequest
from runs.errors import RunError
from runs.limits import Limits
from runs.providers.local import LocalProvider


class Provider(Protocol):
    """Where jobs run."""

    def run(self, job: Job, *, checkpoint: Callable[[], None]) -> Outcome:
        """Execute ``job`` and return its outcome; the counts sum to ``job.shots``.

        ``checkpoint`` is called at least every half second while the job is in work; whatever it
        raises ends the job and passes through.

        :raises RunError: if the job fails in a way that is published.
        """


def read(request: RunRequest, *, limits: Limits, checkpoint: Callable[[], None]) -> Lowered:
    """Read a source that was too long for the web process, wherever its run is going.

    :raises RunError: with every problem of the source, or if the runner fails.
    """
    return LocalProvider.from_environment().read(request, limits=limits, checkpoint=checkpoint)


def get(provider_id: str) -> Provider:
    """Return the provider ``provider_id``.

    :raises RunError: ``unsupported_provider_path`` if runs are not executed there.
    """
    if provider_id == "local":
        return LocalProvider.from_environment()
    raise RunError("unsupported_provider_path")
