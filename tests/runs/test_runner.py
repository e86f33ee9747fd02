"""How a request to the runner ends: well, badly, or not at all."""

import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

from runs.errors import AttemptLostError, RunError
from runs.runner.client import Runner, RunnerStartError, call
from runs.runner.protocol import ChildLimits
from tests.runs.processes import (
    children_of,
    descriptors_of,
    is_alive,
    spares_of,
    ticks_of,
    wait_until,
)
from tests.runs.programs.misbehaving import WORDS

PROGRAM = "tests.runs.programs.misbehaving"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    runner = Runner(PROGRAM, tmp_path_factory.mktemp("runner"))
    runner.start()
    yield runner
    runner.stop()


def ask(runner, do, *, wall_seconds=20.0, checkpoint=lambda: None, limits=None, **request):
    usual = {"memory_bytes": 1024**3, "cpu_seconds": 20}
    return call(
        runner.socket_path,
        {"do": do, **request},
        wall_seconds=wall_seconds,
        limits=ChildLimits(**usual | (limits or {})),
        checkpoint=checkpoint,
    )


def failure(runner, do, **request):
    with pytest.raises(RunError) as caught:
        ask(runner, do, **request)
    return caught.value


def test_an_answer_comes_with_what_it_took(runner):
    reply = ask(runner, "sleep", seconds=0.1)
    assert reply.value == {}
    assert 0.1 <= reply.wall_seconds < 5
    assert 0 <= reply.cpu_seconds < 5
    assert reply.peak_memory_bytes > 1024**2


def test_every_request_has_a_process_group_and_session_of_its_own(runner):
    first, second = (ask(runner, "look_around").value for _ in range(2))
    assert first["pid"] == first["group"] == first["session"]
    assert first["pid"] != second["pid"]


def test_only_the_owner_can_reach_the_socket(runner):
    assert stat.S_IMODE(runner.socket_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(runner.folder.stat().st_mode) & 0o077 == 0


class CancelledError(Exception):
    pass


def test_a_cancel_kills_the_child_within_half_a_second(runner):
    victims = []

    def cancel_once_it_runs():
        victims[:] = children_of(runner.pid)
        if victims:
            raise CancelledError

    with pytest.raises(CancelledError):
        ask(runner, "sleep", checkpoint=cancel_once_it_runs)
    assert wait_until(lambda: not any(map(is_alive, victims))) < 0.5
    assert children_of(runner.pid) == []


def test_a_checkpoint_comes_at_least_every_half_second(runner):
    times = [time.monotonic()]
    ask(runner, "sleep", seconds=1.7, checkpoint=lambda: times.append(time.monotonic()))
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert max(gaps) < 0.7


def test_the_wall_clock_is_exact_and_leaves_no_child(runner):
    start = time.monotonic()
    error = failure(runner, "sleep", wall_seconds=0.8)
    assert error.code == "timeout"
    assert 0.8 <= time.monotonic() - start < 1.2
    wait_until(lambda: children_of(runner.pid) == [], seconds=0.5)


@pytest.mark.parametrize("do", ["spin", "stubborn_spin"])
def test_processor_time_runs_out_as_a_timeout(runner, do):
    assert failure(runner, do, limits={"cpu_seconds": 1}).code == "timeout"


def test_the_death_of_the_task_kills_the_child(runner):
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from runs.runner.client import call; from runs.runner.protocol import ChildLimits\n"
        "limits = ChildLimits(memory_bytes=2**30, cpu_seconds=60)\n"
        "call(Path(sys.argv[2]), {'do': 'sleep'}, wall_seconds=60, limits=limits,"
        " checkpoint=lambda: None)\n"
    )
    task = subprocess.Popen([sys.executable, "-c", script, str(ROOT), str(runner.socket_path)])
    wait_until(lambda: children_of(runner.pid))
    (victim,) = children_of(runner.pid)
    task.kill()
    task.wait()
    assert wait_until(lambda: not is_alive(victim)) < 0.5


def test_a_memory_bomb_is_over_the_limit(runner):
    error = failure(runner, "eat_memory")
    assert error.code == "runner_limit_exceeded"
    assert "memory" in error.message


def test_a_child_that_the_system_kills_has_used_too_much_memory(runner):
    def kill_it():
        wait_until(lambda: children_of(runner.pid))
        os.kill(children_of(runner.pid)[0], signal.SIGKILL)

    killer = threading.Thread(target=kill_it)
    killer.start()
    error = failure(runner, "sleep")
    killer.join()
    assert error.code == "runner_limit_exceeded"


@pytest.mark.parametrize(("do", "end"), [("segfault", "SIGSEGV"), ("leave", "EXIT3")])
def test_a_crash_is_the_provider_s_error_and_says_which(runner, do, end):
    error = failure(runner, do)
    assert (error.code, error.native_code) == ("provider_error", end)


def test_a_child_that_ends_before_it_began_has_crashed_and_is_not_lost(runner):
    error = failure(runner, "sleep", limits={"memory_bytes": 2**80})
    assert (error.code, error.native_code) == ("provider_error", "EXIT1")


def test_half_an_answer_is_no_result(runner):
    assert failure(runner, "half_an_answer").code == "result_unavailable"


def test_a_bug_is_recorded_by_its_place_and_never_by_its_words(runner):
    error = failure(runner, "raise_words")
    assert error.code == "internal_error"
    detail = str(error.__cause__)
    assert "LookupError in raise_words" in detail
    assert WORDS not in detail + error.message


def test_what_the_program_reports_arrives_whole(runner):
    error = failure(runner, "report")
    assert error.code == "invalid_circuit"
    assert error.problems[0].as_json() == {"message": "The gate is unknown", "line": 3}


def test_a_large_answer_arrives_whole(runner):
    assert len(ask(runner, "long_answer", bytes=5_000_000).value["text"]) == 5_000_000


@pytest.mark.parametrize("do", ["long_answer", "endless_answer"])
def test_an_answer_beyond_the_limit_is_refused(runner, do):
    error = failure(runner, do, bytes=100_001, limits={"reply_bytes": 100_000})
    assert error.code == "runner_limit_exceeded"


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\n\r\n", struct.pack("!I", 2**31), struct.pack("!I", 2) + b"[]"]
)
def test_a_client_that_talks_nonsense_disturbs_nobody(runner, sent):
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(runner.socket_path))
        stranger.sendall(sent)
        assert ask(runner, "sleep", seconds=0).value == {}
    wait_until(lambda: children_of(runner.pid) == [])


def test_a_child_that_ends_its_answer_and_goes_on_is_killed(runner):
    assert ask(runner, "answer_and_stay").value == {"early": True}
    wait_until(lambda: children_of(runner.pid) == [], seconds=0.5)


def test_one_child_is_ready_for_the_next_request(runner):
    wait_until(lambda: len(spares_of(runner.pid)) == 1)
    (spare,) = spares_of(runner.pid)
    assert ask(runner, "look_around").value["pid"] == spare
    wait_until(lambda: len(spares_of(runner.pid)) == 1)
    assert spares_of(runner.pid) != [spare]


def test_a_child_that_dies_before_its_request_costs_nobody_anything(runner):
    wait_until(lambda: spares_of(runner.pid))
    (spare,) = spares_of(runner.pid)
    os.kill(spare, signal.SIGKILL)
    wait_until(lambda: not is_alive(spare))
    assert ask(runner, "look_around").value["pid"] != spare
    wait_until(lambda: len(spares_of(runner.pid)) == 1)


def test_the_zygote_neither_spins_nor_collects_descriptors(runner):
    ask(runner, "sleep", seconds=0)
    wait_until(lambda: children_of(runner.pid) == [])
    before = descriptors_of(runner.pid)
    for _ in range(20):
        ask(runner, "sleep", seconds=0)
    wait_until(lambda: descriptors_of(runner.pid) == before)
    ticks = ticks_of(runner.pid)
    ask(runner, "sleep", seconds=0.6)
    assert ticks_of(runner.pid) - ticks <= 5


def test_requests_beyond_the_number_of_children_wait_their_turn(tmp_path):
    runner = Runner(PROGRAM, tmp_path / "runner", children=2)
    runner.start()
    try:
        most, replies = [0], []

        def look():
            most[0] = max(most[0], len(children_of(runner.pid)))

        def take_a_nap():
            replies.append(ask(runner, "sleep", seconds=0.2, checkpoint=look))

        threads = [threading.Thread(target=take_a_nap) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(replies) == 5
        assert most == [2]
    finally:
        runner.stop()


def test_a_client_waits_while_a_dead_zygote_is_replaced(tmp_path):
    runner = Runner(PROGRAM, tmp_path / "runner")
    runner.start()
    try:
        first = runner.pid
        assert not runner.ensure_running()
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: not is_alive(first))
        replies = []
        client = threading.Thread(target=lambda: replies.append(ask(runner, "look_around")))
        client.start()
        time.sleep(0.2)
        assert replies == []
        assert runner.ensure_running()
        client.join(20)
        assert runner.pid != first
        assert len(replies) == 1
    finally:
        runner.stop()


def test_a_request_in_work_ends_with_its_zygote(tmp_path):
    runner = Runner(PROGRAM, tmp_path / "runner")
    runner.start()
    victims = []

    def kill_the_zygote():
        wait_until(lambda: children_of(runner.pid))
        victims.extend(children_of(runner.pid))
        os.kill(runner.pid, signal.SIGKILL)

    try:
        killer = threading.Thread(target=kill_the_zygote)
        killer.start()
        error = failure(runner, "sleep")
        killer.join()
        assert isinstance(error, AttemptLostError)
        assert error.reason == "runner_lost"
        wait_until(lambda: not any(map(is_alive, victims)), seconds=0.5)
    finally:
        runner.stop()


def test_without_a_runner_the_provider_is_not_ready(tmp_path):
    runner = Runner(PROGRAM, tmp_path)
    assert failure(runner, "sleep").code == "provider_not_ready"


def test_where_the_owner_of_a_runner_died_the_attempt_is_lost(tmp_path):
    runner = Runner(PROGRAM, tmp_path)
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(runner.socket_path))
    error = failure(runner, "sleep")
    assert isinstance(error, AttemptLostError)
    assert error.reason == "runner_lost"


def test_a_stopped_runner_leaves_neither_process_nor_socket(tmp_path):
    runner = Runner(PROGRAM, tmp_path / "runner")
    runner.start()
    wait_until(lambda: spares_of(runner.pid))
    started = [runner.pid, *spares_of(runner.pid)]
    runner.stop()
    wait_until(lambda: not any(map(is_alive, started)), seconds=0.5)
    assert not runner.socket_path.exists()


def test_owners_share_a_folder_and_clear_up_after_the_dead(tmp_path):
    abandoned, neighbour = (
        tmp_path / f"misbehaving-{2**22 + 1}.sock",
        tmp_path / "misbehaving-1.sock",
    )
    for path in (abandoned, neighbour):
        path.touch()
    runner = Runner(PROGRAM, tmp_path)
    runner.start()
    runner.stop()
    assert [path.name for path in tmp_path.glob("*.sock")] == [neighbour.name]


def test_a_program_that_does_not_get_warm_says_why(tmp_path):
    with pytest.raises(RunnerStartError, match="no simulator is installed"):
        Runner("tests.runs.programs.broken", tmp_path / "runner").start()
