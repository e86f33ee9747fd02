"""The people every story is about, and a world without a network."""

import socket
from pathlib import Path

import pytest
from django.core.cache import cache

from tests import make

_LOOPBACK = {"127.0.0.1", "::1", "localhost", "testserver"}


def _refuse_the_network(address):
    if isinstance(address, tuple) and address[0] not in _LOOPBACK:
        pytest.fail(f"a test reached for the network: {address!r}")


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


@pytest.fixture(autouse=True)
def empty_cache():
    """Start each test without remembered rates and answers."""
    cache.clear()


@pytest.fixture(autouse=True)
def evidence_store(settings, tmp_path) -> Path:
    """Give each test a content-addressed store of its own; return its folder."""
    folder = tmp_path / "evidence"
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
