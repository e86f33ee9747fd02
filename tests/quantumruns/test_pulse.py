"""What a worker's processes tell one another survives the death of any of them."""

import ctypes
import multiprocessing
import os
import signal

import pytest

from quantumruns.worker import pulse

fork = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def fresh():
    """Leave nothing told; the memory itself is the one that processes share."""
    yield
    ctypes.memset(ctypes.byref(pulse._board), 0, ctypes.sizeof(pulse._board))


@pytest.fixture
def at_desk():
    """Start processes that are at work until they are told to go home."""
    started = []

    def start():
        here, there = fork.Pipe()

        def live():
            with pulse.at_work():
                there.send("at work")
                there.recv()
            there.send("home")
            there.recv()

        process = fork.Process(target=live, daemon=True)
        process.start()
        assert here.recv() == "at work"
        started.append(process)
        return process, here

    yield start
    for process in started:
        process.kill()
        process.join()


def test_a_process_is_at_work_until_it_goes_home(at_desk):
    (_, first), _ = at_desk(), at_desk()
    assert pulse.number_at_work() == 2
    first.send("go home")
    assert first.recv() == "home"
    assert pulse.number_at_work() == 1


def test_one_that_was_killed_is_not_at_work_any_more(at_desk):
    process, _ = at_desk()
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert pulse.number_at_work() == 0


def test_a_stranger_who_got_the_number_of_the_dead_is_not_at_work(at_desk, monkeypatch):
    process, _ = at_desk()

    def belongs_to_others(pid, _number):
        assert pid == process.pid
        raise PermissionError

    monkeypatch.setattr(os, "kill", belongs_to_others)
    assert pulse.number_at_work() == 0
    monkeypatch.undo()


def test_one_that_fails_goes_home_too():
    with pytest.raises(LookupError), pulse.at_work():
        raise LookupError
    assert pulse.number_at_work() == 0


def test_what_one_process_says_all_hear():
    told = [
        (pulse.finish, pulse.is_finishing),
        (pulse.hand_back, pulse.is_handing_back),
        (pulse.note_look, pulse.last_look),
    ]
    for tell, hear in told:
        assert not hear()
        process = fork.Process(target=tell)
        process.start()
        process.join()
        assert hear()
