"""The time that counts: the database's, which all web and worker machines share."""

from datetime import UTC, datetime

from django.db import connection
from django.utils import timezone


def now() -> datetime:
    """Return the database's clock as an aware time in UTC, also in the middle of a transaction.

    SQLite lives on this machine, so its clock is ours.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC)
