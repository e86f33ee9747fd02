"""django-q2's own loops on our broker: they get tickets, and leave nothing behind."""

import logging
import queue as queues
from multiprocessing import Value
from threading import Event
from uuid import UUID

import pytest
from django.db import OperationalError, connection, connections
from django.test.utils import CaptureQueriesContext
from django_q.conf import Conf
from django_q.models import OrmQ, Schedule, Task
from django_q.monitor import monitor
from django_q.pusher import pusher
from django_q.signing import SignedPackage
from django_q.worker import worker

from quantumruns import tasks
from quantumruns.worker import broker, pulse
from runs.lifecycle import queue

RUN = UUID(int=7)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """No story waits for the next look at the queue."""
    for name in ("POLL_SECONDS", "WOKEN_SECONDS", "_DATABASE_AWAY_SECONDS"):
        monkeypatch.setattr(broker, name, 0)
    monkeypatch.setattr(pulse, "_board", pulse._Board())


@pytest.fixture
def watched(caplog):
    """What django-q2 says, which goes no further in the product."""
    logger = logging.getLogger("django-q")
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)


@pytest.fixture
def executed(monkeypatch):
    """The runs that the queue led to."""
    found = []
    monkeypatch.setattr(tasks, "execute_run", found.append)
    return found


def push():
    """Have the cluster look at the queue once; return what it hands to its processes."""
    handed = queues.Queue()
    over = Event()
    over.set()
    pusher(handed, over, broker.Broker())
    return list(handed.queue)


def process(*tickets):
    """Have a task process do the tickets, and the monitor see to the results."""
    waiting, done = queues.Queue(), queues.Queue()
    for ticket in (*tickets, "STOP"):
        waiting.put(ticket)
    worker(waiting, done, Value("f", -1), 60)
    results = list(done.queue)
    done.put("STOP")
    monitor(done, broker.Broker())
    return [result["success"] for result in results]


def nothing_is_kept():
    return not (OrmQ.objects.exists() or Task.objects.exists() or Schedule.objects.exists())


def test_an_entry_leads_to_its_run_and_leaves_no_row(transactional_db, executed):
    queue.hint(RUN)
    (ticket,) = push()
    assert (ticket["func"], ticket["args"]) == ("quantumruns.tasks.work", ())
    assert process(ticket) == [True]
    assert executed == [RUN]
    assert nothing_is_kept()


def test_a_ticket_that_comes_too_late_does_nothing(transactional_db, executed):
    queue.hint(RUN)
    (ticket,) = push()
    assert process(ticket, ticket) == [True, True]
    assert executed == [RUN]


def test_a_task_that_fails_is_told_in_the_log_and_leaves_no_row(
    transactional_db, monkeypatch, watched
):
    def fail(run_id):
        raise LookupError("the lights went out")

    monkeypatch.setattr(tasks, "execute_run", fail)
    queue.hint(RUN)
    assert process(*push()) == [False]
    assert "the lights went out" in watched.text
    assert nothing_is_kept()


def test_no_row_of_django_q_is_read_but_the_texts_of_the_queue(transactional_db, executed):
    queue.hint(RUN)
    with CaptureQueriesContext(connection) as asked:
        process(*push())
    tables = {name for name in connection.introspection.table_names() if "django_q" in name}
    read = {table for table in tables for query in asked if table in query["sql"]}
    assert read == {"django_q_ormq"}


def test_each_entry_is_announced_once_as_long_as_it_is_not_old(db, monkeypatch):
    looked = broker.Broker()
    for number in range(1, 4):
        queue.hint(UUID(int=number))
    assert [bool(looked.dequeue()) for _ in range(5)] == [True, True, True, False, False]
    monkeypatch.setattr(broker, "_AGAIN_SECONDS", 0)
    assert looked.dequeue()


def test_a_worker_that_finishes_takes_nothing_new(transactional_db, executed):
    queue.hint(RUN)
    tickets = push()
    pulse.finish()
    assert push() == []
    assert process(*tickets) == [True]
    assert executed == []
    assert queue.length() == 1


def test_a_database_that_is_away_is_looked_for_again(db, monkeypatch, caplog):
    def away(number):
        raise OperationalError("connection refused")

    looked = broker.Broker()
    queue.hint(RUN)
    with monkeypatch.context() as patch:
        patch.setattr(queue, "oldest", away)
        patch.setattr(type(connections), "close_all", lambda _: None)
        assert looked.dequeue() is None
    assert "cannot be read" in caplog.text
    assert looked.dequeue()


def test_nothing_is_put_into_the_queue_by_the_library_s_door():
    with pytest.raises(NotImplementedError):
        broker.Broker().enqueue("anything")


def test_statistics_are_kept_nowhere():
    here = broker.Broker()
    here.set_stat("key", SignedPackage.dumps("value"), 3)
    assert here.get_stat("key") is None


def test_schedules_are_off():
    assert Conf.SCHEDULER is False
