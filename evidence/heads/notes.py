"""Checkpoints: the size and root of a log, as a signed note. Core.

Sources: https://c2sp.org/tlog-checkpoint and https://c2sp.org/signed-note (Ed25519, type 0x01).
The name of the key is the origin of the log. What an Ed25519 key of ours signs elsewhere begins
with ``DSSEv1 ``, which no origin does, as it has no spaces.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from evidence import signing
from evidence.heads.merkle import HASH_BYTES
from evidence.members import MalformedError
from evidence.signing import Verdict

_ED25519 = b"\x01"
_KEY_HASH_BYTES = 4
_MOST_CHARACTERS = 64 * 1024
_MOST_SIGNATURES = 64
_TEXT_LINES = 3


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log: ``size`` leaves, and the ``root`` over them (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def root_text(self) -> str:
        """The root as notes have it, in base64."""
        return base64.b64encode(self.root).decode()

    @property
    def text(self) -> str:
        """The text that is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{self.root_text}\n"


@dataclass(frozen=True)
class ReadNote:
    """A checkpoint that somebody gave us, and what its signature is worth.

    ``checkpoint`` is None where it cannot be read, and not to be believed unless the verdict is
    good.
    """

    verdict: Verdict
    sentence: str
    key_id: str = ""
    checkpoint: Checkpoint | None = None


def sign_checkpoint(checkpoint: Checkpoint, private_key: Ed25519PrivateKey) -> str:
    """Return the note that signs ``checkpoint`` under its origin.

    :raises ValueError: if the origin is no name that a note can have.
    """
    _check_name(checkpoint.origin)
    return sign_text(checkpoint.text, name=checkpoint.origin, private_key=private_key)


def sign_text(text: str, *, name: str, private_key: Ed25519PrivateKey) -> str:
    """Return ``text``, which ends in a newline, as a note signed under ``name``."""
    signature = private_key.sign(text.encode())
    blob = base64.b64encode(key_hash(name, private_key.public_key()) + signature).decode()
    return f"{text}\n— {name} {blob}\n"


def witness_request(note: str, *, earlier: int, growth: Iterable[bytes]) -> str:
    """Return what a witness is sent to sign ``note`` too, having seen ``earlier`` leaves before.

    Source: https://c2sp.org/tlog-witness (add-checkpoint).
    """
    steps = "".join(f"{base64.b64encode(step).decode()}\n" for step in growth)
    return f"old {earlier}\n{steps}\n{note}"


def key_hash(name: str, key: Ed25519PublicKey) -> bytes:
    """Return the four bytes by which notes know ``key`` under ``name``."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + _raw(key)).digest()[:_KEY_HASH_BYTES]


def verifier_key(name: str, key: Ed25519PublicKey) -> str:
    """Return the key as tools for signed notes take it: name, hash and key, joined by ``+``."""
    key_text = base64.b64encode(_ED25519 + _raw(key)).decode()
    return f"{name}+{key_hash(name, key).hex()}+{key_text}"


def read_note(note: str, keys: signing.Keys) -> ReadNote:
    """Read a checkpoint and check its signature by the one of ``keys`` that made it.

    Signatures by others, such as witnesses, are passed over. Whatever ``note`` is, a verdict comes
    back.
    """
    try:
        text, signatures = _split(note)
        checkpoint = _parse(text)
        ours = _by_known_key(checkpoint.origin, signatures, keys)
    except MalformedError as problem:
        return ReadNote(Verdict.INVALID, f"The checkpoint cannot be read: {problem}.")
    if ours is None:
        sentence = "No signature on the checkpoint is by a key of the issuer."
        return ReadNote(Verdict.UNKNOWN_KEY, sentence, checkpoint=checkpoint)
    kid, signature = ours
    try:
        keys[kid].key.verify(signature, text.encode())
    except InvalidSignature:
        sentence = "The signature does not fit the checkpoint: something was changed."
        return ReadNote(Verdict.INVALID, sentence, kid)
    verdict, sentence = signing.worth(keys[kid], kid)
    return ReadNote(verdict, sentence, kid, checkpoint)


def _by_known_key(
    name: str, signatures: list[tuple[str, bytes]], keys: signing.Keys
) -> tuple[str, bytes] | None:
    """Return the key id and signature of the first line that a known key is said to have made."""
    known = {key_hash(name, trusted.key): kid for kid, trusted in keys.items()}
    for signer, blob in signatures:
        kid = known.get(blob[:_KEY_HASH_BYTES])
        if signer == name and kid is not None:
            return kid, blob[_KEY_HASH_BYTES:]
    return None


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text of a note and its signatures, each with the name of its key."""
    if len(note) > _MOST_CHARACTERS:
        raise MalformedError("it is too long")
    if any(character < " " and character != "\n" for character in note):
        raise MalformedError("it has control characters")
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise MalformedError("it is not a text, an empty line and signatures")
    signatures = list(_signatures(lines.removesuffix("\n").split("\n")))
    if len(signatures) > _MOST_SIGNATURES:
        raise MalformedError("it has too many signatures")
    return f"{text}\n", signatures


def _signatures(lines: list[str]) -> Iterator[tuple[str, bytes]]:
    for line in lines:
        match line.split(" "):
            case ["—", name, blob]:
                yield name, decode(blob)
            case _:
                raise MalformedError("a line of its signatures is something else")


def _parse(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < _TEXT_LINES + 1 or not all(lines[:-1]):
        raise MalformedError("it has no three lines of origin, size and root")
    root = decode(lines[2])
    if len(root) != HASH_BYTES:
        raise MalformedError("its root is not a SHA-256")
    return Checkpoint(origin=lines[0], size=whole_number(lines[1]), root=root)


def whole_number(text: str) -> int:
    """Return the number that ``text`` is in ASCII digits, without zeroes in front.

    :raises MalformedError: if it is none, or longer than 18 digits.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 18) or str(int(text)) != text:  # noqa: PLR2004 - fits 64 bits
        raise MalformedError("a number is not written as one")
    return int(text)


def decode(text: str) -> bytes:
    """Return the bytes that ``text`` is in base64 (RFC 4648, section 4), in its only spelling.

    :raises MalformedError: if it is not.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise MalformedError("something is not base64") from problem
    if base64.b64encode(content).decode() != text:
        raise MalformedError("something is not base64 as it is written by all")
    return content


def _check_name(name: str) -> None:
    if not name or "+" in name or any(character.isspace() for character in name):
        raise ValueError(f"{name!r} cannot name a key: no spaces, no plus, not empty")


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
