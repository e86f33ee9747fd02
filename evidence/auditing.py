"""Recomputes the whole log of sealed packets, and says what was rewritten since it was signed.

A log that agrees with itself may still be another than last year's: that is shown by checkpoints
that were kept outside.
"""

import re
from collections.abc import Iterator, Mapping

from evidence import heads, signing, trust
from evidence.models import Checkpoint, LogEntry, Packet
from evidence.signing import Verdict
from runs import canonical

_KNOWN = (Verdict.VALID, Verdict.KEY_RETIRED, Verdict.UNTRUSTED)
_NOTE = re.compile(r"^[^\n]+\n\d+\n[^\n]+\n\n(?:— [^\n]+\n)+", re.MULTILINE)
_ROWS_AT_ONCE = 200


def check(kept: str | None = None) -> list[str]:
    """Return a sentence for everything that is not as it was signed; none where all is.

    ``kept`` is a text from outside with checkpoints in it, such as a file of them, or a mail.
    """
    keys = trust.keys()
    signed = {head.size: head for head in Checkpoint.objects.order_by("size")}
    tree = heads.Tree(
        _bytes(digest)
        for digest in LogEntry.objects.order_by("index").values_list("manifest_sha256", flat=True)
    )
    return [
        *_packets(keys),
        *_entries(signed),
        *_checkpoints(signed, tree, keys),
        *(_kept(kept, tree, keys) if kept is not None else ()),
    ]


def _packets(keys: signing.Keys) -> Iterator[str]:
    """Hold each packet that is in the log to its entry and to its signature."""
    packets = Packet.objects.filter(log_entry__isnull=False).select_related("log_entry")
    for packet in packets.order_by("log_entry").iterator(_ROWS_AT_ONCE):
        name = f"Packet {packet.log_entry.place} ({packet.public_id})"
        manifest = bytes(packet.manifest)
        found = {packet.manifest_sha256, canonical.sha256(manifest)}
        if found != {packet.log_entry.manifest_sha256}:
            yield f"{name}: its manifest is not the one in the log."
        verified = signing.verify(bytes(packet.bundle), keys)
        if verified.verdict not in _KNOWN or verified.payload != manifest:
            yield f"{name}: its signature does not hold."
    for entry in LogEntry.objects.exclude(packet__in=Packet.objects.values("pk")):
        yield f"Packet {entry.place} is not there any more."


def _entries(signed: Mapping[int, Checkpoint]) -> Iterator[str]:
    """Hold each entry to its place, and to the root that was signed over it."""
    for expected, entry in enumerate(LogEntry.objects.order_by("index").iterator(_ROWS_AT_ONCE)):
        if entry.index != expected:
            yield f"Place {expected + 1} of the log is empty."
            return
        head = signed.get(entry.checkpoint_id)
        is_in = head is not None and heads.is_included(
            heads.leaf_hash(_bytes(entry.manifest_sha256)),
            index=entry.index,
            size=head.size,
            path=[_bytes(step) for step in entry.path],
            root=_bytes(head.root),
        )
        if not is_in:
            yield f"Place {entry.place} of the log is not what was signed there."


def _checkpoints(
    signed: Mapping[int, Checkpoint], tree: heads.Tree, keys: signing.Keys
) -> Iterator[str]:
    """Hold each checkpoint to its signature, to the log, and to the one before it."""
    before: Checkpoint | None = None
    for head in signed.values():
        name = f"The checkpoint of {head.size}"
        read = heads.read_note(head.note, keys)
        told = read.checkpoint and (read.checkpoint.size, read.checkpoint.root)
        if read.verdict not in _KNOWN or told != (head.size, _bytes(head.root)):
            yield f"{name} is not the one that was signed."
        yield from _against_log(name, head.size, _bytes(head.root), tree)
        if not _has_grown(before, head):
            yield f"{name} does not go on from the one before it."
        before = head


def _has_grown(before: Checkpoint | None, head: Checkpoint) -> bool:
    proof = [_bytes(step) for step in head.growth]
    if before is None:
        return not proof
    return heads.is_consistent(
        _bytes(before.root),
        _bytes(head.root),
        earlier=before.size,
        size=head.size,
        proof=proof,
    )


def _kept(text: str, tree: heads.Tree, keys: signing.Keys) -> Iterator[str]:
    """Hold the log to the checkpoints in ``text``."""
    notes = _NOTE.findall(text)
    if not notes:
        yield "There is no checkpoint in the file."
    for note in notes:
        read = heads.read_note(note, keys)
        if read.verdict not in _KNOWN or read.checkpoint is None:
            yield f"A checkpoint in the file does not hold. {read.sentence}"
        else:
            size, root = read.checkpoint.size, read.checkpoint.root
            yield from _against_log(f"The checkpoint of {size} in the file", size, root, tree)


def _against_log(name: str, size: int, root: bytes, tree: heads.Tree) -> Iterator[str]:
    if size > tree.size:
        yield f"{name} covers {size} packets, and the log has {tree.size}."
    elif tree.root_at(size) != root:
        yield f"{name} was signed over another log than this one."


def _bytes(text: object) -> bytes:
    """Return what ``text`` is in hexadecimal; of what somebody else wrote there, nothing."""
    try:
        return bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        return b""
