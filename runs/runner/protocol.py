"""What travels between a client, the zygote and its children, and how large it may be.

One connection carries one request::

    client → child    header frame (limits), request frame
    child  → client   STARTED, then the bytes of one JSON object, then the trailer and the end
    zygote → client   the trailer instead, once a child that did not come so far is reaped

A frame is a big-endian 32-bit length and that many bytes of JSON. The answer has no length of its
own: it is what stands between STARTED and the trailer of fixed size, so a child that dies in the
middle of a write is told apart from one that finished. Core: standard library only.
"""

import json
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

STARTED = b"\x01"
REQUEST_BYTES = 16 * 1024**2
HEADER_BYTES = 4096

_LENGTH = struct.Struct("!I")
_TRAILER = struct.Struct("!4siQd")
_MAGIC = b"END1"
TRAILER_BYTES = _TRAILER.size


class ProtocolError(Exception):
    """The other side sent something that is not part of the protocol, or left early."""


@dataclass(frozen=True)
class ChildLimits:
    """What one child may use. ``open_files`` counts its connection; ``file_bytes`` is per file."""

    memory_bytes: int
    cpu_seconds: int
    reply_bytes: int = 64 * 1024**2
    file_bytes: int = 0
    open_files: int = 64


@dataclass(frozen=True)
class Ending:
    """How a child ended: ``status`` is its exit code, or minus the signal that killed it."""

    status: int
    peak_memory_bytes: int
    cpu_seconds: float

    def pack(self) -> bytes:
        """Return the trailer."""
        return _TRAILER.pack(_MAGIC, self.status, self.peak_memory_bytes, self.cpu_seconds)

    @classmethod
    def unpack(cls, trailer: bytes) -> "Ending":
        """Read a trailer.

        :raises ProtocolError: if ``trailer`` is not one.
        """
        if len(trailer) != TRAILER_BYTES:
            raise ProtocolError("The connection ended without a trailer")
        magic, status, memory, seconds = _TRAILER.unpack(trailer)
        if magic != _MAGIC:
            raise ProtocolError("The connection ended without a trailer")
        return cls(status=status, peak_memory_bytes=memory, cpu_seconds=seconds)


def frame(value: Mapping[str, Any]) -> bytes:
    """Return ``value`` as one frame.

    :raises ProtocolError: if it is larger than a request may be.
    """
    data = json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
    if len(data) > REQUEST_BYTES:
        raise ProtocolError("The request is too large for the runner")
    return _LENGTH.pack(len(data)) + data


def request_bytes(request: Mapping[str, Any], limits: ChildLimits) -> bytes:
    """Return everything that a client sends."""
    return frame(asdict(limits)) + frame(request)


def read_frame(
    connection: socket.socket, *, maximum: int, wait: Callable[[], None]
) -> dict[str, Any]:
    """Read one frame of at most ``maximum`` bytes; ``wait`` runs before every read.

    :raises ProtocolError: if the frame is too large, cut short, or no JSON object.
    """
    (length,) = _LENGTH.unpack(_read_exactly(connection, _LENGTH.size, wait))
    if length > maximum:
        raise ProtocolError("The frame is too large")
    value = json.loads(_read_exactly(connection, length, wait))
    if not isinstance(value, dict):
        raise ProtocolError("The frame is no JSON object")
    return value


def _read_exactly(connection: socket.socket, size: int, wait: Callable[[], None]) -> bytes:
    data = bytearray()
    while len(data) < size:
        wait()
        part = connection.recv(size - len(data))
        if not part:
            raise ProtocolError("The connection ended inside a frame")
        data += part
    return bytes(data)
