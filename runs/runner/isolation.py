"""What stands between a child and the machine: Linux calls, and the report of those in force.

:func:`leave_the_network` is for the zygote, before it has threads; :func:`confine` is for a child.
Each takes what the platform offers and tells what it got; on other systems than Linux that is the
resource limits alone.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from dataclasses import dataclass, fields
from pathlib import Path

from runs.runner.protocol import ChildLimits
from runs.runner.seccomp import forbid_calls

LINUX = sys.platform == "linux"
BYTES_PER_MAXRSS = 1024 if LINUX else 1
# One uid for each place in the zygote, so that children cannot signal or trace one another. The
# range is the one that systemd sets aside for users without an account.
FIRST_UID = 61_184
_MOST_PROCESSES = 64
_NAME_BYTES = 16

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x20080522


@dataclass(frozen=True)
class Isolation:
    """What is in force in every child, found out by trying it in one."""

    network: bool  # no network interface that is up
    calls: bool  # opening files or sockets, running programs and tracing are refused
    files: bool  # the file system is one empty folder; not asked of an unsealed program
    uid: bool  # a user of its own, or a user namespace of its own
    privileges: bool  # no capabilities, and no way to new ones
    rlimits: bool  # memory, processor time, files, processes
    dies_with_parent: bool

    def lacks(self, *, sealed: bool) -> str:
        """Return what is not in force in words, or nothing."""
        return ", ".join(_IN_WORDS[name] for name in self.missing(sealed=sealed))

    def missing(self, *, sealed: bool) -> tuple[str, ...]:
        """Return the names of what is not in force; ``calls`` and ``files`` are for the sealed."""
        excused = () if sealed else ("calls", "files")
        names = (field.name for field in fields(self))
        return tuple(n for n in names if n not in excused and not getattr(self, n))


_IN_WORDS = {
    "network": "a place without a network",
    "calls": "a filter of system calls",
    "files": "an empty file system",
    "uid": "a user of its own",
    "privileges": "being without privileges",
    "rlimits": "limits of memory and time",
    "dies_with_parent": "an end with the worker",
}


def leave_the_network() -> bool:
    """Move this single-threaded process to a network namespace with nothing in it.

    An ordinary user needs a user namespace for that. Returns whether it worked.
    """
    if not LINUX:
        return False
    if os.geteuid() == 0 and _call("unshare", _CLONE_NEWNET):
        return True
    uid, gid = os.geteuid(), os.getegid()
    if not _call("unshare", _CLONE_NEWUSER | _CLONE_NEWNET):
        return False
    # The same ids inside as outside: the namespace is wanted, not a root in it. Where that is
    # refused the ids have no name inside, which does no harm.
    with contextlib.suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    return True


def die_with_parent(parent: int) -> bool:
    """Ask for SIGKILL when the process ``parent`` ends; leave at once if it already has.

    A change of uid clears this, so it comes after.
    """
    asked = LINUX and _call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    return asked


def volunteer_for_the_oom_killer() -> None:
    """Have the kernel choose this process first when memory runs out."""
    if LINUX:
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")


def be_called(name: str) -> None:
    """Give this process a name that lists of processes show."""
    if LINUX:
        _call("prctl", _PR_SET_NAME, ctypes.create_string_buffer(name.encode(), _NAME_BYTES))


def confine(*, place: int, parent: int, sealed: bool, network_left: bool) -> Isolation:
    """Give up, in this child, everything that a program can do without; return what worked.

    ``place`` is the child's number among those alive together. The order matters: the root folder
    and the uid are changed while that is still allowed, and the parent is watched after.
    """
    if os.geteuid() == 0:  # the count is kept for each user, and only then each child is one
        resource.setrlimit(resource.RLIMIT_NPROC, (_MOST_PROCESSES, _MOST_PROCESSES))
    files = sealed and LINUX and _change_root()
    own_user = _become(FIRST_UID + place) if os.geteuid() == 0 else network_left
    privileges = LINUX and _drop_capabilities()
    dies = die_with_parent(parent)
    privileges = privileges and _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    calls = sealed and privileges and forbid_calls()
    return Isolation(
        network=network_left or calls,
        calls=calls,
        files=files or calls,
        uid=own_user,
        privileges=privileges,
        rlimits=True,
        dies_with_parent=dies,
    )


def limit(limits: ChildLimits) -> None:
    """Set what this child may use; no privilege is needed, as it is never more than before."""
    gigantic = resource.RLIM_INFINITY
    wanted = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_FSIZE: limits.file_bytes,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in wanted.items():
        hard = resource.getrlimit(kind)[1]
        ceiling = value if hard == gigantic else min(value, hard)
        resource.setrlimit(kind, (ceiling, ceiling))
    # SIGXCPU at the soft limit tells what happened; the hard one is for a program that ignores it.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))


def _change_root() -> bool:
    try:
        os.chroot(".")
        os.chdir("/")
    except OSError:
        return False
    return True


def _become(uid: int) -> bool:
    try:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    except OSError:
        return False
    return True


def _drop_capabilities() -> bool:
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    return _call("capset", header, nothing)


def _call(name: str, *arguments: object) -> bool:
    """Call a function of the C library; return whether it succeeded."""
    converted = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    return bool(getattr(_C_LIBRARY, name)(*converted) == 0)


_C_LIBRARY = ctypes.CDLL(None, use_errno=True)
