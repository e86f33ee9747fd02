"""Commitments to private values and their openings: SD-JWT disclosures (RFC 9901). Core.

A disclosure is the base64url form of the JSON ``[salt, name, value]``; its digest, the base64url
SHA-256 of that text, stands in the manifest. Without the salt (128 random bits) the value cannot
be guessed from the digest; with the disclosure anyone can check that it is the value committed to.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evidence.exclusions import DISCLOSABLE
from runs import canonical

SALT_BYTES = 16
_MEMBERS = 3


@dataclass(frozen=True)
class Disclosure:
    """One opening, read: ``text`` is what its digest is taken of."""

    text: str
    field: str
    value: str

    @property
    def commitment(self) -> str:
        """The digest by which a manifest names this opening."""
        return commitment(self.text)


def salt(token_bytes: Callable[[int], bytes]) -> str:
    """Return 128 fresh bits from ``token_bytes`` (``secrets.token_bytes``) as base64url."""
    return _encode(token_bytes(SALT_BYTES))


def make(values: Mapping[str, str], *, token_bytes: Callable[[int], bytes]) -> tuple[str, ...]:
    """Return one disclosure per disclosable field, in the order of the registry.

    Every field is committed to every time, with an empty value where ``values`` has none: that a
    note exists is private too (RFC 9901, section 4.2.5).

    :raises KeyError: if ``values`` names a field that the registry does not disclose.
    """
    known = {exclusion.field for exclusion in DISCLOSABLE}
    for field in values:
        if field not in known:
            raise KeyError(field)
    return tuple(
        _encode(
            canonical.encode([salt(token_bytes), exclusion.field, values.get(exclusion.field, "")])
        )
        for exclusion in DISCLOSABLE
    )


def commitment(text: str) -> str:
    """Return the digest of a disclosure (RFC 9901, section 4.2.3)."""
    return _encode(hashlib.sha256(text.encode("ascii")).digest())


def parse(text: str) -> Disclosure:
    """Return the disclosure that ``text`` is.

    :raises ValueError: if it is not base64url of ``[salt, name, value]`` in JSON, all texts.
    """
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        members = json.loads(content)
    except (binascii.Error, UnicodeError, RecursionError, ValueError) as problem:
        raise ValueError("a disclosure is not base64url of JSON") from problem
    if (
        not isinstance(members, list)
        or len(members) != _MEMBERS
        or not all(isinstance(member, str) for member in members)
    ):
        raise ValueError("a disclosure is not a salt, a name and a value")
    return Disclosure(text=text, field=members[1], value=members[2])


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
