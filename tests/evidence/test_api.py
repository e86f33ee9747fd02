"""Evidence by the API: packets, shares, and checking for everybody."""

import io
import json
import zipfile

import pytest

from evidence import layout
from evidence.models import Share
from evidence.packet import read, write
from runs import canonical
from tests import make


@pytest.fixture
def packet(workflow, operator):
    return make.packet(make.run(workflow, by=operator))


@pytest.fixture
def share(packet, operator):
    return make.share(packet, by=operator)


@pytest.mark.parametrize(
    ("part", "media_type"),
    [
        ("manifest/", "application/vnd.in-toto+json"),
        ("bundle/", "application/vnd.dev.sigstore.bundle.v0.3+json"),
        ("archive/", "application/zip"),
    ],
)
def test_downloads_are_kept_never_shown_and_sent_once(program, viewer, packet, part, media_type):
    caller = program(viewer, "evidence:read")
    path = f"/packets/{packet.public_id}/{part}"
    answer = caller.get(path)
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["ETag"] == f'"{canonical.sha256(answer.content)}"'
    assert caller.get(path, If_None_Match=answer.headers["ETag"]).status_code == 304


def test_the_workspaces_own_archive_opens_what_is_private(program, viewer, packet):
    content = program(viewer).get(f"/packets/{packet.public_id}/archive/").content
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert layout.DISCLOSURES in names


def test_a_packet_without_a_certificate_says_so(program, viewer, packet):
    read = program(viewer).get(f"/packets/{packet.public_id}/").json()
    assert read["certificate"] is None
    assert program(viewer).get(f"/packets/{packet.public_id}/certificate/").status_code == 404


def test_shares_are_listed_by_packet_and_status(program, viewer, operator, owner, packet, share):
    make.share(packet, by=operator, status="approved", decided_by=owner, label="Approved")
    caller = program(viewer, "evidence:read")

    def labels(**query):
        return [item["label"] for item in caller.get("/shares/", query).json()["items"]]

    assert labels() == ["Approved", "For the referees"]
    assert labels(status="requested", packet=packet.public_id) == ["For the referees"]
    assert caller.get("/shares/", {"status": "lost"}).status_code == 400


def test_the_link_is_told_once_and_stored_nowhere(program, owner, share):
    caller = program(owner)
    approved = caller.post(f"/shares/{share.public_id}/approve/", {"label": "Journal"}).json()
    token = approved["link"].rstrip("/").rpartition("/")[2]
    assert approved["label"] == "Journal"

    read = caller.get(f"/shares/{share.public_id}/")
    assert token not in read.content.decode()
    stored = Share.objects.filter(pk=share.pk).values().get()
    assert token not in json.dumps(stored, default=str)
    again = caller.post(f"/shares/{share.public_id}/approve/", {})
    assert (again.status_code, again.json()["code"]) == (409, "state_conflict")


def test_who_asked_does_not_approve_where_another_owner_may(program, workspace, packet, owner):
    second = make.user()
    workspace.memberships.create(user=second, role="owner")
    asked = make.share(packet, by=owner)
    assert program(owner).post(f"/shares/{asked.public_id}/approve/", {}).status_code == 403
    assert program(second).post(f"/shares/{asked.public_id}/approve/", {}).status_code == 200


def test_declining_needs_a_reason(program, owner, share):
    caller = program(owner)
    path = f"/shares/{share.public_id}/decline/"
    assert caller.post(path, {}).json()["problems"][0]["field"] == "reason"
    declined = caller.post(path, {"reason": "The circuit is not public yet."}).json()
    assert (declined["status"], declined["declineReason"]) == (
        "declined",
        "The circuit is not public yet.",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
        ({"expiresAt": "tomorrow"}, "expiresAt"),
        ({"profile": "everything"}, "profile"),
        ({"label": " "}, "label"),
        ({"openings": ["user.password"]}, "openings"),
        ({"packetId": "pkt_1"}, "packetId"),
    ],
)
def test_a_share_that_cannot_be_is_refused(program, operator, packet, changes, field):
    body = {"packetId": packet.public_id, "label": "For the referees", **changes}
    answer = program(operator).post("/shares/", body)
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["field"] == field
    assert not Share.objects.exists()


def test_a_share_asked_for_twice_with_a_key_is_one(program, operator, packet):
    caller = program(operator)
    body = {"packetId": packet.public_id, "label": "For the referees"}
    first = caller.post("/shares/", body, Idempotency_Key="k")
    again = caller.post("/shares/", body, Idempotency_Key="k")
    assert first.json() == again.json()
    assert again.headers["Location"] == f"/api/v1/shares/{first.json()['shareId']}/"
    assert Share.objects.count() == 1


def test_anybody_may_check_a_digest(program, packet):
    found = program().post("/verify/", {"sha256": packet.manifest_sha256}).json()
    assert found["known"]["status"] == "current"
    assert found["report"] is None
    unknown = program().post("/verify/", {"sha256": "0" * 64}).json()
    assert unknown["known"] is None
    assert program().post("/verify/", {"sha256": "short"}).status_code == 400


def test_a_changed_packet_is_found_out(program, packet, viewer):
    archive = program(viewer).get(f"/packets/{packet.public_id}/archive/").content
    files = read(archive)
    files[layout.COUNTS] = files[layout.COUNTS].replace(b'"00":493', b'"00":494')
    changed = write(files)
    assert changed != archive
    report = program().raw("/verify/", changed, content_type="application/zip").json()["report"]
    assert (report["verdict"], report["good"]) == ("invalid", False)


def test_whatever_else_is_sent_gets_a_report(program, db):
    report = program().raw("/verify/", b"\x00" * 99, content_type="application/octet-stream")
    assert report.json()["report"]["verdict"] == "invalid"


def test_a_file_that_is_too_large_is_not_read(program, db, settings):
    settings.VERIFY_UPLOAD_BYTES = 1024
    answer = program().raw("/verify/", b"\x00" * 1025, content_type="application/zip")
    assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")
