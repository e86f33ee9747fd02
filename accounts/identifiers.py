"""Identifiers: UUIDv7 (RFC 9562) shown as a prefix and 26 Crockford base-32 characters.

``run_01JD9X4M7QZ3...`` sorts by time of creation, has no ambiguous letters and carries no
meaning beyond its kind. Core: no Django here.
"""

from uuid import UUID

from uuid6 import uuid7

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 26


def new_id() -> UUID:
    """Return a fresh UUIDv7."""
    return UUID(int=uuid7().int)


def encode(prefix: str, value: UUID) -> str:
    """Return ``value`` as ``prefix_`` and 26 base-32 characters, most significant first."""
    number = value.int
    digits = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return f"{prefix}_{''.join(reversed(digits))}"


def decode(prefix: str, text: str) -> UUID:
    """Return the UUID that :func:`encode` wrote.

    :raises ValueError: if the prefix differs or the rest is not a canonical 128-bit number.
    """
    head, _, body = text.partition("_")
    if head != prefix or len(body) != _LENGTH or body[0] > "7":
        raise ValueError(f"not a {prefix} identifier: {text!r}")
    number = 0
    for character in body:
        digit = _ALPHABET.find(character)
        if digit < 0:
            raise ValueError(f"not a {prefix} identifier: {text!r}")
        number = number * 32 + digit
    return UUID(int=number)
