"""The log of sealed packets as people meet it: pages, downloads, the public check, and a shell."""

import re
import shutil
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from evidence import checkpoints, heads, keys, log, store, trust
from evidence.models import Checkpoint, LogEntry
from tests import guards, make

DOCS = Path(django_settings.BASE_DIR) / "templates" / "docs" / "verify-a-packet.md"


@pytest.fixture(autouse=True)
def key(db, settings, tmp_path):
    settings.EVIDENCE_SIGNING_KEY_FILE = str(tmp_path / "keys" / "log.pem")
    return keys.create()


@pytest.fixture
def packets(workflow, operator):
    """Three packets in the log under one checkpoint."""
    made = [make.packet(make.run(workflow, by=operator)) for _ in range(3)]
    checkpoints.make()
    return made


@pytest.fixture
def proof(packets):
    return log.proof(LogEntry.objects.get(packet=packets[2])).encode()


@pytest.fixture
def member(viewer, client):
    client.force_login(viewer)
    return client


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def send(content):
    return Client(enforce_csrf_checks=True).post(
        "/verify/", {"file": SimpleUploadedFile("packet.tlog-proof", content)}
    )


def test_the_page_of_a_packet_says_its_place_and_hands_out_the_proof(
    member, workflow, operator, seal
):
    packet = seal(make.run(workflow, by=operator))
    address = f"/evidence/{packet.public_id}/"
    page = text(member.get(address))
    assert "It gets its place with the next checkpoint of the evidence log" in page
    assert member.get(f"{address}packet.tlog-proof").status_code == 404
    head = checkpoints.make()
    page = text(member.get(address))
    assert "Packet 1 of 1" in page
    assert head.root_text[:12] in page
    answer = member.get(f"{address}packet.tlog-proof")
    assert answer.content.decode() == log.proof(packet.log_entry)
    name = f"evidence-{packet.run.public_id}.tlog-proof"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.usefixtures("packets")
class TestHeadsForEverybody:
    def test_the_page_lists_them_and_the_keys_that_tools_take(self, key):
        page = text(Client().get("/verify/log/"))
        public = trust.keys()[key.kid].key
        assert Checkpoint.objects.get().root_text[:12] in page
        assert heads.verifier_key("testserver/evidence-log", public) in page

    def test_the_latest_and_each_are_notes(self, workflow, operator):
        first = Checkpoint.objects.get()
        make.packet(make.run(workflow, by=operator))
        second = checkpoints.make()
        for name, head in (("latest", second), ("3", first), ("4", second)):
            answer = Client().get(f"/.well-known/evidence-checkpoints/{name}")
            assert answer["Content-Type"] == "text/plain; charset=utf-8"
            assert answer.content.decode() == head.note

    def test_growth_is_what_a_witness_takes(self, workflow, operator):
        make.packet(make.run(workflow, by=operator))
        head = checkpoints.make()
        told = Client().get("/.well-known/evidence-checkpoints/4/growth").content.decode()
        first, *steps = told.partition("\n\n")[0].split("\n")
        assert first == "old 3"
        assert len(steps) == len(head.growth) == 3
        assert told.endswith(f"\n\n{head.note}")
        start = Client().get("/.well-known/evidence-checkpoints/3/growth").content.decode()
        assert start.startswith("old 0\n\n")

    @pytest.mark.parametrize("size", ["2", "0", "9" * 40, "0" * 3000])
    def test_no_other_size_has_one(self, size):
        assert Client().get(f"/.well-known/evidence-checkpoints/{size}").status_code == 404

    @pytest.mark.parametrize("below", ["3", "x", "9" * 40, "9" * 5000, "-1"])
    def test_whatever_stands_in_the_address_the_list_answers(self, below):
        assert Client().get("/verify/log/", {"below": below}).status_code == 200


def test_there_may_be_none():
    assert "Nothing was signed yet." in text(Client().get("/verify/log/"))
    assert Client().get("/.well-known/evidence-checkpoints/latest").status_code == 404


def test_a_long_list_has_pages(key):
    Checkpoint.objects.bulk_create(
        Checkpoint(size=size, root="ab" * 32, note="", key=key, made_at=timezone.now())
        for size in range(1, 53)
    )
    first = Client().get("/verify/log/")
    assert 'href="?below=3"' in first.content.decode()
    last = Client().get("/verify/log/?below=3").content.decode()
    assert last.count("<tr role") == 3
    assert "Newest" in last


class TestThePublicCheck:
    def test_a_proof_says_of_which_packet_it_is(self, packets, proof):
        answer = send(proof)
        page = text(answer)
        assert "This packet has a place in the log." in page
        assert "Packet 3 of the 3 in the log testserver/evidence-log." in page
        assert packets[2].manifest_sha256 in page
        assert "Issued here, and current" in page
        assert packets[2].run.public_id not in page

    def test_a_changed_proof_is_refused(self, proof):
        page = text(send(proof.replace(b"index 2", b"index 1")))
        assert "This does not prove a place in the log." in page
        assert "The path does not lead from this packet to the root" in page

    def test_a_proof_outlives_the_row_of_the_packet_and_says_so(self, packets, proof):
        with guards.taken_down():
            LogEntry.objects.all().delete()
            packets[2].delete()
        assert "no packet of it is here any more" in text(send(proof))

    def test_programs_are_told_too(self, proof, packets):
        answer = (
            Client().post("/api/v1/verify/", proof, content_type="application/octet-stream").json()
        )
        assert answer["proof"]["good"] is True
        assert (answer["proof"]["place"], answer["proof"]["size"]) == (3, 3)
        assert answer["proof"]["evidenceId"] == packets[2].manifest_sha256
        assert answer["known"]["evidenceId"] == packets[2].manifest_sha256
        bad = (
            Client()
            .post("/api/v1/verify/", proof[:-9], content_type="application/octet-stream")
            .json()
        )
        assert (bad["proof"]["verdict"], bad["proof"]["size"]) == ("invalid", 0)


class TestTheCommand:
    @pytest.fixture
    def files(self, tmp_path, packets, proof):
        archive, text = tmp_path / "packet.zip", tmp_path / "packet.tlog-proof"
        archive.write_bytes(store.get(packets[2].archive_sha256))
        text.write_bytes(proof)
        return archive, text

    def verify(self, *arguments):
        out = StringIO()
        call_command("verify_packet", *map(str, arguments), stdout=out)
        return out.getvalue()

    def test_it_checks_the_place_as_well(self, files):
        archive, text = files
        assert "Packet 3 of the 3 in the log" in self.verify(archive, "--proof", text)

    def test_a_proof_of_another_packet_is_refused(self, files, packets):
        archive, text = files
        text.write_text(log.proof(LogEntry.objects.get(packet=packets[0])))
        with pytest.raises(CommandError, match="Its place in the log is not proved"):
            self.verify(archive, "--proof", text)

    def test_a_file_that_is_not_there_is_named(self, files, tmp_path):
        with pytest.raises(CommandError, match="No such file"):
            self.verify(files[0], "--proof", tmp_path / "none")


def commands():
    section = DOCS.read_text(encoding="utf-8").partition("## The place in the log")[2]
    (found,) = re.findall(r"^```sh\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    return found


def run_in(folder):
    shell = shutil.which("dash") or "/bin/sh"
    done = subprocess.run(
        [shell, "-c", commands()], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout


@pytest.mark.parametrize("number", [1, 2, 3, 5, 7])
def test_the_documented_commands_find_every_place_of_a_log(
    number, workflow, operator, tmp_path, key
):
    """Packets of any number at any place, with no program but openssl and those of every Unix."""
    packets = [make.packet(make.run(workflow, by=operator)) for _ in range(number)]
    checkpoints.make()
    (tmp_path / "key.pem").write_text(key.public_pem)
    for packet in packets:
        (tmp_path / "manifest.json").write_bytes(packet.manifest)
        proof = log.proof(LogEntry.objects.get(packet=packet))
        (tmp_path / "packet.tlog-proof").write_text(proof, encoding="utf-8")
        assert run_in(tmp_path).endswith("Successfully\nplace in the log: OK\n")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("manifest.json", "completed", "cancelled", "Signature Verified Successfully\n"),
        ("packet.tlog-proof", "index 2", "index 1", "Signature Verified Successfully\n"),
        ("packet.tlog-proof", "\n3\n", "\n4\n", "Signature Verification Failure\n"),
    ],
)
def test_the_documented_commands_find_what_was_changed(
    name, old, new, said, packets, proof, key, tmp_path
):
    (tmp_path / "key.pem").write_text(key.public_pem)
    (tmp_path / "manifest.json").write_bytes(packets[2].manifest)
    (tmp_path / "packet.tlog-proof").write_bytes(proof)
    path = tmp_path / name
    assert old in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert run_in(tmp_path) == said
