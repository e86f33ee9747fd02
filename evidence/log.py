"""The log of sealed packets as everybody may read it: heads, places and proofs.

It is grown by :mod:`evidence.checkpoints`, in the worker alone.
"""

from django.conf import settings

from evidence.heads import Proof, witness_request
from evidence.models import Checkpoint, LogEntry

_PATH = "/evidence-log"


def origin() -> str:
    """Return the name of the log: the address of this site without its scheme, and a path."""
    return settings.SITE_URL.partition("://")[2] + _PATH


def latest() -> Checkpoint | None:
    """Return the head of the log; None where there is none yet."""
    return Checkpoint.objects.order_by("-size").first()


def proof(entry: LogEntry) -> str:
    """Return the proof of a packet's place under the first checkpoint that covers it."""
    return Proof(
        index=entry.index,
        path=hashes(entry.path),
        note=entry.checkpoint.note,
        extra=bytes.fromhex(entry.manifest_sha256),
    ).text


def growth(checkpoint: Checkpoint) -> str:
    """Return the proof that the log only grew from the checkpoint before this one, with its note.

    It is what a witness is sent to sign the checkpoint too.
    """
    before = Checkpoint.objects.filter(size__lt=checkpoint.size).order_by("-size").first()
    earlier = before.size if before else 0
    return witness_request(checkpoint.note, earlier=earlier, growth=hashes(checkpoint.growth))


def hashes(texts: list[str]) -> list[bytes]:
    """Return the hashes that a row holds in hexadecimal."""
    return [bytes.fromhex(text) for text in texts]
