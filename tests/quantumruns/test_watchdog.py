"""The watchdog: it barks when work is due and nothing moves, and at nothing else."""

import pytest

from quantumruns.worker.watchdog import Watchdog


class World:
    """A clock, a last event and whether work is due, all set by the story."""

    def __init__(self):
        self.now, self.event, self.due = 0.0, 1, True
        self.watchdog = Watchdog(
            progress=lambda: self.event,
            is_due=lambda: self.due,
            patience_seconds=30,
            clock=lambda: self.now,
        )

    def after(self, seconds):
        self.now += seconds
        return self.watchdog.is_wedged()


@pytest.fixture
def world():
    made = World()
    assert not made.after(0)
    return made


def test_work_that_nobody_takes_for_too_long_is_noticed(world):
    assert [world.after(10) for _ in range(5)] == [False, False, False, False, True]


def test_a_worker_that_does_anything_is_left_alone(world):
    for _ in range(20):
        world.event += 1
        assert not world.after(20)


def test_an_idle_worker_is_left_alone(world):
    world.due = False
    assert not any(world.after(100) for _ in range(5))


def test_waiting_starts_anew_when_work_becomes_due(world):
    world.due = False
    world.after(1000)
    world.due = True
    assert not world.after(5)
    assert not world.after(20)
    assert world.after(20)
