"""What a child can see and reach: nothing that is not its own."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from runs.runner.client import Runner, RunnerStartError, call
from runs.runner.isolation import FIRST_UID, Isolation
from runs.runner.protocol import ChildLimits
from tests.runs.processes import is_alive, spares_of, wait_until

PROGRAM = "tests.runs.programs.misbehaving"
ROOT = Path(__file__).parents[2]
LIMITS = ChildLimits(memory_bytes=1024**3, cpu_seconds=7, open_files=16)
REFUSED = {"EPERM", "EACCES", "ENOENT", "ENETUNREACH", "ECONNREFUSED", "ENOSYS"}
CANARY = "canary-secret-of-the-worker"


def start(folder, **options):
    runner = Runner(PROGRAM, folder, **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_SECRET_ACCESS_KEY", CANARY)
        patch.setenv("DJANGO_SECRET_KEY", CANARY)
        runner.start()
    return runner


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    runner = start(tmp_path_factory.mktemp("runner"), environment={"GREETING": "hello"})
    yield runner
    runner.stop()


@pytest.fixture(scope="module")
def open_to_files(tmp_path_factory):
    runner = start(tmp_path_factory.mktemp("runner"), sealed=False)
    yield runner
    runner.stop()


@pytest.fixture
def canary():
    """A server on this machine that waits for somebody to come."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def ask(runner, do, **request):
    return call(
        runner.socket_path,
        {"do": do, **request},
        wall_seconds=20,
        limits=LIMITS,
        checkpoint=lambda: None,
    ).value


def test_the_report_says_that_all_is_in_force(sealed, open_to_files):
    assert sealed.isolation.missing(sealed=True) == ()
    assert open_to_files.isolation.missing(sealed=False) == ()
    assert open_to_files.isolation.missing(sealed=True) == ("calls", "files")


def test_a_report_names_what_is_missing():
    nothing = Isolation(*[False] * 7)
    assert nothing.missing(sealed=False) == (
        "network", "uid", "privileges", "rlimits", "dies_with_parent",
    )  # fmt: skip
    assert len(nothing.lacks(sealed=True).split(", ")) == 7


def test_no_secret_of_the_worker_is_in_the_environment(sealed):
    environment = ask(sealed, "look_around")["environment"]
    assert CANARY not in json.dumps(environment)
    assert environment["GREETING"] == "hello"
    numba = {"NUMBA_NUM_THREADS", "NUMBA_CACHE_DIR", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"}
    assert set(environment) - {"LC_CTYPE"} == {"GREETING", *numba}


def test_a_child_holds_its_connection_and_nothing_else(sealed):
    descriptors = ask(sealed, "look_around")["descriptors"]
    assert descriptors[:3] == [0, 1, 2]
    assert len(descriptors) == 4


def test_the_limits_of_the_request_are_in_force(sealed):
    assert ask(sealed, "look_around")["limits"] == {
        "AS": 1024**3, "CPU": 7, "CORE": 0, "FSIZE": 0, "NOFILE": 16,
    }  # fmt: skip


def test_a_child_has_a_user_of_its_own_and_no_group(sealed):
    seen = ask(sealed, "look_around")
    if os.geteuid() == 0:
        assert FIRST_UID <= seen["uid"] < FIRST_UID + sealed.children
        assert seen["groups"] == []
    assert seen["uid"] != 0


def test_a_child_waits_for_its_request_in_its_cell(sealed):
    wait_until(lambda: spares_of(sealed.pid))
    (spare,) = spares_of(sealed.pid)
    shown = Path(f"/proc/{spare}/status").read_text().splitlines()
    status = dict(line.split(":\t") for line in shown if ":\t" in line)
    assert (status["Seccomp"], status["NoNewPrivs"]) == ("2", "1")
    assert int(status["CapEff"], 16) == 0
    if os.geteuid() == 0:
        assert FIRST_UID <= int(status["Uid"].split()[0]) < FIRST_UID + sealed.children
        assert "Max processes             64 " in Path(f"/proc/{spare}/limits").read_text()


def test_the_kernel_takes_a_child_first_when_memory_runs_out(open_to_files):
    assert ask(open_to_files, "oom_score") == {"score": 1000}


def test_a_sealed_child_reaches_nothing(sealed, canary):
    found = ask(sealed, "reach_out", port=canary.getsockname()[1], socket=str(sealed.socket_path))
    assert set(found.values()) <= REFUSED, found
    assert ask(sealed, "look_around")["folder"] == "EPERM"
    with pytest.raises(BlockingIOError):
        canary.accept()


def test_an_unsealed_child_reads_public_files_and_nothing_more(open_to_files, canary):
    port, path = canary.getsockname()[1], str(open_to_files.socket_path)
    found = ask(open_to_files, "reach_out", port=port, socket=path, but="execute")
    assert found.pop("read").startswith("root:")
    assert set(found.values()) <= REFUSED, found
    with pytest.raises(BlockingIOError):
        canary.accept()


def python(script, *arguments, before=()):
    """Run ``script`` in an interpreter of its own and return what it says."""
    command = [
        *before,
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{script}",
    ]
    done = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    return json.loads(done.stdout)


def test_an_ordinary_user_gets_the_same_by_a_user_namespace():
    script = """
import ctypes, json, os
from runs.runner import isolation
os.chdir(sys.argv[1])
if os.geteuid() == 0:
    os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # a program that this user starts is dumpable
left = isolation.leave_the_network()
reader, writer = os.pipe()
parent = os.getpid()
if os.fork() == 0:
    found = isolation.confine(place=0, parent=parent, sealed=True, network_left=left)
    os.write(writer, json.dumps(vars(found)).encode())
    os._exit(0)
os.wait()
print(os.read(reader, 4096).decode())
"""
    found = Isolation(**python(script, "/"))
    assert found.missing(sealed=True) == ()


START_STRICTLY = """
import json
from pathlib import Path
from runs.runner.client import Runner, RunnerStartError
runner = Runner("tests.runs.programs.misbehaving", Path(sys.argv[1]), strict=True)
try:
    runner.start()
except RunnerStartError as error:
    print(json.dumps(str(error)))
else:
    print(json.dumps("started"))
    runner.stop()
"""


def test_strict_isolation_starts_where_all_is_to_be_had(tmp_path):
    assert python(START_STRICTLY, str(tmp_path)) == "started"


def test_strict_isolation_refuses_to_start_where_users_cannot_be_changed(tmp_path):
    """A root that is the only user of its namespace cannot give a child a uid of its own."""
    answer = python(START_STRICTLY, str(tmp_path), before=("unshare", "-r"))
    assert answer == "This machine does not give a child a user of its own"


def test_a_runner_dies_with_its_owner(tmp_path):
    script = """
import json, os, signal
from pathlib import Path
from runs.runner.client import Runner
runner = Runner("tests.runs.programs.misbehaving", Path(sys.argv[1]))
runner.start()
print(json.dumps(runner.pid), flush=True)
sys.stdin.read()
"""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{script}"]
    owner = subprocess.Popen(
        [*command, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with owner:
        zygote = json.loads(owner.stdout.readline())
        assert is_alive(zygote)
        owner.kill()
        wait_until(lambda: not is_alive(zygote), seconds=2)


def test_a_folder_whose_name_is_too_long_is_refused(tmp_path):
    with pytest.raises(RunnerStartError, match="Cannot listen"):
        Runner(PROGRAM, tmp_path / ("long" * 30)).start()
