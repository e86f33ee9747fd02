"""in-toto Statements v1 in RFC 8785 form: the shape of everything that is signed here. Core.

Source: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md. A statement ties
claims (its predicate) to files (its subjects) by digest. Ours hold no floating-point numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evidence.layout import CERTIFICATE
from evidence.members import MalformedError, Members, read_canonical
from runs import canonical, trace

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
CERTIFICATE_PREDICATE = "/evidence/certificate/v1"
_DIGEST_LENGTH = 64


@dataclass(frozen=True)
class Statement:
    """A statement, read. ``subjects`` maps names to SHA-256 digests in hexadecimal."""

    subjects: Mapping[str, str]
    predicate_type: str
    predicate: Members


@dataclass(frozen=True)
class CertificateStatement:
    """What the signature of a certificate says: this PDF belongs to that manifest."""

    pdf_sha256: str
    manifest_sha256: str
    issuer: str
    issued_at: datetime


def build(
    subjects: Mapping[str, str], *, predicate_type: str, predicate: Mapping[str, Any]
) -> bytes:
    """Return the canonical bytes of a statement; subjects are sorted by name."""
    return canonical.encode(
        {
            "_type": STATEMENT_TYPE,
            "predicateType": predicate_type,
            "subject": [
                {"name": name, "digest": {"sha256": subjects[name]}} for name in sorted(subjects)
            ],
            "predicate": dict(predicate),
        }
    )


def parse(content: bytes) -> Statement:
    """Return the statement that ``content`` is.

    :raises MalformedError: if it is not a statement of version 1, names a subject twice, holds a
        number that is not whole, or is not canonical JSON (two readers could then see two
        different things in it).
    """
    members = read_canonical(content, "the statement")
    if members.has_floats:
        raise MalformedError("the statement holds a number that is not whole")
    if members.text("_type") != STATEMENT_TYPE:
        raise MalformedError("the statement is not an in-toto Statement v1")
    return Statement(
        subjects=_subjects(members),
        predicate_type=members.text("predicateType"),
        predicate=members.object("predicate"),
    )


def _subjects(members: Members) -> dict[str, str]:
    subjects: dict[str, str] = {}
    for subject in members.objects("subject"):
        name, digest = subject.text("name"), subject.object("digest").text("sha256")
        if name in subjects or len(digest) != _DIGEST_LENGTH:
            raise MalformedError(f"the statement does not give one digest for {name}")
        subjects[name] = digest
    return subjects


def build_certificate(
    pdf: bytes, *, manifest_sha256: str, issuer: str, issued_at: datetime
) -> bytes:
    """Return the statement that ties a certificate's bytes to the manifest it was made from.

    It stands beside the manifest because a file that embeds a signature cannot be under it.
    """
    return build(
        {CERTIFICATE: canonical.sha256(pdf)},
        predicate_type=issuer + CERTIFICATE_PREDICATE,
        predicate={
            "schemaVersion": "1.0",
            "issuer": issuer,
            "issuedAt": trace.timestamp(issued_at),
            "manifest": {"sha256": manifest_sha256},
        },
    )


def parse_certificate(content: bytes) -> CertificateStatement:
    """Return what the statement of a certificate says.

    :raises MalformedError: if ``content`` is not such a statement.
    """
    statement = parse(content)
    if not statement.predicate_type.endswith(CERTIFICATE_PREDICATE):
        raise MalformedError("the statement is not about a certificate")
    if list(statement.subjects) != [CERTIFICATE]:
        raise MalformedError("the statement is not about one certificate")
    return CertificateStatement(
        pdf_sha256=statement.subjects[CERTIFICATE],
        manifest_sha256=statement.predicate.object("manifest").text("sha256"),
        issuer=statement.predicate.text("issuer"),
        issued_at=statement.predicate.time("issuedAt"),
    )
