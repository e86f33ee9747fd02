"""The supervisor keeps real processes running, and leaves none behind."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quantumruns.supervisor import Program, Supervisor

STAYS = "import time; print('here', flush=True); time.sleep(60)"
STAYS_WHATEVER_IS_ASKED = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('here', flush=True); time.sleep(60)"
)
DIES = "import sys; print('no such table: runs', file=sys.stderr); sys.exit(3)"
HAS_A_CHILD = (
    "import subprocess, sys, time; "
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "print(child.pid, flush=True); time.sleep(60)"
)

SUPERVISES = """
import pathlib, sys
from quantumruns.supervisor import Program, Supervisor
*command, log = sys.argv[1:]
web = Program("web", command, {}, pathlib.Path(log), 5)
supervisor = Supervisor([web])
with supervisor.running():
    supervisor.wait_until(lambda: web.log.stat().st_size)
    print(supervisor._children[0].process.pid, flush=True)
    supervisor.wait_until(lambda: False)
"""


@pytest.fixture
def program(tmp_path):
    """Make a program out of a line of Python."""

    def make(source, name="web", grace_seconds=5.0):
        return Program(
            name=name,
            command=[sys.executable, "-c", source],
            environment={"PATH": os.environ["PATH"]},
            log=tmp_path / f"{name}.log",
            grace_seconds=grace_seconds,
        )

    return make


def printed(program):
    return program.log.read_text().splitlines() if program.log.exists() else []


def starts(program, count=1):
    """Say when the program has been started so many times."""
    return lambda: len(printed(program)) >= count


def is_gone(pid):
    """Say whether the process is no more; one that only waits to be reaped is gone too."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/status")
    try:
        return Path("/proc").is_dir() and "State:\tZ" in status.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def soon(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def pids(supervisor):
    return [child.process.pid for child in supervisor._children]


def test_a_killed_program_is_started_again_and_it_is_said(program):
    web, output = program(STAYS), io.StringIO()
    supervisor = Supervisor([web], output=output, settled_seconds=0.0)
    with supervisor.running():
        assert supervisor.wait_until(starts(web), seconds=10)
        first = pids(supervisor)[0]
        os.kill(first, signal.SIGKILL)
        assert supervisor.wait_until(starts(web, 2), seconds=10)
        assert pids(supervisor)[0] != first
    assert "web ended by itself (signal 9); it is started again at once." in output.getvalue()


def test_a_program_that_dies_at_once_is_tried_ever_more_slowly(program):
    web, output = program(DIES), io.StringIO()
    supervisor = Supervisor([web], output=output)
    with supervisor.running():
        supervisor.wait_until(starts(web, 3), seconds=20)
    said = output.getvalue()
    assert "web ended by itself (exit code 3); it is started again in 0.5 s." in said
    assert "it is started again in 1 s." in said
    assert said.count("    web | no such table: runs") == 1, "the same words are not repeated"


def test_one_that_dies_leaves_the_other_alone(program):
    web, worker = program(DIES), program(STAYS, name="worker")
    supervisor = Supervisor([web, worker], output=io.StringIO())
    with supervisor.running():
        supervisor.wait_until(starts(web, 2), seconds=10)
        assert printed(worker) == ["here"]
        assert not is_gone(pids(supervisor)[1])


def test_stopping_leaves_no_process_not_even_a_grandchild(program):
    web, worker = program(STAYS), program(HAS_A_CHILD, name="worker")
    supervisor = Supervisor([web, worker], output=io.StringIO())
    with supervisor.running():
        assert supervisor.wait_until(lambda: starts(web)() and starts(worker)(), seconds=10)
        left = [*pids(supervisor), int(printed(worker)[0])]
        assert not any(is_gone(pid) for pid in left)
    assert soon(lambda: all(is_gone(pid) for pid in left))


def test_what_a_dead_program_left_behind_is_ended_before_the_next_start(program):
    worker = program(HAS_A_CHILD, name="worker")
    supervisor = Supervisor([worker], output=io.StringIO(), settled_seconds=0.0)
    with supervisor.running():
        assert supervisor.wait_until(starts(worker), seconds=10)
        orphan = int(printed(worker)[0])
        os.kill(pids(supervisor)[0], signal.SIGKILL)
        assert supervisor.wait_until(starts(worker, 2), seconds=10)
        assert soon(lambda: is_gone(orphan))


def test_one_that_will_not_stop_is_ended_by_force_when_its_time_is_over(program):
    worker, output = program(STAYS_WHATEVER_IS_ASKED, grace_seconds=0.5), io.StringIO()
    supervisor = Supervisor([worker], output=output)
    with supervisor.running():
        assert supervisor.wait_until(starts(worker), seconds=10)
        pid = pids(supervisor)[0]
    assert is_gone(pid)
    assert "did not stop in time and is ended by force" in output.getvalue()


def test_asking_twice_does_not_wait(program):
    worker = program(STAYS_WHATEVER_IS_ASKED, grace_seconds=60.0)
    supervisor = Supervisor([worker], output=io.StringIO())
    with supervisor.running():
        assert supervisor.wait_until(starts(worker), seconds=10)
        pid, asked = pids(supervisor)[0], time.monotonic()
        supervisor.request_stop()
        supervisor.request_stop()
    assert is_gone(pid)
    assert time.monotonic() - asked < 10


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_wait_and_the_old_handlers_come_back(program, number):
    before = signal.getsignal(number)
    supervisor = Supervisor([program(STAYS)], output=io.StringIO())
    with supervisor.running():
        os.kill(os.getpid(), number)
        assert not supervisor.wait_until(lambda: False, seconds=10)
        assert supervisor.stopping
    assert signal.getsignal(number) is before


def test_a_wait_that_is_never_over_ends_in_time(program):
    supervisor = Supervisor([program(STAYS)], output=io.StringIO())
    with supervisor.running():
        assert not supervisor.wait_until(lambda: False, seconds=0.2)
        assert not supervisor.stopping


def test_an_error_inside_ends_the_programs_too(program):
    web = program(STAYS)
    supervisor = Supervisor([web], output=io.StringIO())

    def run():
        with supervisor.running():
            supervisor.wait_until(starts(web), seconds=10)
            left.extend(pids(supervisor))
            raise RuntimeError("disk full")

    left = []
    with pytest.raises(RuntimeError, match="disk full"):
        run()
    assert left
    assert all(is_gone(pid) for pid in left)


def test_a_program_that_runs_once_gives_its_exit_code(program):
    web = program(STAYS)
    supervisor = Supervisor([web], output=io.StringIO())
    with supervisor.running():
        assert supervisor.run_once(program(DIES, name="demo")) == 3
        assert supervisor.run_once(program("print('made')", name="demo")) == 0


def test_a_stop_ends_a_program_that_runs_once(program):
    demo = program(STAYS, name="demo")
    supervisor = Supervisor([], output=io.StringIO())
    with supervisor.running():
        supervisor.request_stop()
        assert supervisor.run_once(demo) is None


def test_a_large_log_is_put_aside_at_the_next_start(program):
    web = program(STAYS)
    web.log.write_bytes(b"x" * (16 * 1024 * 1024 + 1))
    supervisor = Supervisor([web], output=io.StringIO())
    with supervisor.running():
        assert supervisor.wait_until(lambda: printed(web) == ["here"], seconds=10)
    assert web.log.with_suffix(".old.log").stat().st_size > 16 * 1024 * 1024


if sys.platform == "linux":  # no other system tells a child that its parent died

    def test_the_programs_stop_when_the_supervisor_itself_is_killed(program):
        web = program(STAYS)
        command = [sys.executable, "-c", SUPERVISES, *web.command, str(web.log)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:
            pid = int(supervisor.stdout.readline())
            assert not is_gone(pid)
            supervisor.kill()
        assert soon(lambda: is_gone(pid))
