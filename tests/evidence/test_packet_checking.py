"""Checking a packet: what is whole passes, whatever was touched fails, and the report says where."""

import json

import pytest

from evidence import disclosures, layout, signing, statements
from evidence.packet import CheckVerdict, verify_packet, write
from evidence.signing import TrustedKey, Verdict
from runs import canonical
from tests.evidence import records
from tests.evidence.records import KEYS, PRIVATE_KEY

SEALED = records.seal(records.completed())
OTHER = records.seal(records.completed(title="Another run"), salts=records.Salts("other"))
FORGER = signing.generate()
SALTED = set(SEALED.facts.subjects) - {layout.VERIFIER}  # what differs from one packet to the next


def _without(*paths):
    return {path: content for path, content in SEALED.files.items() if path not in paths}


def _verdict(files, keys=KEYS):
    return verify_packet(write(files), keys)


def _failures(report):
    return {
        check.path or check.name for check in report.checks if check.verdict is CheckVerdict.FAILED
    }


@pytest.mark.parametrize(
    "record", [records.completed(), records.failed(), records.cancelled()], ids=lambda r: r.status
)
def test_a_whole_packet_is_valid(record):
    sealed = records.seal(record)
    report = verify_packet(sealed.archive, KEYS)
    assert (report.verdict, report.is_good) == (Verdict.VALID, True)
    assert {check.verdict for check in report.checks} == {CheckVerdict.PASSED}
    assert report.evidence_id == canonical.sha256(sealed.manifest)
    assert report.manifest == sealed.facts
    assert report.headline == "The contents match the sealed manifest."


def test_each_check_is_a_line_with_a_name_that_stays():
    names = [check.name for check in verify_packet(SEALED.archive, KEYS).checks]
    assert names[:3] == ["archive", "signature", "manifest"]
    assert names.count("file") == len(SEALED.facts.subjects)
    assert names[-4:] == ["unsigned", "trace", "counts", "certificate"]


def test_what_a_share_withholds_is_reported_and_no_fault():
    granted = layout.granted("results", SEALED.files)
    report = _verdict({path: SEALED.files[path] for path in granted})
    assert report.verdict is Verdict.VALID
    assert set(report.withheld) == {
        layout.SOURCE_OPERATIONS,
        layout.EXPORT_OPENQASM,
        layout.TRACE,
    }


def test_the_summary_grants_no_result_and_no_source():
    granted = layout.granted("summary", SEALED.files)
    assert granted == {
        layout.README,
        layout.VERIFIER,
        *(layout.CONTROL_FILES - {layout.DISCLOSURES}),
    }


def test_a_bare_signature_file_is_checked_too():
    report = verify_packet(SEALED.files[layout.BUNDLE], KEYS)
    assert report.verdict is Verdict.VALID
    assert set(report.withheld) == set(SEALED.facts.subjects)


def test_a_packet_without_a_certificate_is_valid():
    report = _verdict(records.seal(records.completed(), pdf=None).files)
    assert report.verdict is Verdict.VALID


def _edited_counts():
    counts = json.loads(SEALED.files[layout.COUNTS])
    counts["counts"]["000"] += 1
    return canonical.encode(counts)


def _edited_manifest():
    manifest = json.loads(SEALED.manifest)
    manifest["predicate"]["run"]["title"] = "A better title"
    return canonical.encode(manifest)


def _dropped_line():
    lines = layout.trace_lines(SEALED.files[layout.TRACE])
    return b"\n".join(lines[:-2] + lines[-1:]) + b"\n"


def _forged_disclosure():
    text = disclosures.make({"user.name": "Somebody Else"}, token_bytes=records.Salts("forged"))[3]
    assert disclosures.parse(text).field == "user.name"
    return text.encode()


def _stolen_key_id(manifest):
    bundle = json.loads(signing.sign(manifest, FORGER))
    kid = signing.key_id(PRIVATE_KEY.public_key())
    bundle["verificationMaterial"]["publicKey"]["hint"] = kid
    bundle["dsseEnvelope"]["signatures"][0]["keyid"] = kid
    return canonical.encode(bundle)


def _certificate_of(predicate_type, subjects, predicate):
    content = statements.build(subjects, predicate_type=predicate_type, predicate=predicate)
    return signing.sign(content, PRIVATE_KEY)


PDF_DIGEST = {layout.CERTIFICATE: canonical.sha256(SEALED.files[layout.CERTIFICATE])}
CERTIFICATE_TYPE = records.ISSUER + statements.CERTIFICATE_PREDICATE


@pytest.mark.parametrize(
    ("files", "failed"),
    [
        pytest.param(
            SEALED.files | {layout.COUNTS: _edited_counts()}, {layout.COUNTS}, id="edited counts"
        ),
        pytest.param(
            SEALED.files | {layout.MANIFEST: _edited_manifest()},
            {layout.MANIFEST},
            id="edited manifest",
        ),
        pytest.param(_without(layout.MANIFEST), {layout.MANIFEST}, id="no manifest"),
        pytest.param(_without(layout.BUNDLE), {"signature"}, id="no signature"),
        pytest.param(
            SEALED.files | {"evil.html": b"<script>"}, {"unsigned"}, id="a file that nobody signed"
        ),
        pytest.param(
            SEALED.files | {layout.TRACE: _dropped_line()}, {layout.TRACE}, id="dropped trace line"
        ),
        pytest.param(
            SEALED.files | {layout.CERTIFICATE: b"%PDF-1.7 forged"},
            {layout.CERTIFICATE},
            id="changed certificate",
        ),
        pytest.param(
            SEALED.files
            | {path: OTHER.files[path] for path in (layout.CERTIFICATE, layout.CERTIFICATE_BUNDLE)},
            {layout.CERTIFICATE},
            id="certificate of another packet",
        ),
        pytest.param(_without(layout.CERTIFICATE), {layout.CERTIFICATE}, id="lost certificate"),
        pytest.param(
            _without(layout.CERTIFICATE_BUNDLE), {layout.CERTIFICATE}, id="unsigned certificate"
        ),
        pytest.param(
            SEALED.files
            | {
                layout.CERTIFICATE: b"%PDF forged",
                layout.CERTIFICATE_BUNDLE: records.sign_certificate(
                    b"%PDF forged", SEALED.manifest, FORGER
                ),
            },
            {layout.CERTIFICATE_BUNDLE},
            id="certificate signed by somebody else",
        ),
        pytest.param(
            SEALED.files | {layout.CERTIFICATE_BUNDLE: SEALED.files[layout.BUNDLE]},
            {layout.CERTIFICATE},
            id="another statement in place of the certificate's",
        ),
        pytest.param(
            SEALED.files
            | {layout.CERTIFICATE_BUNDLE: _certificate_of(CERTIFICATE_TYPE, PDF_DIGEST, {})},
            {layout.CERTIFICATE},
            id="certificate statement without a manifest",
        ),
        pytest.param(
            SEALED.files | {layout.DISCLOSURES: _forged_disclosure()},
            {layout.DISCLOSURES},
            id="forged disclosure",
        ),
        pytest.param(
            SEALED.files | {layout.DISCLOSURES: b"%%% \xff"},
            {layout.DISCLOSURES},
            id="no disclosure",
        ),
        pytest.param(
            SEALED.files | {layout.BUNDLE: _stolen_key_id(SEALED.manifest)},
            {"signature"},
            id="own key under the stolen key id",
        ),
        pytest.param(
            SEALED.files | {layout.BUNDLE: OTHER.files[layout.BUNDLE]},
            {layout.MANIFEST, *SALTED, layout.CERTIFICATE},
            id="signature of another packet",
        ),
    ],
)
def test_whatever_was_touched_is_found(files, failed):
    report = _verdict(files)
    assert _failures(report) == failed
    assert (report.verdict, report.is_good) == (Verdict.INVALID, False)


def test_a_packet_that_somebody_signed_again_is_not_the_issuers():
    counts = _edited_counts()
    manifest = SEALED.manifest.replace(
        canonical.sha256(SEALED.files[layout.COUNTS]).encode(), canonical.sha256(counts).encode()
    ).replace(b'"shots":1000', b'"shots":1001')
    files = SEALED.files | {
        layout.COUNTS: counts,
        layout.MANIFEST: manifest,
        layout.BUNDLE: signing.sign(manifest, FORGER),
        layout.CERTIFICATE_BUNDLE: records.sign_certificate(
            SEALED.files[layout.CERTIFICATE], manifest, FORGER
        ),
    }
    report = _verdict(files)
    assert (report.verdict, report.is_good) == (Verdict.UNKNOWN_KEY, False)
    assert not _failures(report)


@pytest.mark.parametrize(
    ("status", "verdict"), [("retired", Verdict.KEY_RETIRED), ("revoked", Verdict.UNTRUSTED)]
)
def test_the_report_says_what_became_of_the_key(status, verdict):
    keys = signing.trusted_keys(TrustedKey(PRIVATE_KEY.public_key(), status=status))
    assert verify_packet(SEALED.archive, keys).verdict is verdict


def test_what_the_owner_opens_is_proven_and_shown():
    openings = {disclosures.parse(text).field: text for text in SEALED.openings}
    chosen = "\n".join([openings["user.name"], openings["workspace.name"]]).encode()
    report = _verdict(SEALED.files | {layout.DISCLOSURES: chosen})
    assert report.verdict is Verdict.VALID
    assert report.disclosed == {"user.name": "Ada Adams", "workspace.name": "Photonics lab"}


def test_a_forged_opening_beside_a_true_one_is_not_shown():
    openings = {disclosures.parse(text).field: text for text in SEALED.openings}
    chosen = openings["run.notes"].encode() + b"\n" + _forged_disclosure()
    report = _verdict(SEALED.files | {layout.DISCLOSURES: chosen})
    assert report.disclosed == {"run.notes": "Coffee helps"}
    assert report.verdict is Verdict.INVALID


def _sealed_with(path, content):
    """A packet truly signed over a file that does not hold what it should."""
    files = dict(SEALED.payload) | {path: content}
    manifest = SEALED.manifest.replace(
        canonical.sha256(SEALED.files[path]).encode(), canonical.sha256(content).encode()
    )
    control = {layout.MANIFEST: manifest, layout.BUNDLE: signing.sign(manifest, PRIVATE_KEY)}
    return files | control


@pytest.mark.parametrize(
    "content",
    [
        _edited_counts(),
        b"",
        b"[]",
        b'{"counts":{"000":1000.0}}',
        b'{"counts":{"000":1001,"111":-1}}',
        b'{"counts":{"000":1000}}',
        b"[" * 100_000,
    ],
)
def test_signed_counts_that_do_not_add_up_are_found(content):
    assert _failures(_verdict(_sealed_with(layout.COUNTS, content))) == {layout.COUNTS}


@pytest.mark.parametrize("content", [b"", b"[]\n", b"null\n", b"[" * 100_000, b'{"seq":0}\n'])
def test_a_signed_trace_that_is_no_chain_is_found(content):
    assert _failures(_verdict(_sealed_with(layout.TRACE, content))) == {layout.TRACE}


@pytest.mark.parametrize("archive", [b"", b"PK", b"{", b"{}", b"hello", b"%PDF-1.7", b"{" * 9999])
def test_whatever_it_is_given_it_reports(archive):
    report = verify_packet(archive, KEYS)
    assert report.verdict is Verdict.INVALID
    assert report.checks[-1].verdict is CheckVerdict.FAILED


def test_a_signed_statement_that_is_no_manifest_is_not_taken_for_one():
    report = verify_packet(SEALED.files[layout.CERTIFICATE_BUNDLE], KEYS)
    assert (report.verdict, report.manifest) == (Verdict.INVALID, None)
    assert _failures(report) == {"manifest"}


def test_programs_get_the_report_as_json():
    report = verify_packet(SEALED.archive, KEYS).as_json()
    assert json.loads(json.dumps(report)) == report
    assert (report["verdict"], report["evidenceId"]) == ("valid", SEALED.facts.sha256)
    assert report["checks"][1]["name"] == "signature"
