"""What is sealed: all the bytes of a packet, made from the record of a run and signed. Worker only.

Nothing here writes a row or a file.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from evidence import disclosures, keys, layout, payload, signing, statements, trust
from evidence import manifest as manifests
from evidence.certificates import issuing
from evidence.models import SigningKey
from evidence.packet import verify_packet, write
from runs import canonical
from runs.contract import RunRecord


class SealError(Exception):
    """What was built does not hold, so it is not sealed."""


@dataclass(frozen=True)
class Sealed:
    """A packet before anything names it: its files by path, and the archive of them.

    ``openings`` are not in the archive; they are the owner's alone.
    """

    key: SigningKey
    issued_at: datetime
    openings: tuple[str, ...]
    files: Mapping[str, bytes]
    pages: int
    archive: bytes


def build(record: RunRecord, *, issued_at: datetime) -> Sealed:
    """Make and sign everything, and check it as a reader would. Manifests state milliseconds.

    :raises SealError: if what was built does not verify.
    :raises ImproperlyConfigured: if there is no key to sign with.
    :raises RunError: if the certificate cannot be printed.
    """
    private_key = keys.private_key()
    key = SigningKey.objects.get(kid=signing.key_id(private_key.public_key()))
    issued_at = issued_at.replace(microsecond=issued_at.microsecond // 1000 * 1000)
    openings = disclosures.make(record.private, token_bytes=secrets.token_bytes)
    files = payload.build(
        record, issuer=settings.SITE_URL, issued_at=issued_at, token_bytes=secrets.token_bytes
    )
    manifest = manifests.build(
        record,
        files=files,
        issuer=settings.SITE_URL,
        issued_at=issued_at,
        predicate_type=settings.SITE_URL + manifests.MANIFEST_PREDICATE,
        openings=openings,
    )
    files |= {layout.MANIFEST: manifest, layout.BUNDLE: signing.sign(manifest, private_key)}
    certificate = issuing.issue(files, key_id=key.kid, is_development=key.is_development)
    files[layout.CERTIFICATE] = certificate.pdf
    files[layout.CERTIFICATE_BUNDLE] = signing.sign(
        _certificate_statement(certificate.pdf, manifest, issued_at), private_key
    )
    archive = _verified(write(files))
    return Sealed(key, issued_at, openings, files, certificate.pages, archive)


def _certificate_statement(pdf: bytes, manifest: bytes, issued_at: datetime) -> bytes:
    return statements.build_certificate(
        pdf,
        manifest_sha256=canonical.sha256(manifest),
        issuer=settings.SITE_URL,
        issued_at=issued_at,
    )


def _verified(archive: bytes) -> bytes:
    report = verify_packet(archive, trust.keys())
    if not report.is_good:
        raise SealError(f"{report.headline} {report.as_json()['checks']}")
    return archive
