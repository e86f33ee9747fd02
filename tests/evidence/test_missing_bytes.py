"""Sealed bytes that are gone or damaged: nothing of them is handed out, and everybody is told why."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from evidence import layout, shares, store
from runs.errors import RunError
from tests import make


@pytest.fixture
def packet(workflow, operator, seal):
    return seal(make.run(workflow, by=operator))


@pytest.fixture
def share(packet, operator):
    return shares.request(
        packet,
        label="Journal review",
        purpose="Round 2",
        profile="results",
        expires_at=timezone.now() + timedelta(days=30),
        by=operator,
    )


@pytest.fixture
def client(owner):
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture(params=["changed", "deleted"])
def harm(request, evidence_store):
    """Return a function that harms what lies in the store under a digest."""

    def harmed(sha256):
        (file,) = evidence_store.rglob(sha256)
        if request.param == "deleted":
            file.unlink()
            return
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)

    return harmed


def says_so(answer, packet, sha256):
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in (
        "bytes are missing or damaged",
        "Ask the operator of this server to restore the evidence store from a backup.",
        sha256,
        f'href="/evidence/{packet.public_id}/"',
    ):
        assert words in page
    return "attachment" not in answer.get("Content-Disposition", "")


def test_the_workspaces_own_archive_is_not_handed_out(client, packet, harm, caplog):
    harm(packet.archive_sha256)
    base = f"/evidence/{packet.public_id}/"
    assert says_so(client.get(f"{base}packet.zip"), packet, packet.archive_sha256)
    assert packet.public_id in caplog.text
    for kept in ("manifest.json", "manifest.sigstore.json", "certificate.pdf"):
        assert client.get(base + kept).status_code == 200
    assert "missing or damaged" in client.get(base).content.decode()


def test_a_certificate_is_not_handed_out(client, packet, harm, caplog):
    harm(packet.certificate.pdf_sha256)
    base = f"/evidence/{packet.public_id}/"
    answer = client.get(f"{base}certificate.pdf")
    assert says_so(answer, packet, packet.certificate.pdf_sha256)
    assert client.get(f"{base}packet.zip").status_code == 200


def test_a_packet_without_a_certificate_has_none_to_hand_out(client, workflow, operator):
    packet = make.packet(make.run(workflow, by=operator))
    assert client.get(f"/evidence/{packet.public_id}/certificate.pdf").status_code == 404


def test_a_share_is_neither_previewed_nor_approved(client, packet, share, owner, harm, caplog):
    harm(packet.archive_sha256)
    base = f"/shares/{share.public_id}/preview/"
    for name in ("", "packet.zip", "certificate.pdf", "manifest.json"):
        assert says_so(client.get(base + name), packet, packet.archive_sha256)
    with pytest.raises(RunError, match="missing or damaged"):
        shares.approve(share, expires_at=share.expires_at, label=share.label, by=owner)


def test_what_an_approved_share_pins_is_not_previewed_either(
    client, packet, share, owner, harm, caplog
):
    approved, _ = shares.approve(share, expires_at=share.expires_at, label="x", by=owner)
    assert approved.archive_sha256 != packet.archive_sha256
    harm(approved.archive_sha256)
    answer = client.get(f"/shares/{share.public_id}/preview/")
    assert says_so(answer, packet, approved.archive_sha256)
    assert client.get(f"/evidence/{packet.public_id}/packet.zip").status_code == 200


@pytest.mark.parametrize("path", ["archive", "certificate"])
def test_programs_are_told_as_a_problem(program, viewer, packet, harm, path, caplog):
    harm(packet.archive_sha256 if path == "archive" else packet.certificate.pdf_sha256)
    answer = program(viewer).get(f"/packets/{packet.public_id}/{path}/")
    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["code"], problem["stage"]) == ("state_conflict", "request")
    assert "missing or damaged" in problem["detail"]
    assert "restore the evidence store" in problem["hint"]


def test_what_was_restored_is_handed_out_again(client, packet, evidence_store, caplog):
    content = store.get(packet.archive_sha256)
    (file,) = evidence_store.rglob(packet.archive_sha256)
    file.unlink()
    address = f"/evidence/{packet.public_id}/{layout.ARCHIVE}"
    assert client.get(address).status_code == 409
    store.put(content)
    assert client.get(address).status_code == 200
