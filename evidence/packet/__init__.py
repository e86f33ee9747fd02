"""The packet: a deterministic zip of a run's evidence, and the checking of one. Core.

:func:`write` and :func:`read` turn files into an archive and back, :func:`verify_packet` says
line by line what of an archive, or of a bare signature file, holds. No database, no disk.
"""

from evidence.packet.archive import ArchiveError, read, write
from evidence.packet.checking import verify_packet
from evidence.packet.report import NOT_EVIDENCE, Check, CheckVerdict, Report

__all__ = [
    "NOT_EVIDENCE",
    "ArchiveError",
    "Check",
    "CheckVerdict",
    "Report",
    "read",
    "verify_packet",
    "write",
]
