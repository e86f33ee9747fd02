"""The guards of sealed rows, taken down: what the owner of a database can do, and no program of ours.

They are triggers; :mod:`tests.promises.test_sealed_rows` says what they refuse.
"""

from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def taken_down():
    """Let rows be rewritten that no program can rewrite, and put the guards back."""
    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        down, up = _postgresql(cursor) if is_postgresql else _sqlite(cursor)
        for statement in down:
            cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        for statement in up:
            cursor.execute(statement)


def _sqlite(cursor):
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = cursor.fetchall()
    return [f'DROP TRIGGER "{name}"' for name, _ in found], [sql for _, sql in found]


def _postgresql(cursor):
    cursor.execute(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgenabled = 'O'"
    )
    tables = [table for (table,) in cursor.fetchall()]
    # A table does not change while rows of it wait to be held to their foreign keys.
    now, later = "SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"
    return (
        [now, *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables), later],
        [now, *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables), later],
    )


def flushing(flush):
    """Return ``flush`` of Django's SQLite, which empties tables by DELETE, past the guards."""

    def flushed(operations, statements):
        with transaction.atomic(), taken_down():
            flush(operations, statements)

    return flushed
