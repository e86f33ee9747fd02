"""The checks of a packet, from the signature inward. Core.

The names of the checks stay: ``archive``, ``signature``, ``manifest``, ``file`` (one for each
signed file), ``unsigned``, ``trace``, ``counts``, ``values``, ``certificate``, ``disclosures``.
"""

from collections.abc import Iterator, Mapping

from evidence import disclosures, layout, signing, statements
from evidence import manifest as manifests
from evidence.manifest import Manifest
from evidence.members import MalformedError, read_canonical
from evidence.packet import values
from evidence.packet.archive import ArchiveError, read
from evidence.packet.report import Check, CheckVerdict, Report
from evidence.signing import Keys, Verdict, Verified
from runs import canonical, trace

_JSON = b"{"
Files = Mapping[str, bytes]


def verify_packet(archive: bytes, keys: Keys) -> Report:
    """Check a packet (zip), or a bare ``manifest.sigstore.json``, against the issuer's ``keys``.

    Whatever ``archive`` is, a report comes back. Of a bare signature file every signed file is
    reported as withheld. ``keys`` map key ids to keys, see :func:`evidence.signing.trusted_keys`.
    """
    if archive.lstrip()[:1] == _JSON:
        return _check({layout.BUNDLE: archive}, keys, is_bare=True)
    try:
        files = read(archive)
    except ArchiveError as problem:
        return Report(Verdict.INVALID, (_failed("archive", str(problem)),), is_evidence=False)
    opened = _passed("archive", f"The archive could be read: {len(files)} files.")
    return _check(files, keys, first=(opened,))


def _check(
    files: Files, keys: Keys, *, first: tuple[Check, ...] = (), is_bare: bool = False
) -> Report:
    bundle = files.get(layout.BUNDLE)
    if bundle is None:
        missing = _failed("signature", f"There is no {layout.BUNDLE}: nothing here is signed.")
        is_stripped = layout.MANIFEST in files
        return Report(Verdict.INVALID, (*first, missing), is_evidence=is_stripped)
    verified = signing.verify(bundle, keys)
    checks = [*first, Check("signature", _SIGNATURE[verified.verdict], verified.sentence)]
    manifest = None
    if verified.payload:
        manifest, check = _manifest(files, verified, is_bare=is_bare)
        checks.append(check)
    if manifest:
        checks += [*_files(manifest, files), _unsigned(manifest, files)]
        checks += [*_trace(manifest, files), *_counts(manifest, files)]
        checks += values.check(manifest, files)
        checks += [
            _certificate(manifest, files, keys, verified.verdict),
            *_disclosures(manifest, files),
        ]
    has_failed = any(check.verdict is CheckVerdict.FAILED for check in checks)
    return Report(
        verdict=Verdict.INVALID if has_failed else verified.verdict,
        checks=tuple(checks),
        evidence_id=canonical.sha256(verified.payload) if verified.payload else "",
        key_id=verified.key_id,
        manifest=manifest,
        disclosed=_disclosed(manifest, files) if manifest else {},
        is_evidence=not is_bare or bool(verified.key_id),
    )


_SIGNATURE: Mapping[Verdict, CheckVerdict] = {
    Verdict.VALID: CheckVerdict.PASSED,
    Verdict.KEY_RETIRED: CheckVerdict.PASSED,
    Verdict.UNTRUSTED: CheckVerdict.UNTRUSTED,
    Verdict.UNKNOWN_KEY: CheckVerdict.UNTRUSTED,
    Verdict.INVALID: CheckVerdict.FAILED,
}


def _passed(name: str, sentence: str, path: str = "") -> Check:
    return Check(name, CheckVerdict.PASSED, sentence, path)


def _failed(name: str, sentence: str, path: str = "") -> Check:
    return Check(name, CheckVerdict.FAILED, sentence, path)


def _withheld(name: str, sentence: str, path: str = "") -> Check:
    return Check(name, CheckVerdict.WITHHELD, sentence, path)


def _manifest(files: Files, verified: Verified, *, is_bare: bool) -> tuple[Manifest | None, Check]:
    try:
        manifest = manifests.parse(verified.payload)
    except MalformedError as problem:
        return None, _failed("manifest", f"What is signed is no evidence manifest: {problem}.")
    if is_bare:
        return manifest, _passed("manifest", "The signed manifest is canonical and complete.")
    if files.get(layout.MANIFEST) != verified.payload:
        return manifest, _failed(
            "manifest", "It is missing or differs from the bytes that were signed.", layout.MANIFEST
        )
    return manifest, _passed("manifest", "It is, byte for byte, what was signed.", layout.MANIFEST)


def _files(manifest: Manifest, files: Files) -> Iterator[Check]:
    for path, digest in sorted(manifest.subjects.items()):
        if path not in files:
            yield _withheld("file", "It is signed and not in this packet: it was withheld.", path)
        elif canonical.sha256(files[path]) == digest:
            yield _passed("file", "It matches its digest in the manifest.", path)
        else:
            yield _failed("file", "It was changed: its digest is not the signed one.", path)


def _unsigned(manifest: Manifest, files: Files) -> Check:
    strangers = sorted(set(files) - set(manifest.subjects) - layout.CONTROL_FILES)
    if strangers:
        return _failed("unsigned", f"Files that nobody signed: {', '.join(strangers)}.")
    return _passed("unsigned", "No file in it is unsigned.")


def _trace(manifest: Manifest, files: Files) -> Iterator[Check]:
    path = manifest.trace.path
    if path not in files:
        return
    lines = layout.trace_lines(files[path])
    try:
        head = trace.verify(lines)
    except (ValueError, AttributeError, RecursionError):
        yield _failed("trace", "The chain of the trace is broken.", path)
        return
    if head != manifest.trace.head or len(lines) != manifest.trace.events:
        yield _failed("trace", "The trace does not end where the manifest says.", path)
    else:
        yield _passed(
            "trace", f"Its {len(lines)} lines follow one another to the signed head.", path
        )


def _counts(manifest: Manifest, files: Files) -> Iterator[Check]:
    facts = manifest.counts
    if facts is None or facts.path not in files:
        return
    try:
        counts = read_canonical(files[facts.path], "the result").numbers("counts")
    except MalformedError:
        yield _failed("counts", "The counts cannot be read.", facts.path)
        return
    is_sum = sum(counts.values()) == facts.shots and min(counts.values(), default=0) >= 0
    if is_sum and len(counts) == facts.outcomes:
        sentence = f"The counts of {facts.outcomes:,} outcomes sum to {facts.shots:,} shots."
        yield _passed("counts", sentence, facts.path)
    else:
        yield _failed("counts", "The counts do not sum to the signed number of shots.", facts.path)


def _certificate(manifest: Manifest, files: Files, keys: Keys, sealed: Verdict) -> Check:
    pdf, bundle = files.get(layout.CERTIFICATE), files.get(layout.CERTIFICATE_BUNDLE)
    path = layout.CERTIFICATE
    if pdf is None and bundle is None:
        return _withheld("certificate", "There is no certificate in this packet.", path)
    if pdf is None or bundle is None:
        return _failed("certificate", "Either the certificate or its signature is missing.", path)
    verified = signing.verify(bundle, keys)
    # A good manifest must not lend its name to a certificate that somebody else has signed.
    if _WORST_LAST.index(verified.verdict) > _WORST_LAST.index(sealed):
        return _failed("certificate", verified.sentence, layout.CERTIFICATE_BUNDLE)
    problem = _certificate_problem(manifest, pdf, verified.payload)
    if problem:
        return _failed("certificate", problem, path)
    sentence = "It is the signed certificate of this manifest."
    return Check("certificate", _SIGNATURE[verified.verdict], sentence, path)


_WORST_LAST = tuple(Verdict)


def _certificate_problem(manifest: Manifest, pdf: bytes, payload: bytes) -> str:
    try:
        statement = statements.parse_certificate(payload)
    except MalformedError as problem:
        return f"Its signature cannot be read: {problem}."
    if statement.pdf_sha256 != canonical.sha256(pdf):
        return "It was changed: its digest is not the signed one."
    if statement.manifest_sha256 != manifest.sha256:
        return "It is the certificate of another packet."
    return ""


def _texts(files: Files) -> list[str]:
    content = files.get(layout.DISCLOSURES, b"")
    return content.decode("ascii", "replace").split()


def _disclosures(manifest: Manifest, files: Files) -> Iterator[Check]:
    if layout.DISCLOSURES not in files:
        return
    texts = _texts(files)
    proven = _disclosed(manifest, files)
    if len(proven) == len(texts):
        sentence = "Each private value that it opens is the one committed to."
        yield _passed("disclosures", sentence, layout.DISCLOSURES)
    else:
        sentence = "A private value that it opens is not the one committed to."
        yield _failed("disclosures", sentence, layout.DISCLOSURES)


def _disclosed(manifest: Manifest, files: Files) -> dict[str, str]:
    """Return the values, by field, whose openings fit their commitments."""
    commitments = {item.field: item.commitment for item in manifest.exclusions if item.commitment}
    values: dict[str, str] = {}
    for text in _texts(files):
        try:
            opening = disclosures.parse(text)
        except ValueError:
            continue
        if commitments.get(opening.field) == opening.commitment:
            values[opening.field] = opening.value
    return values
