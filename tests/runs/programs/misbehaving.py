"""A program for the zygote that does what it is told, most of it bad."""

import contextlib
import ctypes
import errno
import json
import os
import resource
import signal
import socket
import time
from pathlib import Path

from runs.errors import Problem, RunError
from runs.runner.protocol import Ending

WORDS = "secret words of a private source"


def warm_up():
    """Nothing to load."""


def handle(request):
    if "read" in request:
        return json.loads(request["read"]["source"])
    if "do" not in request:  # a job of the local provider: its text says what to answer
        return json.loads(request["openqasm"])
    return ACTS[request["do"]](request) or {}


def sleep(request):
    time.sleep(request.get("seconds", 60))


def spin(request):
    while True:
        pass


def stubborn_spin(request):
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    spin(request)


def eat_memory(request):
    return {"bytes": len(bytearray(64 * 1024**3))}


def segfault(request):
    ctypes.string_at(0)


def leave(request):
    os._exit(3)


def half_an_answer(request):
    connection().sendall(b'{"value": {"cou')
    os._exit(0)


def answer_and_stay(request):
    connection().sendall(json.dumps({"value": {"early": True}}).encode())
    connection().sendall(Ending(status=0, peak_memory_bytes=1, cpu_seconds=0).pack())
    connection().shutdown(socket.SHUT_WR)
    spin(request)


def raise_words(request):
    raise LookupError(WORDS)


def report(request):
    raise RunError("invalid_circuit", [Problem("The gate is unknown", line=3)])


def long_answer(request):
    return {"text": "x" * request["bytes"]}


def endless_answer(request):
    while True:
        connection().sendall(b"x" * 65536)


def connection():
    descriptor = max(open_descriptors())
    return socket.socket(fileno=os.dup(descriptor))


def open_descriptors():
    found = []
    for descriptor in range(64):
        with contextlib.suppress(OSError):
            os.fstat(descriptor)
            found.append(descriptor)
    return found


def look_around(request):
    limits = {
        name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0]
        for name in ("AS", "CPU", "CORE", "FSIZE", "NOFILE")
    }
    return {
        "environment": dict(os.environ),
        "uid": os.getuid(),
        "groups": os.getgroups(),
        "pid": os.getpid(),
        "group": os.getpgid(0),
        "session": os.getsid(0),
        "folder": attempt(lambda: [path.name for path in Path("/").iterdir()]),
        "descriptors": open_descriptors(),
        "limits": limits,
    }


def reach_out(request):
    """Try everything that a computation has no use for, and say what came of it."""
    acts = {
        "connect": lambda: socket.socket().connect(("127.0.0.1", request["port"])),
        "unix": lambda: socket.socket(socket.AF_UNIX).connect(request["socket"]),
        "read": lambda: Path("/etc/passwd").read_text(),
        "write": lambda: Path("/etc/canary").write_text(""),
        "kill": lambda: os.kill(os.getppid(), 0),
        "become root": lambda: os.setuid(0),
        "trace": lambda: ptrace(os.getppid()),
        "execute": lambda: os.execv("/bin/true", ["true"]),
    }
    return {name: attempt(act) for name, act in acts.items() if name != request.get("but")}


def ptrace(pid):
    library = ctypes.CDLL(None, use_errno=True)
    if library.ptrace(16, pid, 0, 0):
        raise OSError(ctypes.get_errno(), "ptrace")


def attempt(act):
    try:
        answer = act()
    except OSError as error:
        return errno.errorcode[error.errno]
    return answer if isinstance(answer, list | str | int) else "done"


def oom_score(request):
    return {"score": int(Path("/proc/self/oom_score_adj").read_text())}


ACTS = {act.__name__: act for act in list(globals().values()) if callable(act)}
