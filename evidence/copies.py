"""Copies of a packet: the workspace's own with every opening, and what a share hands over."""

from collections.abc import Collection

from evidence import disclosures, layout, store
from evidence.models import Packet
from evidence.packet import read, write


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


def disclosable(packet: Packet) -> list[str]:
    """Return the fields whose values the packet can disclose."""
    return [_field(text) for text in packet.openings]


def _field(opening: str) -> str:
    return disclosures.parse(opening).field
