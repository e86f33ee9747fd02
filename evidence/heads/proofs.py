"""Proofs that one packet is in the log, as a text that is checked offline. Core.

Source: https://c2sp.org/tlog-proof. The ``extra`` line is the SHA-256 of the manifest, 32 bytes, so
that the text says by itself what it is about; it is believed only once the path confirms it.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from evidence import signing
from evidence.heads import merkle, notes
from evidence.heads.notes import Checkpoint
from evidence.members import MalformedError
from evidence.signing import Verdict

_FIRST_LINE = "c2sp.org/tlog-proof@v1"
_EXTRA = "extra "
_INDEX = "index "
_MOST_CHARACTERS = 128 * 1024
_MOST_STEPS = 64


@dataclass(frozen=True)
class Proof:
    """Where a leaf stands (``index``, from 0), the path to the root, and the signed ``note``."""

    index: int
    path: Sequence[bytes]
    note: str
    extra: bytes = b""

    @property
    def text(self) -> str:
        """The proof as it is handed out."""
        extra = f"{_EXTRA}{_encode(self.extra)}\n" if self.extra else ""
        path = "".join(f"{_encode(step)}\n" for step in self.path)
        return f"{_FIRST_LINE}\n{extra}{_INDEX}{self.index}\n{path}\n{self.note}"


@dataclass(frozen=True)
class Finding:
    """What a proof comes to. Beside the verdict, nothing is to be believed unless it is good.

    ``place`` counts from 1. ``evidence_id`` is the SHA-256 of the manifest that it is about.
    """

    verdict: Verdict
    sentence: str
    evidence_id: str = ""
    key_id: str = ""
    place: int = 0
    checkpoint: Checkpoint | None = None

    @property
    def is_good(self) -> bool:
        """Whether it shows that the packet is in a log that the issuer signed."""
        return self.verdict.is_good


def is_proof(content: bytes) -> bool:
    """Tell whether ``content`` says that it is such a proof."""
    return content.startswith(f"{_FIRST_LINE}\n".encode())


def check_proof(content: bytes, keys: signing.Keys, *, evidence_id: str = "") -> Finding:
    """Check the proof ``content`` against ``keys``, for the manifest of that ``evidence_id``.

    Without ``evidence_id`` it is about the manifest that it names itself. Whatever ``content`` is,
    a verdict comes back.
    """
    try:
        proof = _parse(content)
        named = proof.extra.hex()
        about = evidence_id or named
        leaf = merkle.leaf_hash(_digest(about))
    except MalformedError as problem:
        return Finding(Verdict.INVALID, f"The proof cannot be read: {problem}.")
    read = notes.read_note(proof.note, keys)
    if read.checkpoint is None:
        return Finding(read.verdict, read.sentence, about, read.key_id)
    head, index = read.checkpoint, proof.index
    is_in = merkle.is_included(leaf, index=index, size=head.size, path=proof.path, root=head.root)
    if not is_in:
        sentence = "The path does not lead from this packet to the root of the checkpoint."
        return Finding(Verdict.INVALID, sentence, about, read.key_id)
    sentence = f"Packet {index + 1} of the {head.size} in the log {head.origin}. {read.sentence}"
    return Finding(read.verdict, sentence, about, read.key_id, index + 1, head)


def _parse(content: bytes) -> Proof:
    if len(content) > _MOST_CHARACTERS:
        raise MalformedError("it is too long")
    try:
        text = content.decode()
    except UnicodeDecodeError as problem:
        raise MalformedError("it is not a text in UTF-8") from problem
    head, gap, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    if first != _FIRST_LINE or not gap:
        raise MalformedError("it is not a proof of version 1")
    extra = b""
    if lines and lines[0].startswith(_EXTRA):
        extra = notes.decode(lines.pop(0).removeprefix(_EXTRA))
    if not lines or not lines[0].startswith(_INDEX):
        raise MalformedError("it does not say which leaf it is about")
    index, *steps = lines
    return Proof(notes.whole_number(index.removeprefix(_INDEX)), _path(steps), note, extra)


def _path(steps: list[str]) -> tuple[bytes, ...]:
    path = tuple(notes.decode(step) for step in steps)
    if len(path) > _MOST_STEPS or any(len(step) != merkle.HASH_BYTES for step in path):
        raise MalformedError("its path is not a list of SHA-256 digests")
    return path


def _digest(text: str) -> bytes:
    try:
        digest = bytes.fromhex(text)
    except ValueError as problem:
        raise MalformedError("an evidence id is not hexadecimal") from problem
    if len(digest) != merkle.HASH_BYTES:
        raise MalformedError("it does not say which packet it is about")
    return digest


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode()
