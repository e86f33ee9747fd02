"""The tables of evidence: public keys, packets and certificates, their log, shares."""

from evidence.models.keys import KeyStatus, SigningKey
from evidence.models.log import Checkpoint, LogEntry
from evidence.models.packets import Certificate, Packet, PacketQuerySet
from evidence.models.shares import Profile, Share, ShareQuerySet, ShareStatus, ShareVisit

__all__ = [
    "Certificate",
    "Checkpoint",
    "KeyStatus",
    "LogEntry",
    "Packet",
    "PacketQuerySet",
    "Profile",
    "Share",
    "ShareQuerySet",
    "ShareStatus",
    "ShareVisit",
    "SigningKey",
]
