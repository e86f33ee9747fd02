"""The demonstration workspace, whatever comes between its first step and its last."""

from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from quantumruns import demo
from runs import workflows
from runs.models import Run
from tests import make


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """One run, which has ended as soon as it is asked for."""

    def requests(workspace, *, by):
        workflow = workflows.create(workspace, name="Refusals", by=by)
        yield workflow, demo._refused("Refused", demo._UNKNOWN_GATE)

    monkeypatch.setattr(demo, "_requests", requests)


@pytest.fixture
def interrupted(db, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(demo, "_PATIENCE", timedelta(0))
        with pytest.raises(demo.WorkerMissingError):
            demo.create(say=print)


def test_an_interrupted_demonstration_is_finished_at_the_next_start(interrupted, seal):
    assert demo.existing() is None
    seal(Run.objects.get())

    made = demo.create(say=print)

    assert demo.existing() == Workspace.objects.get(name=demo.NAME)
    assert made.run == Run.objects.get()
    for email, password in made.passwords.items():
        assert User.objects.get(email=email).check_password(password)


def test_a_start_that_fails_half_way_leaves_nothing_that_is_in_the_way(db, monkeypatch):
    def broken(workspace, *, by):
        raise ZeroDivisionError

    monkeypatch.setattr(demo, "_requests", broken)
    with pytest.raises(ZeroDivisionError):
        demo.create(say=print)
    assert not User.objects.exists()


def test_a_workspace_of_that_name_is_not_the_demonstration(owner):
    make.workspace(demo.NAME, owner=owner)
    assert demo.existing() is None
