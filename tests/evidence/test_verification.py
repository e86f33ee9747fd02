"""The public check: what we issued, what was changed, and nothing about any run."""

import base64
import html
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from evidence import copies, layout, signing, store
from evidence.models import Packet, SigningKey
from evidence.packet import NOT_EVIDENCE, read, write
from runs import canonical
from tests import make
from tests.evidence import offline

TITLE = "Title that the check does not tell"


@pytest.fixture
def packet(workflow, operator, seal):
    return seal(make.run(workflow, by=operator, name=TITLE))


@pytest.fixture
def archive(packet):
    return store.get(packet.archive_sha256)


@pytest.fixture
def anybody():
    return Client(enforce_csrf_checks=True)


def send(client, content, name="file"):
    return client.post("/verify/", {"file": SimpleUploadedFile(name, content)})


def test_a_packet_is_checked_line_by_line(anybody, archive, packet):
    response = send(anybody, archive)
    page = response.content.decode()
    assert response.status_code == 200
    assert "The contents match the sealed manifest." in page
    for path in read(archive):
        if path not in layout.CONTROL_FILES:
            assert path in page
    assert "Issued here, and current" in page
    assert packet.manifest_sha256 in page


def test_nobody_needs_an_account_or_a_cookie(anybody, archive):
    assert not anybody.get("/verify/").cookies
    assert not send(anybody, archive).cookies


def test_nothing_about_the_run_is_told(anybody, archive, packet):
    answers = [
        send(anybody, archive),
        anybody.get(f"/verify/{packet.manifest_sha256}"),
        anybody.get(f"/verify/{packet.manifest_sha256}.json"),
    ]
    for response in answers:
        assert TITLE not in response.content.decode()
        assert packet.run.public_id not in response.content.decode()


def test_the_workspaces_own_copy_verifies_and_its_values_are_not_repeated(anybody, packet):
    page = send(anybody, copies.own(packet)).content.decode()
    assert "The contents match the sealed manifest." in page
    assert "olive@example.org" not in page
    assert "omar@example.org" not in page


def test_a_bare_signature_is_enough_to_know_the_evidence_id(anybody, packet):
    page = send(anybody, bytes(packet.bundle)).content.decode()
    assert "Issued here, and current" in page


@pytest.mark.parametrize("path", [layout.COUNTS, layout.MANIFEST, layout.CERTIFICATE])
def test_a_changed_file_is_found(anybody, archive, path):
    files = read(archive)
    files[path] = files[path].replace(b"1", b"2")
    page = send(anybody, write(files)).content.decode()
    assert "This is not what was sealed." in page
    assert 'chip bad"' in page
    assert "Issued here, and current" not in page
    verdicts = re.findall(r"<b>(Failed|Passed|Withheld): ", page)
    assert verdicts == sorted(verdicts, key=lambda verdict: verdict != "Failed")


def test_a_changed_packet_is_told_from_the_evidence_id_that_it_claims(anybody, archive, packet):
    files = read(archive)
    page = send(anybody, write({**files, layout.COUNTS: b"{}"})).content.decode()
    assert "is known here, but the content differs from what was sealed under it" in page
    assert packet.manifest_sha256 in page
    files[layout.BUNDLE] = signing.sign(files[layout.MANIFEST], signing.generate())
    page = send(anybody, write(files)).content.decode()
    assert "is known here, but" in page
    assert 'class="ev"' not in page


def test_a_packet_whose_key_was_revoked_is_shown_as_withdrawn(anybody, archive):
    SigningKey.objects.update(status="revoked", revoked_at=timezone.now())
    for content in (archive, read(archive)[layout.CERTIFICATE]):
        page = send(anybody, content).content.decode()
        assert "Issued here, and withdrawn" in page
        assert 'chip bad"' in page


def test_a_packet_signed_by_a_stranger_is_told_apart(anybody, archive):
    files = read(archive)
    stranger = signing.generate()
    files[layout.BUNDLE] = signing.sign(files[layout.MANIFEST], stranger)
    page = send(anybody, write(files)).content.decode()
    assert "is not one of the issuer" in page
    assert "The contents match the sealed manifest." not in page


def test_a_certificate_is_looked_up_and_not_opened(anybody, packet, archive):
    pdf = read(archive)[layout.CERTIFICATE]
    page = send(anybody, pdf).content.decode()
    assert "This certificate is ours, unchanged." in page
    assert packet.manifest_sha256 in page
    page = send(anybody, pdf + b" ").content.decode()
    assert NOT_EVIDENCE in page
    assert "No certificate that we issued has this digest" in page


def test_a_manifest_is_known_by_its_digest(anybody, packet):
    page = send(anybody, bytes(packet.manifest)).content.decode()
    assert "This manifest is ours, unchanged." in page


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"{", b'{"a": 1}', b"PK\x03\x04", b"%PDF-1.7", write({"notes.txt": b"hello"})],
)
def test_other_files_are_called_what_they_are(anybody, db, content):
    response = send(anybody, content)
    assert response.status_code == 200
    page = response.content.decode()
    assert f"<h1>{NOT_EVIDENCE}</h1>" in page
    assert "sealed." not in page
    assert "1 checks" not in page


def test_a_packet_without_its_signature_is_not_what_was_sealed(anybody, archive):
    files = read(archive)
    del files[layout.BUNDLE]
    assert "<h1>This is not what was sealed.</h1>" in send(anybody, write(files)).content.decode()


def test_a_file_beyond_five_mebibytes_is_refused_with_a_way_on(anybody, db):
    response = send(anybody, b"x" * (5 * 1024 * 1024 + 100_000))
    assert response.status_code == 413
    assert "larger than 5 MiB" in response.content.decode()


def test_a_pasted_digest_leads_to_its_page(anybody, packet):
    pasted = f" sha256:{packet.manifest_sha256.upper()} "
    response = anybody.post("/verify/", {"digest": pasted})
    assert response.url == f"/verify/{packet.manifest_sha256}"


@pytest.mark.parametrize(
    ("sent", "words"),
    [({}, "Choose a file or paste a digest."), ({"digest": "xyz"}, "64 hexadecimal digits")],
)
def test_what_was_sent_wrongly_is_said(anybody, db, sent, words):
    response = anybody.post("/verify/", sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert "There is a problem" in page


def test_the_page_behind_the_qr_code_says_known_current_key_and_when(anybody, packet):
    answer = anybody.get(f"/verify/{packet.manifest_sha256}.json").json()
    assert answer == {
        "known": True,
        "digestOf": "manifest",
        "evidenceId": packet.manifest_sha256,
        "status": "current",
        "keyId": packet.key_id,
        "keyStatus": "active",
        "developmentKey": False,
        "issuedAt": json.loads(bytes(packet.manifest))["predicate"]["issuedAt"],
    }
    assert (
        "We issued this evidence id"
        in anybody.get(f"/verify/{packet.manifest_sha256}").content.decode()
    )


def test_a_certificate_is_known_by_its_digest_alone(anybody, packet):
    sha256 = packet.certificate.pdf_sha256
    answer = anybody.get(f"/verify/{sha256}.json").json()
    assert (answer["digestOf"], answer["evidenceId"]) == ("certificate", packet.manifest_sha256)
    page = anybody.get(f"/verify/{sha256}").content.decode()
    assert "We issued the certificate of this digest" in page
    assert packet.manifest_sha256 in page


def test_the_program_that_packets_carry_is_to_be_had_from_us_too(anybody, archive):
    answer = anybody.get("/verify/verify.py")
    assert answer.content == read(archive)[layout.VERIFIER]
    assert answer["Content-Type"].startswith("text/x-python")


def test_an_evidence_id_that_we_never_issued_is_not_known(anybody, db):
    sha256 = "0" * 64
    page = anybody.get(f"/verify/{sha256}")
    assert page.status_code == 404
    assert "We never issued this evidence id" in page.content.decode()
    answer = anybody.get(f"/verify/{sha256}.json")
    assert answer.status_code == 404
    assert answer.json() == {"known": False, "evidenceId": sha256}


def test_a_later_revision_supersedes_and_a_revoked_key_withdraws(anybody, packet):
    def status():
        return anybody.get(f"/verify/{packet.manifest_sha256}.json").json()["status"]

    later = Packet.objects.get(pk=packet.pk)
    later.pk, later.revision, later.manifest_sha256 = None, 2, "1" * 64
    later.id = type(packet)().id
    later.save(force_insert=True)
    assert status() == "superseded"
    SigningKey.objects.update(status="revoked", revoked_at=timezone.now())
    assert status() == "withdrawn"


def test_public_keys_are_published_in_both_forms(anybody, packet):
    (key,) = anybody.get("/.well-known/jwks.json").json()["keys"]
    assert key["kid"] == packet.key_id
    assert (key["kty"], key["crv"], key["alg"], key["status"]) == (
        "OKP",
        "Ed25519",
        "Ed25519",
        "active",
    )
    assert "d" not in key
    pem = anybody.get(f"/.well-known/evidence-keys/{packet.key_id}.pem").content
    assert signing.key_id(signing.load_public_key(pem)) == packet.key_id
    assert anybody.get(f"/.well-known/evidence-keys/{'0' * 64}.pem").status_code == 404


def test_the_types_of_what_we_sign_lead_to_what_explains_them(anybody, archive):
    for name in (layout.MANIFEST, layout.CERTIFICATE_BUNDLE):
        content = json.loads(read(archive)[name])
        if "dsseEnvelope" in content:
            content = json.loads(base64.b64decode(content["dsseEnvelope"]["payload"]))
        page = anybody.get(content["predicateType"].removeprefix("http://testserver"), follow=True)
        assert page.status_code == 200
        assert page.redirect_chain[0][0].startswith("/docs/")


@pytest.mark.parametrize(
    ("profile", "trace"),
    [("summary", "trace: withheld"), ("results", "trace: withheld"), ("full", "trace: OK")],
)
def test_the_commands_on_the_page_verify_the_packet_offline(
    anybody, client, owner, packet, tmp_path, profile, trace
):
    share = make.share(packet, by=owner, profile=profile)
    client.force_login(owner)
    page = client.get(f"/shares/{share.public_id}/preview/").content.decode()
    (block,) = re.findall(
        r'aria-label="Commands that verify the packet">(.*?)</pre>', page, re.DOTALL
    )
    archive = client.get(f"/shares/{share.public_id}/preview/packet.zip").content
    printed = run_offline(html.unescape(block), archive, packet, anybody, tmp_path)
    assert "Signature Verified Successfully" in printed
    assert "manifest: OK" in printed
    assert "certificate.pdf: OK" in printed
    assert trace in printed
    assert packet.key_id in printed
    assert "FAILED" not in printed


def test_the_commands_tell_what_is_withheld_from_what_is_broken(
    anybody, client, owner, packet, archive, tmp_path
):
    client.force_login(owner)
    commands = client.get(f"/evidence/{packet.public_id}/").context["reading"].offline_commands
    files = read(archive)
    del files[layout.CERTIFICATE], files[layout.CERTIFICATE_BUNDLE]
    files[layout.TRACE] = files[layout.TRACE].replace(b"run.queued", b"run.queueD")
    del files[layout.COUNTS]
    lenient = commands.replace("--check --ignore-missing", "--check --ignore-missing || true")
    printed = run_offline(lenient, write(files), packet, anybody, tmp_path)
    assert "trace: FAILED" in printed
    assert "certificate: withheld" in printed


def run_offline(commands, archive, packet, anybody, folder):
    pem = anybody.get(f"/.well-known/evidence-keys/{packet.key_id}.pem").content.decode()
    return offline.follow(folder, read(archive), commands, pem, strict=True)


class TestCommand:
    """``manage.py verify_packet``: the same report, offline where a key is given."""

    @pytest.fixture
    def file(self, archive, tmp_path):
        path = tmp_path / "packet.zip"
        path.write_bytes(archive)
        return path

    def test_a_good_packet(self, file, packet, capsys):
        call_command("verify_packet", str(file))
        printed = capsys.readouterr().out
        assert "The contents match the sealed manifest." in printed
        assert packet.manifest_sha256 in printed

    def test_a_key_of_ones_own_is_trusted_instead_of_ours(self, file, packet, tmp_path, capsys):
        pem = tmp_path / "key.pem"
        pem.write_text(packet.key.public_pem)
        SigningKey.objects.update(status="revoked", revoked_at=timezone.now())
        call_command("verify_packet", str(file), "--key", str(pem))
        assert "The contents match the sealed manifest." in capsys.readouterr().out

    def test_a_bad_packet_ends_with_an_error(self, file, archive, capsys):
        files = read(archive)
        files[layout.COUNTS] = b"{}"
        file.write_bytes(write(files))
        with pytest.raises(CommandError, match="This is not what was sealed"):
            call_command("verify_packet", str(file))
        assert "FAILED file result/counts.json" in capsys.readouterr().out

    def test_a_missing_file_is_named(self, tmp_path):
        with pytest.raises(CommandError, match="nowhere"):
            call_command("verify_packet", str(tmp_path / "nowhere.zip"))


def test_digests_of_small_withheld_files_cannot_be_guessed(archive):
    counts = json.loads(read(archive)[layout.COUNTS])
    plain = {name: value for name, value in counts.items() if name != "salt"}
    assert counts["salt"]
    subjects = json.loads(read(archive)[layout.MANIFEST])["subject"]
    digests = {subject["digest"]["sha256"] for subject in subjects}
    assert canonical.sha256(canonical.encode(plain)) not in digests


def test_a_file_of_exactly_the_most_is_read_and_one_byte_more_is_not(client, db, settings):
    most = settings.VERIFY_UPLOAD_BYTES
    assert "This is no packet" in send(client, b"x" * most).content.decode()
    answer = send(client, b"x" * (most + 1))
    assert answer.status_code == 413
    assert "5 MiB" in answer.content.decode()
