"""Workers are woken by what is committed, at once, and by nothing else."""

from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction

from runs.lifecycle import queue, wakeup

RUN = UUID(int=7)
SOON, NOT_NOW = 10, 0


@pytest.fixture
def place(tmp_path):
    return tmp_path / "runs.sqlite3"


@pytest.fixture
def listener(transactional_db, place, monkeypatch):
    """A worker that hears; with SQLite, beside a database file of this story's own."""
    monkeypatch.setattr(wakeup, "_database_file", lambda: place)
    made = wakeup.listener()
    assert made.listen()
    yield made
    if isinstance(made, wakeup.Datagrams):
        made.close()


def test_the_word_comes_with_the_commit_and_not_before(listener):
    with transaction.atomic():
        queue.hint(RUN)
        assert not listener.wait(NOT_NOW)
    assert listener.wait(SOON)
    assert not listener.wait(NOT_NOW)


def test_what_is_undone_wakes_nobody(listener):
    with transaction.atomic():
        queue.hint(RUN)
        transaction.set_rollback(True)
    assert not listener.wait(NOT_NOW)


def test_a_word_that_cannot_be_sent_does_not_touch_what_was_committed(
    transactional_db, place, monkeypatch, caplog
):
    monkeypatch.setattr(wakeup, "_database_file", lambda: place / "nowhere" / "runs.sqlite3")
    with transaction.atomic():
        queue.hint(RUN)
    assert queue.take() == RUN
    if connection.vendor == "sqlite":
        assert "FileNotFoundError" in caplog.text


def test_many_words_are_heard_at_once(listener):
    for _ in range(300):
        wakeup.wake()
    assert listener.wait(SOON)
    assert not listener.wait(NOT_NOW)


@pytest.mark.postgres_only
def test_a_new_connection_is_listened_on_again(listener):
    connection.close()
    assert listener.listen()
    queue.hint(RUN)
    assert listener.wait(SOON)


def test_what_a_dead_worker_left_is_taken_away(place):
    living, dead = wakeup.Datagrams(place), wakeup._bound(Path(f"{place}-wake-1"))
    assert living.listen()
    dead.close()
    assert len(list(wakeup._sockets(place))) == 2
    wakeup._send(place)
    assert living.wait(SOON)
    assert len(list(wakeup._sockets(place))) == 1
    living.close()


def test_a_path_that_is_too_long_for_a_socket_is_not_listened_at(tmp_path):
    assert not wakeup.Datagrams(tmp_path / ("x" * 120)).listen()


def test_a_database_in_memory_has_no_place_for_a_socket():
    assert not wakeup.Datagrams(None).listen()
