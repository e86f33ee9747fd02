"""The one door to the queue. An entry is a hint that something is due; the run's row is the truth.

Entries go in with the transaction that makes them true, so none is lost when a commit is. An entry
is the id of a run as text, in a table of django-q2's that nothing else uses; it is read as text
and never unpickled, so that whoever can write to the database cannot make a worker run code.
"""

import logging
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Left
from django_q.models import OrmQ

from runs.lifecycle import wakeup

logger = logging.getLogger(__name__)

_UUID_CHARACTERS = 36
_OLDEST = "SELECT id FROM django_q_ormq WHERE key = %s ORDER BY id LIMIT %s"


def hint(run_id: UUID) -> None:
    """Tell the workers that a run is due to be executed or sealed."""
    OrmQ.objects.create(key=settings.Q_CLUSTER["name"], payload=str(run_id))
    wakeup.wake()


def length() -> int:
    """Return how many entries no worker has taken yet."""
    return _entries().count()


def oldest(number: int) -> list[int]:
    """Return the numbers of the oldest entries, which stay where they are.

    An idle worker asks this several times a second; written out it costs a third.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, [settings.Q_CLUSTER["name"], number])
        return [row[0] for row in cursor.fetchall()]


def take() -> UUID | None:
    """Take the oldest entry away and return the run that it names, or None if there is none.

    Of workers that reach for it at once one gets it. What names no run is thrown away.
    """
    texts = _entries().annotate(text=Left("payload", _UUID_CHARACTERS + 1))
    while entry := texts.values_list("pk", "text").first():
        number, text = entry
        if not OrmQ.objects.filter(pk=number).delete()[0]:
            continue
        run_id = _run_id(text)
        if run_id is not None:
            return run_id
        logger.warning("Entry %d of the queue names no run and was thrown away", number)
    return None


def _entries() -> "QuerySet[OrmQ]":
    entries: QuerySet[OrmQ] = OrmQ.objects.filter(key=settings.Q_CLUSTER["name"]).order_by("pk")
    return entries


def _run_id(text: str) -> UUID | None:
    """Return the id, if ``text`` is one exactly as :func:`hint` writes it."""
    try:
        run_id = UUID(text)
    except ValueError:
        return None
    return run_id if str(run_id) == text else None
