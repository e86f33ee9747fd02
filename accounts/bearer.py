"""Bearer strings: what tokens of ours look like, so that leaks are found and typos cost nothing.

A kind (``qrt``), an underscore, 32 random bytes in base 62 and six base-62 digits of CRC-32 over
all before them, as GitHub's tokens have it: a scanner knows one when it sees it, and a wrong one is
refused before any look-up. Only the SHA-256 of a string is ever stored. Core: no Django here.
"""

import hashlib
import secrets
import zlib

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE = len(_ALPHABET)
_SECRET_BYTES = 32
_SECRET_LENGTH = 43  # 62**43 > 2**256
_CHECKSUM_LENGTH = 6  # 62**6 > 2**32
_SHOWN_CHARACTERS = 6


def mint(kind: str) -> str:
    """Return a fresh string of this kind with 256 bits from the system's generator."""
    body = f"{kind}_{_base62(secrets.randbits(8 * _SECRET_BYTES), _SECRET_LENGTH)}"
    return body + _checksum(body)


def is_well_formed(kind: str, text: str) -> bool:
    """Tell whether ``text`` can be a string of this kind: prefix, length and checksum."""
    body, checksum = text[:-_CHECKSUM_LENGTH], text[-_CHECKSUM_LENGTH:]
    expected_length = len(kind) + 1 + _SECRET_LENGTH + _CHECKSUM_LENGTH
    return (
        len(text) == expected_length
        and text.isascii()
        and body.startswith(f"{kind}_")
        and checksum == _checksum(body)
    )


def digest(text: str) -> str:
    """Return the SHA-256 of the string in hexadecimal: the only form that is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def shown_prefix(text: str) -> str:
    """Return the first characters, by which a person tells their strings apart."""
    return text[: text.index("_") + 1 + _SHOWN_CHARACTERS]


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode("ascii")), _CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, _BASE)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
