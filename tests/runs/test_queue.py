"""The queue: ids of runs as text, each taken once, and nothing in it is believed."""

from uuid import UUID

import pytest
from django.db import transaction
from django_q.models import OrmQ

from runs.lifecycle import queue
from tests import planting
from tests.runs.test_races import at_once

FIRST, SECOND = UUID(int=1), UUID(int=2)


def plant(payload, key="quantumruns"):
    return OrmQ.objects.create(key=key, payload=payload)


def test_the_oldest_entry_comes_first_and_each_one_once(db):
    queue.hint(FIRST)
    queue.hint(SECOND)
    assert queue.length() == len(queue.oldest(10)) == 2
    assert [queue.take() for _ in range(3)] == [FIRST, SECOND, None]
    assert queue.length() == 0


def test_an_entry_goes_with_the_transaction_that_made_it(transactional_db):
    def submit_and_fail():
        with transaction.atomic():
            queue.hint(FIRST)
            raise LookupError

    with pytest.raises(LookupError):
        submit_and_fail()
    assert queue.take() is None


def test_an_entry_is_a_run_id_and_nothing_else(db):
    queue.hint(FIRST)
    assert OrmQ.objects.get().payload == str(FIRST)


def test_planted_pickles_are_thrown_away_unread(db, tmp_path, caplog):
    for payload in planting.payloads(tmp_path / "canary"):
        plant(payload)
    queue.hint(FIRST)
    assert queue.take() == FIRST
    assert not (tmp_path / "canary").exists()
    assert OrmQ.objects.count() == 0
    assert {record.levelname for record in caplog.records} == {"WARNING"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "run",
        str(UUID("a" * 32)).upper(),
        f"{{{FIRST}}}",
        f"urn:uuid:{FIRST}",
        FIRST.hex,
        f"{FIRST} ",
        f"{FIRST}{'0' * 10_000_000}",
    ],
    ids=range(8),
)
def test_what_is_no_id_as_it_was_written_leads_nowhere(db, text):
    plant(text)
    assert queue.take() is None
    assert OrmQ.objects.count() == 0


def test_entries_of_others_stay_where_they_are(db):
    plant(str(FIRST), key="elsewhere")
    assert (queue.length(), queue.oldest(10), queue.take()) == (0, [], None)
    assert OrmQ.objects.count() == 1


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_of_processes_that_reach_for_an_entry_at_once_one_gets_it():
    ids = [UUID(int=number) for number in range(1, 13)]
    for run_id in ids:
        queue.hint(run_id)
    taken = at_once(*[queue.take] * 16)
    assert sorted(filter(None, taken)) == ids
    assert taken.count(None) == 4
