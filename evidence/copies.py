"""Copies of a packet: the workspace's own with every opening, and what a share hands over."""

import logging
from collections.abc import Collection

from evidence import disclosures, layout, store
from evidence.models import Packet
from evidence.packet import read, write
from runs.errors import Problem, RunError

logger = logging.getLogger(__name__)


def own(packet: Packet) -> bytes:
    """Return the archive for the workspace itself: everything, and ``disclosures.txt`` in full.

    :raises StoreError: if the packet's bytes are missing or damaged.
    """
    return granted(packet, profile="full", fields=disclosable(packet))


def granted(packet: Packet, *, profile: str, fields: Collection[str]) -> bytes:
    """Return the archive that a share of ``profile`` grants, disclosing the named ``fields``.

    The same arguments give the same bytes.

    :raises StoreError: if the packet's bytes are missing or damaged.
    """
    files = read(store.get(packet.archive_sha256))
    names = layout.granted(profile, files)
    kept = {name: content for name, content in files.items() if name in names}
    texts = [text for text in packet.openings if _field(text) in fields]
    if texts:
        kept[layout.DISCLOSURES] = "".join(f"{text}\n" for text in texts).encode("ascii")
    return write(kept)


def certificate(packet: Packet) -> bytes:
    """Return the PDF of the packet's certificate.

    :raises StoreError: if its bytes are missing or damaged.
    """
    return store.get(packet.certificate.pdf_sha256)


def refusal(packet: Packet, error: Exception) -> RunError:
    """Note that bytes of ``packet`` cannot be handed out; return what whoever asked is told."""
    logger.error("Bytes of %s cannot be handed out", packet.public_id, exc_info=error)
    hint = "Ask the operator of this server to restore the evidence store from a backup."
    message = "The packet’s bytes are missing or damaged on the server."
    return RunError("state_conflict", [Problem(message, hint=hint)])


def disclosable(packet: Packet) -> list[str]:
    """Return the fields whose values the packet can disclose."""
    return [_field(text) for text in packet.openings]


def _field(opening: str) -> str:
    return disclosures.parse(opening).field
