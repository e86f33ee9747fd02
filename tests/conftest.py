"""The people every story is about, and a world without a network."""

import socket
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection

from evidence import keys, packets
from evidence.certificates import issuing
from runs.runner.client import Runner
from tests import guards, make
from tests.program import Program
from tests.worker import Worker

_LOOPBACK = {"127.0.0.1", "::1", "localhost", "testserver"}


def _refuse_the_network(address):
    if isinstance(address, tuple) and address[0] not in _LOOPBACK:
        pytest.fail(f"a test reached for the network: {address!r}")


def pytest_addoption(parser):
    """How long the fault campaign breaks things, and what its chances are drawn from."""
    parser.addoption("--campaign-seconds", type=int, default=90)
    parser.addoption("--campaign-seed", type=int)


def pytest_collection_modifyitems(config, items):
    """Leave what is stated about PostgreSQL alone to the run on PostgreSQL."""
    if connection.vendor == "postgresql":
        return
    elsewhere = [item for item in items if item.get_closest_marker("postgres_only")]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [item for item in items if item not in elsewhere]


@pytest.fixture(autouse=True, scope="session")
def no_network():
    """Fail whatever connects to anything but this machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_connect(self, address):
        _refuse_the_network(address)
        return connect(self, address)

    def guarded_connect_ex(self, address):
        _refuse_the_network(address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_guards():
    """Let tables be emptied after a test; PostgreSQL truncates them, which no guard sees."""
    kind = type(connection.ops)
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            patch.setattr(kind, "execute_sql_flush", guards.flushing(kind.execute_sql_flush))
        yield


@pytest.fixture(autouse=True)
def empty_cache():
    """Start each test without remembered rates and answers."""
    cache.clear()


@pytest.fixture(autouse=True)
def evidence_store(settings, tmp_path) -> Path:
    """Give each test a content-addressed store of its own; return its folder."""
    return _keep_evidence_in(tmp_path / "evidence", settings)


def _keep_evidence_in(folder, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder},
        },
    }
    return folder


@pytest.fixture
def owner(db):
    return make.user("olive@example.org", name="Olive Owner")


@pytest.fixture
def operator(db):
    return make.user("omar@example.org", name="Omar Operator")


@pytest.fixture
def viewer(db):
    return make.user("vera@example.org", name="Vera Viewer")


@pytest.fixture
def workspace(owner, operator, viewer):
    """The workspace of the owner, the operator and the viewer."""
    return make.workspace("Photonics lab", owner=owner, operator=operator, viewer=viewer)


@pytest.fixture
def stranger(db):
    """Somebody with a workspace of their own, and no business in anybody else's."""
    user = make.user("sten@example.org", name="Sten Stranger")
    make.workspace("Elsewhere", owner=user)
    return user


@pytest.fixture
def workflow(workspace, owner):
    return make.workflow(workspace, by=owner)


@pytest.fixture
def program():
    """Make programs that call the API: ``program(operator, "runs:read")``."""
    return Program


@pytest.fixture(scope="session")
def printer(tmp_path_factory):
    """The real printer: one warm process for all tests, one limited child for each certificate."""
    runner = Runner(issuing.PROGRAM, tmp_path_factory.mktemp("printer"))
    runner.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(issuing.SOCKET_VARIABLE, str(runner.socket_path))
        yield runner
    runner.stop()


@pytest.fixture
def seal(db, printer, settings, tmp_path):
    """Seal a run that has ended, as the worker does, with a key of this test's own."""
    settings.EVIDENCE_SIGNING_KEY_FILE = str(tmp_path / "keys" / "evidence.pem")
    keys.create()

    def sealed(run):
        packet = packets.seal(run.pk)
        run.refresh_from_db()
        return packet

    return sealed


@pytest.fixture(scope="module")
def machine(django_db_setup, tmp_path_factory):
    """The machine of the worker, which goes on from one story of a module to the next."""
    worker = Worker(tmp_path_factory.mktemp("worker"), LEASE_SECONDS="4")
    yield worker
    worker.close()


@pytest.fixture
def worker(machine, transactional_db, evidence_store, settings):
    """The real worker, with its key registered; it works as soon as ``running`` is called."""
    _keep_evidence_in(machine.store, settings)
    settings.EVIDENCE_SIGNING_KEY_FILE = str(machine.key_file)
    keys.ensure()
    return machine
