"""SQL of the triggers that keep sealed rows as they are, on PostgreSQL and SQLite.

Migrations of all apps take it from here, so it stays as it is; what a guard should say otherwise is
a migration of its own. Django remakes a table on SQLite when a column of it is altered, and forgets
its triggers: such a migration ends with guarding the table again, and a test sees whether it did.

Guards refuse UPDATE and DELETE of rows. They do not stand against the owner of the database, who
may drop a trigger or empty a table (TRUNCATE): against that stand signatures, and checkpoints that
are kept elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import migrations

_FUNCTION = """
CREATE FUNCTION refuse_to_change_what_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""
_NO_FUNCTION = "DROP FUNCTION refuse_to_change_what_is_sealed()"


@dataclass(frozen=True)
class Guard:
    """Refuses ``verb`` (UPDATE or DELETE) of rows of ``table`` for which ``condition`` holds.

    ``condition`` is SQL over ``OLD`` and ``NEW`` that both databases read alike; without one every
    row is guarded.
    """

    table: str
    verb: str
    message: str
    condition: str = ""

    @property
    def name(self) -> str:
        return f"{self.table}_refuse_{self.verb.lower()}"

    def create(self, vendor: str) -> str:
        """Return the SQL that makes the trigger."""
        when = f" WHEN ({self.condition})" if self.condition else ""
        if vendor == "postgresql":
            act = f"EXECUTE FUNCTION refuse_to_change_what_is_sealed('{self.message}')"
        else:
            act = f"BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
        return (
            f'CREATE TRIGGER "{self.name}" BEFORE {self.verb} ON "{self.table}"'
            f" FOR EACH ROW{when} {act}"
        )

    def drop(self, vendor: str) -> str:
        """Return the SQL that takes the trigger away."""
        where = f' ON "{self.table}"' if vendor == "postgresql" else ""
        return f'DROP TRIGGER "{self.name}"{where}'


def never_changed(table: str, message: str) -> list[Guard]:
    """Return the guards of a table whose rows are written once."""
    return [Guard(table, verb, message) for verb in ("UPDATE", "DELETE")]


def changed(columns: Iterable[str]) -> str:
    """Return the condition that any of ``columns`` gets another value.

    SQLite has no IS DISTINCT FROM before 3.39; this says the same everywhere.
    """
    return " OR ".join(
        f'OLD."{column}" <> NEW."{column}" OR (OLD."{column}" IS NULL) <> (NEW."{column}" IS NULL)'
        for column in columns
    )


def guarding(*guards: Guard) -> migrations.RunPython:
    """Return the operation that puts ``guards`` up, and takes them down when it is undone."""

    def put_up(apps: Any, schema_editor: Any) -> None:
        vendor = schema_editor.connection.vendor
        for guard in guards:
            schema_editor.execute(guard.create(vendor), params=None)

    def take_down(apps: Any, schema_editor: Any) -> None:
        vendor = schema_editor.connection.vendor
        for guard in guards:
            schema_editor.execute(guard.drop(vendor), params=None)

    return migrations.RunPython(put_up, take_down)


def _only_on_postgresql(sql: str) -> Any:
    def execute(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return execute


def refusing() -> migrations.RunPython:
    """Return the operation that makes the function which guards call on PostgreSQL."""
    return migrations.RunPython(_only_on_postgresql(_FUNCTION), _only_on_postgresql(_NO_FUNCTION))
