"""Canonical JSON (RFC 8785) and digests: the one way from a value to hashed bytes. Core."""

import hashlib
from typing import Any

import rfc8785

LARGEST_INTEGER = 2**53 - 1  # what every JSON reader keeps exactly, RFC 8785


def encode(value: Any) -> bytes:
    """Return the RFC 8785 bytes of ``value``: sorted keys, ES6 numbers, UTF-8, no spaces.

    :raises rfc8785.CanonicalizationError: if ``value`` holds NaN, an infinity, an integer
        beyond 2**53, a non-string key or a type that JSON does not have.
    """
    return rfc8785.dumps(value)


def sha256(data: bytes) -> str:
    """Return the SHA-256 of ``data`` as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
