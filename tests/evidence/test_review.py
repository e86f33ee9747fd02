"""The reviewer's door: sealed bytes, no account, no cookie, no script, and one answer when dead."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from accounts import bearer
from evidence import layout, shares, store, trust
from evidence.models import Share, ShareVisit, SigningKey
from evidence.packet import verify_packet
from tests import make

MONTH = timedelta(days=30)
FILES = ["certificate.pdf", "packet.zip", "manifest.json", "manifest.sigstore.json"]


@pytest.fixture
def packet(workflow, operator, seal):
    return seal(make.run(workflow, by=operator, name="GHZ <b>state</b> & more"))


def link_to(packet, *, operator, owner, profile="full", openings=()):
    share = shares.request(
        packet,
        label="Journal review",
        purpose="Round 2",
        profile=profile,
        openings=openings,
        expires_at=timezone.now() + MONTH,
        by=operator,
    )
    share, token = shares.approve(share, expires_at=share.expires_at, label=share.label, by=owner)
    return share, f"/s/{token}/"


@pytest.fixture
def link(packet, operator, owner):
    return link_to(packet, operator=operator, owner=owner)


@pytest.fixture
def reviewer():
    return Client()


def comparable(response):
    """Status, body and headers of an answer, but for the id of the request."""
    headers = {name: value for name, value in response.items() if name != "X-Request-Id"}
    return response.status_code, response.content, headers


def test_the_page_says_when_nobody_else_could_approve(reviewer, packet, operator, owner):
    _, alone = link_to(packet, operator=owner, owner=owner)
    _, together = link_to(packet, operator=operator, owner=owner)
    assert b"Asked for and approved by the same person" in reviewer.get(alone).content
    assert b"by the same person" not in reviewer.get(together).content


def test_the_page_shows_the_record_and_says_what_was_checked(reviewer, link, packet):
    _, url = link
    page = reviewer.get(url).content.decode()
    assert "GHZ &lt;b&gt;state&lt;/b&gt; &amp; more" in page
    assert packet.manifest_sha256 in page
    assert "The contents match the sealed manifest." in page
    assert "It does not show that the device was accurate" in page
    assert "What was left out, and why" in page
    assert "@misc{quantumruns-" in page
    assert "openssl pkeyutl -verify" in page
    assert 'class="circuit' in page
    assert "507" in page


def test_the_digest_of_the_source_file_is_told_from_that_of_the_program(reviewer, link, packet):
    _, url = link
    page = reviewer.get(url).content.decode()
    source = json.loads(bytes(packet.manifest))["predicate"]["source"]
    assert packet.run.source.sha256 not in page
    assert f"{source['sha256']}</span><span" in page
    assert "Of this file, which ends with its salt." in page
    readme = zipfile.ZipFile(BytesIO(reviewer.get(f"{url}packet.zip").content)).read("README.md")
    assert b"the program as it was sent, followed by its salt" in readme


def test_the_downloads_are_the_pinned_bytes(reviewer, link, packet):
    share, url = link
    archive = reviewer.get(f"{url}packet.zip").content
    assert archive == store.get(share.archive_sha256)
    assert verify_packet(archive, trust.keys()).is_good
    files = zipfile.ZipFile(BytesIO(archive))
    for name in ["certificate.pdf", "manifest.json", "manifest.sigstore.json"]:
        assert reviewer.get(url + name).content == files.read(name)
    run_id = packet.run.public_id
    names = {
        "packet.zip": f"evidence-{run_id}.zip",
        "certificate.pdf": f"certificate-{run_id}.pdf",
        "manifest.json": f"manifest-{run_id}.json",
        "manifest.sigstore.json": f"manifest-{run_id}.sigstore.json",
    }
    for name, called in names.items():
        header = reviewer.get(url + name)["Content-Disposition"]
        assert header == f'attachment; filename="{called}"'


def test_the_door_opens_without_a_session_a_cookie_or_a_script(reviewer, link):
    _, url = link
    for address in [url, *(url + name for name in FILES), "/s/nothing/"]:
        response = reviewer.get(address)
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert "script-src" not in response["Content-Security-Policy"]
    page = reviewer.get(url).content.decode()
    assert "<script" not in page
    assert "style=" not in page
    assert "csrfmiddlewaretoken" not in page


def test_a_broken_cookie_of_the_visitor_is_not_answered_with_a_new_one(reviewer, link):
    _, url = link
    reviewer.cookies["quantumruns-csrf"] = "malformed"
    reviewer.cookies["quantumruns-session"] = "malformed"
    response = reviewer.get(url)
    assert response.status_code == 200
    assert not response.cookies


def test_who_is_signed_in_sees_the_same_bytes(reviewer, client, link, owner, stranger):
    _, url = link
    for person in (owner, stranger):
        person.theme, person.time_zone = "dark", "Asia/Tokyo"
        person.save()
        client.force_login(person)
        seen = client.get(url, headers={"accept-language": "ja"})
        assert comparable(seen) == comparable(reviewer.get(url))


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_but_reading_is_possible(reviewer, link, method):
    _, url = link
    checking = Client(enforce_csrf_checks=True)
    for address in (url, "/s/nothing/"):
        response = getattr(checking, method)(address)
        assert response.status_code == 405
        assert not response.cookies


def test_head_answers_without_a_body_and_is_no_visit(reviewer, link):
    share, url = link
    response = reviewer.head(url)
    assert (response.status_code, response.content) == (200, b"")
    assert share.visits.count() == 0


def test_all_dead_links_give_the_same_bytes(reviewer, packet, operator, owner):
    def fresh():
        return link_to(packet, operator=operator, owner=owner)

    unapproved = shares.request(
        packet, label="x", purpose="", profile="full", expires_at=timezone.now() + MONTH, by=owner
    )
    token_of_nobody = bearer.mint("qrs")
    Share.objects.filter(pk=unapproved.pk).update(token_sha256=bearer.digest(token_of_nobody))
    revoked, revoked_url = fresh()
    shares.revoke(revoked, by=owner)
    expired, expired_url = fresh()
    Share.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    live_url = fresh()[1]
    mistyped = live_url[:-2] + ("0" if live_url[-2] != "0" else "1") + "/"
    addresses = [
        f"/s/{bearer.mint('qrs')}/",
        f"/s/{bearer.mint('qrt')}/",
        f"/s/{token_of_nobody}/",
        mistyped,
        revoked_url,
        expired_url,
        "/s/",
        "/s/x/",
        "/s/x",
        "/s/x/y/z/",
        f"/s/{'x' * 300}/",
        "/s/%00/",
        *(revoked_url + name for name in FILES),
        *(expired_url + name for name in FILES),
        live_url + "secret.txt",
        live_url + "result/counts.json",
        live_url + "../manifest.json",
    ]
    answers = {comparable(reviewer.get(address))[:2] for address in addresses}
    ((status, _),) = answers
    assert status == 404
    headers = [comparable(reviewer.get(address))[2] for address in addresses]
    assert all(one == headers[0] for one in headers)


def test_a_mistyped_token_costs_no_query(reviewer, link, django_assert_num_queries):
    _, url = link
    with django_assert_num_queries(0):
        reviewer.get(url[:-3] + "zz/")


def test_revoking_works_at_once_for_every_address(reviewer, link, owner):
    share, url = link
    assert reviewer.get(url).status_code == 200
    shares.revoke(share, by=owner)
    for address in [url, *(url + name for name in FILES)]:
        assert reviewer.get(address).status_code == 404


def test_expiry_is_by_the_databases_clock(reviewer, link, monkeypatch):
    share, url = link
    monkeypatch.setattr(timezone, "now", lambda: share.expires_at + MONTH)
    assert reviewer.get(url).status_code == 200


def test_visits_are_noted_without_saying_who(reviewer, link):
    share, url = link
    reviewer.get(url, REMOTE_ADDR="192.0.2.7", headers={"user-agent": "Mozilla/5.0 Ref"})
    reviewer.get(f"{url}packet.zip")
    assert [visit.what for visit in share.visits.order_by("pk")] == ["page", "packet.zip"]
    row = str(ShareVisit.objects.values()[0])
    assert "192.0.2.7" not in row
    assert "Mozilla" not in row


def test_a_visit_that_cannot_be_noted_does_not_fail_the_page(reviewer, link, monkeypatch, caplog):
    def locked(self, **options):
        raise DatabaseError("database is locked")

    monkeypatch.setattr(ShareVisit, "save", locked)
    assert reviewer.get(link[1]).status_code == 200
    assert "was not noted" in caplog.text


@pytest.mark.parametrize("damage", ["change", "delete"])
def test_damaged_bytes_are_never_shown(reviewer, link, evidence_store, damage, caplog):
    share, url = link
    (file,) = evidence_store.rglob(share.archive_sha256)
    if damage == "change":
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    else:
        file.unlink()
    for address in [url, *(url + name for name in FILES)]:
        response = reviewer.get(address)
        assert response.status_code == 500
        assert b"This record cannot be shown" in response.content
    assert str(share.pk) in caplog.text


def test_a_revoked_key_is_said_on_the_page(reviewer, link):
    _, url = link
    SigningKey.objects.update(status="revoked", revoked_at=timezone.now())
    page = reviewer.get(url).content.decode()
    assert "the key that sealed them was revoked" in page
    assert "The contents match the sealed manifest." not in page
    assert 'class="circuit' not in page
    assert "because the key that sealed it is not trusted" in page


def test_a_development_key_is_said_on_the_page(reviewer, link):
    _, url = link
    SigningKey.objects.update(is_development=True)
    assert "Development key." in reviewer.get(url).content.decode()


@pytest.mark.parametrize(
    ("profile", "shown", "withheld"),
    [
        ("summary", [], [">507<", "OPENQASM", "Request recorded"]),
        ("results", [">507<", 'class="circuit'], ["OPENQASM 3", "The provider"]),
        ("full", [">507<", 'class="circuit', "OPENQASM 3"], []),
    ],
)
def test_the_page_shows_what_the_profile_grants(
    reviewer, packet, operator, owner, profile, shown, withheld
):
    _, url = link_to(packet, operator=operator, owner=owner, profile=profile)
    page = reviewer.get(url).content.decode()
    for text in shown:
        assert text in page
    for text in withheld:
        assert text not in page
    assert layout.COUNTS in page or profile != "summary"


def test_disclosed_values_are_shown_as_such(reviewer, packet, operator, owner):
    _, url = link_to(packet, operator=operator, owner=owner, openings=["workflow.name"])
    page = reviewer.get(url).content.decode()
    assert "Bell state calibration" in page
    assert "Disclosed by the owner" in page
    assert "shared without private workspace data" not in page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("failed", ["invalid_circuit", "at the stage", "No counts were measured: the run failed"]),
        ("cancelled", ["No counts were measured: the run was cancelled"]),
    ],
)
def test_runs_without_a_result_have_a_page_too(
    reviewer, workflow, operator, owner, seal, status, words
):
    packet = seal(make.run(workflow, by=operator, status=status))
    _, url = link_to(packet, operator=operator, owner=owner)
    page = reviewer.get(url).content.decode()
    for text in words:
        assert text in page
