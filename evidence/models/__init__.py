"""The tables of evidence: public keys, packets and certificates, shares."""

from evidence.models.keys import KeyStatus, SigningKey
from evidence.models.packets import Certificate, Packet, PacketQuerySet
from evidence.models.shares import Profile, Share, ShareQuerySet, ShareStatus, ShareVisit

__all__ = [
    "Certificate",
    "KeyStatus",
    "Packet",
    "PacketQuerySet",
    "Profile",
    "Share",
    "ShareQuerySet",
    "ShareStatus",
    "ShareVisit",
    "SigningKey",
]
