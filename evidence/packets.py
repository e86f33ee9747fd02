"""Sealing: from a run that has ended to its packet. Worker only.

An attempt is claimed by a conditional UPDATE with a lease. Bytes reach the store before the row
that names them. An evidence fault never changes what the run itself says.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts import audit, clock
from evidence import layout, sealing, store
from evidence.models import Certificate, Packet
from runs import canonical, lifecycle, record
from runs.contract import EvidenceState
from runs.models import Run, RunQuerySet

logger = logging.getLogger(__name__)


def seal(run_id: UUID) -> Packet | None:
    """Build, sign and keep the evidence of a run that has ended, once.

    Returns None where there is nothing to do: the run has not ended, nobody asked for evidence, it
    is sealed, another worker is at it, or this attempt failed (which is logged, and tried
    again after the waits of the settings, and as often as they say).
    """
    claim = _claim(run_id)
    if claim is None:
        return None
    with claim:
        return _keep(claim, sealing.build(record.of(claim.run), issued_at=clock.now()))
    return None


def release_expired() -> int:
    """Give back what a worker that died was building; return how many."""
    lost = Run.objects.filter(
        evidence_state=EvidenceState.BUILDING, evidence_lease_until__lt=clock.now()
    )
    return _release(lost, until=None)


def _release(building: RunQuerySet, *, until: datetime | None) -> int:
    """Put attempts back for a time after ``until``, or give up on those that have none left."""
    tired = building.filter(evidence_attempts__gte=settings.EVIDENCE_ATTEMPTS).update(
        evidence_state=EvidenceState.BUILD_FAILED, evidence_lease_until=None
    )
    return tired + building.update(evidence_state=EvidenceState.PENDING, evidence_lease_until=until)


@dataclass
class _Claim:
    """One attempt; as a context it gives the run back when the attempt fails."""

    run: Run
    until: datetime

    @property
    def row(self) -> RunQuerySet:
        """The run's row, while this attempt still holds it."""
        return Run.objects.filter(
            pk=self.run.pk, evidence_state=EvidenceState.BUILDING, evidence_lease_until=self.until
        )

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if error is None:
            return False
        logger.error(
            "Attempt %d to seal %s failed",
            self.run.evidence_attempts,
            self.run.public_id,
            exc_info=error,
        )
        waits = settings.EVIDENCE_WAIT_SECONDS
        wait = waits[min(self.run.evidence_attempts, len(waits)) - 1]
        _release(self.row, until=clock.now() + timedelta(seconds=wait))
        return isinstance(error, Exception)


def _claim(run_id: UUID) -> _Claim | None:
    now = clock.now()
    until = now + timedelta(seconds=settings.EVIDENCE_LEASE_SECONDS)
    claimed = (
        Run.objects.unsealed(now)
        .filter(pk=run_id, evidence_attempts__lt=settings.EVIDENCE_ATTEMPTS)
        .update(
            evidence_state=EvidenceState.BUILDING,
            evidence_lease_until=until,
            evidence_attempts=F("evidence_attempts") + 1,
        )
    )
    if not claimed:
        return None
    related = Run.objects.select_related(
        "workspace", "workflow", "source", "created_by", "retry_of"
    )
    return _Claim(related.get(pk=run_id), until)


def _keep(claim: _Claim, sealed: sealing.Sealed) -> Packet | None:
    """Write the rows, unless the lease ran out and the run is another worker's now."""
    archive_sha256 = store.put(sealed.archive)
    pdf_sha256 = store.put(sealed.files[layout.CERTIFICATE])
    with transaction.atomic():
        if not claim.row.update(evidence_lease_until=claim.until):
            return None
        packet = _packet(claim.run, sealed, archive_sha256=archive_sha256)
        Certificate.objects.create(
            packet=packet,
            pdf_sha256=pdf_sha256,
            pdf_bytes=len(sealed.files[layout.CERTIFICATE]),
            pages=sealed.pages,
            bundle=sealed.files[layout.CERTIFICATE_BUNDLE],
            issued_at=sealed.issued_at,
        )
        lifecycle.record_seal(
            claim.run.pk,
            packet_id=packet.pk,
            manifest_sha256=packet.manifest_sha256,
            sealed_at=packet.sealed_at,
        )
        audit.record(
            "packet.sealed",
            by=None,
            workspace=packet.workspace,
            object_id=packet.public_id,
            run=claim.run.public_id,
            manifest=packet.manifest_sha256,
        )
    return packet


def _packet(run: Run, sealed: sealing.Sealed, *, archive_sha256: str) -> Packet:
    manifest = sealed.files[layout.MANIFEST]
    return Packet.objects.create(
        workspace=run.workspace,
        run=run,
        manifest=manifest,
        manifest_sha256=canonical.sha256(manifest),
        bundle=sealed.files[layout.BUNDLE],
        key=sealed.key,
        archive_sha256=archive_sha256,
        archive_bytes=len(sealed.archive),
        file_count=len(sealed.files),
        openings=list(sealed.openings),
        sealed_at=sealed.issued_at,
    )
