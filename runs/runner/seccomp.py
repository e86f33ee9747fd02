"""A filter of system calls (seccomp) for sealed children: no files, no sockets, no programs.

Works for every user and inside containers, where namespaces are often refused. A call on the list
fails with EPERM; one in a foreign calling convention kills the process. The list holds what a
computation has no use for once its modules are loaded and its connection is open.
Source: seccomp(2), linux/filter.h, and the kernel's tables of system calls.
"""

import ctypes
import errno
import platform
import struct
import sys

_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET, _FIRST_ARGUMENT_OFFSET = 0, 4, 16
_X32_BIT = 0x40000000  # x86-64's second calling convention has numbers from here on

_INSTRUCTION = struct.Struct("=HBBI")

# machine: (audit architecture, column of the table below)
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_FORBIDDEN = {
    # name: (x86_64, aarch64); None where the architecture does not have it
    "open": (2, None),
    "openat": (257, 56),
    "openat2": (437, 437),
    "creat": (85, None),
    "open_by_handle_at": (304, 265),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "setns": (308, 268),
    "unshare": (272, 97),
    "mount": (165, 40),
    "chroot": (161, 51),
    "bpf": (321, 280),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
    "shmget": (29, 194),
    "memfd_create": (319, 279),
    "truncate": (76, 45),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "rmdir": (84, None),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "chmod": (90, None),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "utimensat": (280, 88),
}
# Allowed on this process, which is called 0, and on no other.
_OWN_LIMITS = (302, 261)  # prlimit64


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def forbid_calls() -> bool:
    """Install the filter in this process, for good; return whether that worked.

    Needs ``no_new_privs`` to be set.
    """
    machine = _ARCHITECTURES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    architecture, column = machine
    numbers = [row[column] for row in _FORBIDDEN.values()]
    code = _filter(architecture, [n for n in numbers if n is not None], _OWN_LIMITS[column])
    program = _Program(len(code) // _INSTRUCTION.size, code)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    mode = ctypes.c_ulong(_SECCOMP_MODE_FILTER)
    return bool(prctl(_PR_SET_SECCOMP, mode, ctypes.byref(program)) == 0)


def _filter(architecture: int, numbers: list[int], own: int) -> bytes:
    """Return the code; a comparison skips as many instructions as it says, if true and if not."""
    refuse = _INSTRUCTION.pack(_RETURN, 0, 0, _ERRNO | errno.EPERM)
    code = [
        _INSTRUCTION.pack(_LOAD, 0, 0, _ARCHITECTURE_OFFSET),
        _INSTRUCTION.pack(_EQUAL, 1, 0, architecture),
        _INSTRUCTION.pack(_RETURN, 0, 0, _KILL),
        _INSTRUCTION.pack(_LOAD, 0, 0, _NUMBER_OFFSET),
        _INSTRUCTION.pack(_AT_LEAST, 0, 1, _X32_BIT),
        refuse,
    ]
    for number in numbers:
        code += [_INSTRUCTION.pack(_EQUAL, 0, 1, number), refuse]
    allow = _INSTRUCTION.pack(_RETURN, 0, 0, _ALLOW)
    code += [
        _INSTRUCTION.pack(_EQUAL, 0, 4, own),
        _INSTRUCTION.pack(_LOAD, 0, 0, _FIRST_ARGUMENT_OFFSET),
        _INSTRUCTION.pack(_EQUAL, 0, 1, 0),
        allow,
        refuse,
        allow,
    ]
    return b"".join(code)
