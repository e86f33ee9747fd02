"""The automatic attempts of a run, for its page and the API."""

from django.conf import settings

from runs import life
from runs.life import Attempt
from runs.models import Run


def of(run: Run) -> tuple[Attempt, ...]:
    """Return the attempts of ``run``, the first one first, as its trace tells of them."""
    if not run.attempt:
        return ()
    return life.attempts_of(run.events.order_by("seq").only("kind", "at", "data"))


def most(run: Run) -> int:
    """Return how many attempts ``run`` may have; those that were handed back are besides."""
    allowed: int = settings.RUN_LIMITS.attempts
    return allowed + run.hand_backs
