"""What migrations make of the rows that they find."""

import importlib

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from runs.models import Source
from tests import make

correction = importlib.import_module("runs.migrations.0006_hand_backs_and_measurements")
BEFORE = ("runs", "0005_turns_of_workspaces")


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("qubit q;\nbit c = measure q;", True),
        ("qreg q[1]; creg c[1]; measure q[0]->c[0];", True),
        ("qubit q;\nh q; // measure q later", False),
        ("/* measure\n q; */ qubit q; h q;", False),
        ("qubit measured; h measured;", False),
    ],
)
def test_the_text_of_a_program_tells_whether_it_measures(text, measures):
    assert correction.names_a_measurement(text) is measures


@pytest.fixture
def database_of_before(transactional_db):
    """The tables as they were before sources were corrected, and the way back to now."""
    yield lambda: call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)


def test_sources_that_were_read_before_tell_their_measurement_now(database_of_before):
    owner = make.user()
    workspace = make.workspace(owner=owner)
    measuring, idle = (
        make.source(workspace, openqasm3=f"OPENQASM 3.0;\nqubit[2] q;\n{rest}\n")
        for rest in ("bit[2] c = measure q;", "h q[0];")
    )
    MigrationExecutor(connection).migrate([BEFORE])
    database_of_before()
    told = dict(Source.objects.values_list("pk", "is_measured"))
    assert told == {measuring.pk: True, idle.pk: False}
