"""What is sealed stays as it is in the database too: no statement changes or deletes it.

Every statement here is raw SQL, as any program with the password could send it.
"""

import pytest
from django.db import IntegrityError, connection, models, transaction

from evidence import checkpoints
from evidence.models import Certificate, Checkpoint, LogEntry, Packet
from runs.contract import TERMINAL, Status
from runs.models import Event, Run, Source
from tests import guards, make

WRITTEN_ONCE = (Event, Packet, Certificate, Checkpoint, LogEntry)
GUARDED = (Run, Source, *WRITTEN_ONCE)
# What people call a run, and how its evidence stands.
BOOKKEEPING = {
    *("name", "tags", "notes"),
    *("evidence_state", "evidence_lease_until", "evidence_attempts"),
    *("packet_id", "manifest_sha256", "sealed_at"),
}


@pytest.fixture
def run(workflow, operator, seal):
    """A run that is sealed, with a certificate and a place in the log."""
    run = make.run(workflow, by=operator, cancel_requested_by=operator)
    seal(run)
    checkpoints.make()
    return run


def columns(model):
    return [field.column for field in model._meta.concrete_fields]


def statement(verb):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)
        return cursor.rowcount


def other(model, column):
    """Return SQL for another value of a column, of the type that it has."""
    field = next(field for field in model._meta.concrete_fields if field.column == column)
    kind = field.target_field if field.is_relation else field
    is_number = isinstance(kind, models.IntegerField | models.FloatField)
    if isinstance(field, models.BooleanField):
        return f'NOT "{column}"'
    if is_number:
        return f'COALESCE("{column}", 0) + 1'
    if connection.vendor == "sqlite":
        return "'changed'"
    return {
        models.BinaryField: r"'\x00'::bytea",
        models.JSONField: "'[\"changed\"]'::jsonb",
        models.DateTimeField: "now()",
        models.UUIDField: "gen_random_uuid()",
    }.get(type(kind), "'changed'")


def change(model, column, where=""):
    table = model._meta.db_table
    return statement(f'UPDATE {table} SET "{column}" = {other(model, column)}{where}')


def installed():
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'",
    }
    with connection.cursor() as cursor:
        cursor.execute(query[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_every_guard_is_up_after_all_migrations():
    """A migration that alters a column on SQLite remakes the table, and forgets its guards."""
    tables = [model._meta.db_table for model in GUARDED]
    assert installed() == {
        f"{table}_refuse_{verb}" for table in tables for verb in ("update", "delete")
    }


@pytest.mark.parametrize("model", WRITTEN_ONCE)
def test_no_column_of_what_is_written_once_can_be_changed(run, model):
    for column in columns(model):
        with pytest.raises(IntegrityError, match="is not changed"):
            change(model, column)


@pytest.mark.parametrize("model", GUARDED)
def test_no_row_can_be_deleted(run, model):
    with pytest.raises(IntegrityError, match="is not changed"):
        statement(f"DELETE FROM {model._meta.db_table}")
    assert model.objects.exists()


def test_of_a_run_that_has_ended_its_names_and_its_evidence_may_change_alone(run):
    """A new column fails here until a migration says which it is."""
    refused = set()
    for column in columns(Run):
        try:
            with transaction.atomic():
                change(Run, column)
                transaction.set_rollback(True)
        except IntegrityError as error:
            refused |= {column} if "a run that has ended" in str(error) else set()
    assert set(columns(Run)) - refused == BOOKKEEPING


@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_every_end_is_guarded(workflow, operator, status):
    run = make.run(workflow, by=operator, status=status)
    for column in ("seed", "created_at", "versions"):
        with pytest.raises(IntegrityError, match="a run that has ended"):
            change(Run, column)
    with pytest.raises(IntegrityError, match="a run that has ended"):
        statement("UPDATE runs_run SET status = 'queued', finished_at = NULL")
    run.refresh_from_db()
    assert run.status == status


@pytest.mark.parametrize("status", sorted(set(Status) - set(TERMINAL)))
def test_a_run_that_goes_on_can_be_written(workflow, operator, status):
    make.run(workflow, by=operator, status=status)
    assert change(Run, "attempt") == 1


def test_whoever_asked_for_a_cancellation_is_forgotten_with_the_person(run, operator, owner):
    with pytest.raises(IntegrityError, match="a run that has ended"):
        statement(f"UPDATE runs_run SET cancel_requested_by_id = {owner.pk}")
    assert statement("UPDATE runs_run SET cancel_requested_by_id = NULL") == 1
    with pytest.raises(IntegrityError, match="a run that has ended"):
        statement(f"UPDATE runs_run SET cancel_requested_by_id = {owner.pk}")


def test_no_column_of_a_source_can_be_changed_once_it_is_read(run):
    for column in columns(Source):
        with pytest.raises(IntegrityError, match="a source is not changed"):
            change(Source, column)


def test_what_a_source_was_read_to_is_written_once(workspace):
    source = Source.objects.create(
        workspace=workspace, sha256="ab" * 32, kind="openqasm3", content=b""
    )
    with pytest.raises(IntegrityError, match="a source is not changed"):
        change(Source, "content")
    assert change(Source, "depth") == 1
    assert change(Source, "qubits") == 1
    with pytest.raises(IntegrityError, match="a source is not changed"):
        change(Source, "depth")
    source.refresh_from_db()
    assert source.qubits == 1


def test_writing_the_same_again_changes_nothing_and_is_no_fault(run):
    assert statement("UPDATE runs_run SET seed = seed, counts = counts, error = error") == 1
    run.refresh_from_db()
    run.save()


def test_the_guards_can_be_taken_down_and_put_up_again(run):
    before = installed()
    with guards.taken_down():
        assert change(Run, "seed") == 1
        assert connection.vendor == "postgresql" or not installed()
    assert installed() == before
    with pytest.raises(IntegrityError, match="a run that has ended"):
        change(Run, "seed")
