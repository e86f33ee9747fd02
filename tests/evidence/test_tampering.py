"""Whatever was done to a packet, every reader says what: server, verify.py, and a plain shell."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from evidence import layout, signing, store
from evidence.models import SigningKey
from evidence.packet import CheckVerdict, verify_packet
from evidence.packet import verify as program
from evidence.signing import TrustedKey, Verdict
from tests import make
from tests.evidence import offline, records, tampering
from tests.evidence.tampering import ALL, ARCHIVES, CONTENTS, FILES, PACKET

PEM = signing.public_pem(records.PRIVATE_KEY.public_key())
each = pytest.mark.parametrize("way", ALL, ids=lambda way: way.name)
each_content = pytest.mark.parametrize("way", CONTENTS, ids=lambda way: way.name)


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    path = tmp_path_factory.mktemp("key") / "key.pem"
    path.write_text(PEM)
    return path


def _run(packet, key, capsys):
    ended = program.main([str(packet), "--key", str(key)])
    return ended, capsys.readouterr().out


def test_there_are_enough_ways_and_no_two_are_the_same():
    assert len(ALL) >= 20
    assert len({way.archive for way in ALL}) == len({way.name for way in ALL}) == len(ALL)


@each
def test_the_server_names_what_was_done(way):
    report = verify_packet(way.archive, records.KEYS)
    failed = {
        f"{check.name} {check.path}".strip()
        for check in report.checks
        if check.verdict is CheckVerdict.FAILED
    }
    assert failed == way.failed
    assert set(report.withheld) >= way.withheld
    assert report.verdict is way.verdict


@each
def test_the_program_in_the_packet_names_it_too(way, key, tmp_path, capsys):
    packet = tmp_path / "packet.zip"
    packet.write_bytes(way.archive)
    ended, printed = _run(packet, key, capsys)
    assert (way.program or "The contents match the sealed manifest.") in printed
    is_good = way.program is None or way.verdict is Verdict.VALID
    assert ended == (0 if is_good else 1)
    assert ("FAILED" in printed) is not is_good


@each_content
def test_the_commands_of_the_readme_name_it_too(way, tmp_path):
    printed = offline.check(tmp_path, way.files, PEM, readme=FILES[layout.README])
    assert (way.shell or "manifest: OK") in printed


def test_what_nobody_touched_is_good_to_every_reader(key, tmp_path, capsys):
    assert verify_packet(tampering.WHOLE, records.KEYS).verdict is Verdict.VALID
    printed = offline.check(tmp_path, FILES, PEM)
    assert "FAILED" not in printed
    assert "Failure" not in printed
    assert _run(tmp_path / "packet", key, capsys)[0] == 0
    packet = tmp_path / "packet.zip"
    packet.write_bytes(tampering.WHOLE)
    ended, printed = _run(packet, key, capsys)
    assert ended == 0
    assert f"evidence id {PACKET.facts.sha256}" in printed
    assert "Key: as given." in printed


def _lay_out(folder, files=FILES):
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


class TestProgram:
    """``verify.py`` as it lies in the packet, without any of this project beside it."""

    def test_it_runs_alone_in_the_folder_that_it_lies_in(self, key, tmp_path):
        command = [sys.executable, "-I", layout.VERIFIER, ".", "--key", str(key)]
        options = {"cwd": _lay_out(tmp_path), "capture_output": True, "text": True}
        done = subprocess.run(command, check=True, **options)
        assert done.stdout.splitlines()[-1].startswith("The contents match the sealed manifest.")
        (tmp_path / layout.COUNTS).write_bytes(tampering.COUNTS)
        done = subprocess.run(command, check=False, **options)
        assert done.returncode == 1
        assert done.stdout.splitlines()[-1] == f"FAILED file: changed: {layout.COUNTS}"

    def test_it_is_python_of_3_9_needs_cryptography_alone_and_is_short(self):
        source = FILES[layout.VERIFIER].decode()
        tree = ast.parse(source, feature_version=(3, 9))
        names = {
            name.split(".")[0]
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert names - set(sys.stdlib_module_names) == {"cryptography"}
        assert len(source.splitlines()) <= 200

    def test_a_link_in_the_folder_is_refused(self, key, tmp_path, capsys):
        (_lay_out(tmp_path) / "exports" / "evil").symlink_to("/etc/passwd")
        assert _run(tmp_path, key, capsys) == (1, "FAILED archive: it holds a link\n")

    def test_one_says_which_key_one_trusts(self, tmp_path, capsys):
        with pytest.raises(SystemExit):
            program.main([str(_lay_out(tmp_path))])
        assert "one of the arguments --key --kid is required" in capsys.readouterr().err

    def test_the_site_of_the_issuer_gives_the_key_of_an_id_and_says_what_became_of_it(
        self, live_server, settings, workflow, operator, tmp_path, capsys
    ):
        settings.SITE_URL = live_server.url
        packet = make.packet(make.run(workflow, by=operator))
        path = tmp_path / "packet.zip"
        path.write_bytes(store.get(packet.archive_sha256))

        def told(kid):
            ended = program.main([str(path), "--kid", kid])
            return ended, capsys.readouterr().out.splitlines()[-1]

        good = "The contents match the sealed manifest. Key:"
        assert told(packet.key_id) == (0, f"{good} active.")
        assert told("0" * 64) == (1, f"FAILED key: {live_server.url} has none with this id")
        SigningKey.objects.update(status="retired", retired_at=timezone.now())
        assert told(packet.key_id) == (0, f"{good} retired.")
        SigningKey.objects.update(status="revoked", revoked_at=timezone.now())
        assert told(packet.key_id) == (1, "FAILED key: all matches, but the key was revoked")


@pytest.mark.django_db
class TestCommand:
    """``manage.py verify_packet`` on what was unpacked."""

    def test_a_folder(self, key, tmp_path, capsys):
        call_command("verify_packet", str(_lay_out(tmp_path)), "--key", str(key))
        assert PACKET.facts.sha256 in capsys.readouterr().out
        (tmp_path / "exports" / "evil.html").write_bytes(b"<script>")
        with pytest.raises(CommandError, match="This is not what was sealed"):
            call_command("verify_packet", str(tmp_path), "--key", str(key))
        assert "FAILED unsigned" in capsys.readouterr().out

    def test_a_folder_with_a_link(self, key, tmp_path):
        (_lay_out(tmp_path) / "evil").symlink_to("/etc/passwd")
        with pytest.raises(CommandError, match="symbolic link"):
            call_command("verify_packet", str(tmp_path), "--key", str(key))

    def test_the_one_key_that_is_trusted(self, workflow, operator, tmp_path, capsys):
        packet = make.packet(make.run(workflow, by=operator))
        path = tmp_path / "packet.zip"
        path.write_bytes(store.get(packet.archive_sha256))
        call_command("verify_packet", str(path), "--kid", packet.key_id)
        assert packet.manifest_sha256 in capsys.readouterr().out
        with pytest.raises(CommandError, match="not the issuer's"):
            call_command("verify_packet", str(path), "--kid", "0" * 64)


@pytest.mark.parametrize("way", ARCHIVES, ids=lambda way: way.name)
def test_what_was_done_to_an_archive_is_said_on_the_page(client, db, way):
    page = client.post("/verify/", {"file": SimpleUploadedFile("file", way.archive)})
    assert page.status_code == 200
    (check,) = page.context["report"].checks
    assert check.sentence in page.content.decode()


def test_an_archive_that_others_made_of_the_same_files_is_as_good(tmp_path):
    folder = _lay_out(tmp_path / "packet")
    made = shutil.make_archive(str(tmp_path / "again"), "zip", folder)
    assert verify_packet(Path(made).read_bytes(), records.KEYS).verdict is Verdict.VALID


def test_what_became_of_the_key_is_said_of_an_untouched_packet():
    revoked = TrustedKey(records.PRIVATE_KEY.public_key(), status="revoked")
    report = verify_packet(tampering.WHOLE, signing.trusted_keys(revoked))
    assert report.verdict is Verdict.UNTRUSTED
    assert report.checks[1].verdict is CheckVerdict.UNTRUSTED
