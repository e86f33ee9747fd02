"""Shares: asked for by one person, answered for by another, pinned to bytes, ended for good."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts import bearer
from accounts.models import AuditEvent, Membership
from evidence import layout, shares, store, trust
from evidence.models import SigningKey
from evidence.packet import read, verify_packet
from runs.errors import RunError
from tests import make

MONTH = timedelta(days=30)


@pytest.fixture
def packet(workflow, operator, seal):
    return seal(make.run(workflow, by=operator))


def ask(packet, *, by, **changes):
    asked = {
        "label": "Journal review",
        "purpose": "Referees",
        "profile": "full",
        "expires_at": timezone.now() + MONTH,
        **changes,
    }
    return shares.request(packet, **asked, by=by)


def approve(share, *, by):
    return shares.approve(share, expires_at=share.expires_at, label=share.label, by=by)


def test_a_link_is_asked_for_approved_and_revoked_and_the_log_says_by_whom(packet, operator, owner):
    share = ask(packet, by=operator)
    assert (share.status, share.token_sha256, share.archive_sha256) == ("requested", None, "")
    share, token = approve(share, by=owner)
    assert share.status == "approved"
    assert (share.requested_by, share.decided_by, share.self_approved) == (operator, owner, False)
    share = shares.revoke(share, by=owner)
    assert (share.status, share.revoked_by) == ("revoked", owner)
    log = AuditEvent.objects.filter(object_id=share.public_id).order_by("pk")
    assert [(event.action, event.actor) for event in log] == [
        ("share.requested", operator),
        ("share.approved", owner),
        ("share.revoked", owner),
    ]
    assert token not in str([event.data for event in log])


def test_the_token_is_kept_as_a_digest_only(packet, operator, owner):
    share, token = approve(ask(packet, by=operator), by=owner)
    assert bearer.is_well_formed("qrs", token)
    assert share.token_sha256 == bearer.digest(token)
    row = type(share).objects.filter(pk=share.pk).values().get()
    assert token not in str(row)


@pytest.mark.parametrize("person", ["viewer", "stranger"])
def test_viewers_and_strangers_ask_for_nothing(packet, person, request):
    with pytest.raises(PermissionDenied):
        ask(packet, by=request.getfixturevalue(person))


@pytest.mark.parametrize("person", ["operator", "viewer", "stranger"])
def test_only_owners_approve_and_extend(packet, owner, operator, person, request):
    person = request.getfixturevalue(person)
    share = ask(packet, by=operator)
    with pytest.raises(PermissionDenied):
        approve(share, by=person)
    share, _ = approve(share, by=owner)
    with pytest.raises(PermissionDenied):
        shares.extend(share, expires_at=timezone.now() + MONTH, by=person)


@pytest.mark.parametrize("person", ["viewer", "stranger"])
def test_only_owners_and_who_asked_decline_and_revoke(packet, owner, operator, person, request):
    person = request.getfixturevalue(person)
    share = ask(packet, by=operator)
    with pytest.raises(PermissionDenied):
        shares.decline(share, reason="No", by=person)
    share, _ = approve(share, by=owner)
    with pytest.raises(PermissionDenied):
        shares.revoke(share, by=person)
    assert shares.revoke(share, by=operator).status == "revoked"


def test_an_only_owner_approves_alone_and_it_says_so(packet, owner):
    share, _ = approve(ask(packet, by=owner), by=owner)
    assert share.self_approved
    event = AuditEvent.objects.get(action="share.approved")
    assert event.data["self_approved"] is True


def test_where_there_is_another_owner_nobody_approves_alone(packet, workspace, owner):
    second = make.user("second@example.org")
    Membership.objects.create(workspace=workspace, user=second, role="owner")
    share = ask(packet, by=owner)
    with pytest.raises(PermissionDenied, match="another owner"):
        approve(share, by=owner)
    share, _ = approve(share, by=second)
    assert not share.self_approved


def test_an_owner_who_left_does_not_count_as_another(packet, workspace, owner):
    gone = make.user("gone@example.org", is_active=False)
    Membership.objects.create(workspace=workspace, user=gone, role="owner")
    share, _ = approve(ask(packet, by=owner), by=owner)
    assert share.self_approved


def test_of_two_who_decide_at_once_one_is_told_so(packet, operator, owner):
    share = ask(packet, by=operator)
    same = type(share).objects.get(pk=share.pk)
    first, token = approve(share, by=owner)
    with pytest.raises(RunError, match="decided in the meantime") as caught:
        approve(same, by=owner)
    assert caught.value.code == "state_conflict"
    with pytest.raises(RunError, match="decided in the meantime"):
        shares.decline(same, reason="No", by=owner)
    first.refresh_from_db()
    assert (first.status, first.token_sha256) == ("approved", bearer.digest(token))
    assert AuditEvent.objects.filter(action="share.approved").count() == 1


def test_a_declined_request_has_a_reason_and_no_link(packet, operator, owner):
    share = ask(packet, by=operator)
    with pytest.raises(ValidationError):
        shares.decline(share, reason="  ", by=owner)
    share = shares.decline(share, reason="The title names a client", by=owner)
    assert (share.status, share.decline_reason) == ("declined", "The title names a client")
    assert share.token_sha256 is None
    with pytest.raises(RunError, match="decided in the meantime"):
        approve(share, by=owner)
    with pytest.raises(RunError, match="no link"):
        shares.revoke(share, by=owner)


def test_a_revoked_link_cannot_be_brought_back(packet, operator, owner):
    share, _ = approve(ask(packet, by=operator), by=owner)
    shares.revoke(share, by=owner)
    with pytest.raises(RunError, match="still works"):
        shares.extend(share, expires_at=timezone.now() + MONTH, by=owner)
    with pytest.raises(RunError, match="no link"):
        shares.revoke(share, by=owner)


def test_a_working_link_can_be_extended_and_an_expired_one_cannot(packet, operator, owner):
    share, _ = approve(ask(packet, by=operator), by=owner)
    later = timezone.now() + 2 * MONTH
    assert shares.extend(share, expires_at=later, by=owner).expires_at == later
    assert AuditEvent.objects.filter(action="share.extended", actor=owner).exists()
    past = timezone.now() - timedelta(seconds=1)
    type(share).objects.filter(pk=share.pk).update(expires_at=past)
    with pytest.raises(RunError, match="still works"):
        shares.extend(share, expires_at=later, by=owner)


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_link_works_for_a_day_to_a_year(packet, operator, owner, days):
    when = timezone.now() + timedelta(days=days)
    with pytest.raises(ValidationError):
        ask(packet, by=operator, expires_at=when)
    share = ask(packet, by=operator)
    with pytest.raises(ValidationError):
        shares.approve(share, expires_at=when, label="x", by=owner)
    assert ask(packet, by=operator, expires_at=timezone.now() + timedelta(days=365))


@pytest.mark.parametrize(
    "changes",
    [{"label": " "}, {"profile": "everything"}, {"openings": ["run.secret"]}],
    ids=str,
)
def test_what_is_missing_or_unknown_is_refused(packet, operator, changes):
    with pytest.raises(ValidationError):
        ask(packet, by=operator, **changes)


@pytest.mark.parametrize(
    ("profile", "there", "withheld"),
    [
        ("summary", {layout.CERTIFICATE, layout.MANIFEST}, {layout.COUNTS, layout.TRACE}),
        ("results", {layout.COUNTS, layout.EXPORT_COUNTS}, {layout.TRACE}),
        ("full", {layout.COUNTS, layout.TRACE, layout.SOURCE_OPERATIONS}, set()),
    ],
)
def test_the_pinned_archive_holds_what_the_profile_grants(
    packet, operator, owner, profile, there, withheld
):
    share, _ = approve(ask(packet, by=operator, profile=profile), by=owner)
    archive = store.get(share.archive_sha256)
    report = verify_packet(archive, trust.keys())
    assert report.is_good
    assert there <= set(read(archive))
    assert withheld <= set(report.withheld)
    assert report.evidence_id == packet.manifest_sha256
    assert layout.DISCLOSURES not in read(archive)


def test_chosen_values_are_disclosed_and_no_others(packet, operator, owner):
    share, _ = approve(ask(packet, by=operator, openings=["workflow.name"]), by=owner)
    report = verify_packet(store.get(share.archive_sha256), trust.keys())
    assert report.is_good
    assert report.disclosed == {"workflow.name": "Bell state calibration"}


def test_the_archive_that_is_previewed_is_the_one_that_is_pinned(packet, operator, owner):
    share = ask(packet, by=operator, profile="results", openings=["workspace.name"])
    previewed = shares.archive(share)
    share, _ = approve(share, by=owner)
    assert shares.archive(share) == store.get(share.archive_sha256) == previewed


def test_what_does_not_verify_any_more_is_not_shared(packet, operator, owner):
    share = ask(packet, by=operator)
    SigningKey.objects.update(status="revoked", revoked_at=timezone.now())
    with pytest.raises(RunError, match="key that sealed them was revoked"):
        approve(share, by=owner)
    share.refresh_from_db()
    assert share.status == "requested"


def test_a_packet_has_at_most_twenty_links_and_requests(packet, operator, owner):
    links = [ask(packet, by=operator, label=f"Link {n}") for n in range(20)]
    with pytest.raises(RunError, match="20 links"):
        ask(packet, by=operator)
    shares.decline(links[0], reason="Too many", by=owner)
    assert ask(packet, by=operator)


def at_once(*acts):
    """Do all ``acts`` at the same moment, each on a connection of its own; return what failed."""
    start, failures = threading.Barrier(len(acts)), []

    def run(act):
        start.wait(5)
        try:
            act()
        except RunError as error:
            failures.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.postgres_only  # SQLite lets one writer in at a time
@pytest.mark.django_db(transaction=True)
def test_eight_decisions_at_once_are_one_decision(packet, operator, owner):
    share = ask(packet, by=operator)
    approvals = [lambda: approve(share, by=owner)] * 4
    refusals = [lambda: shares.decline(share, reason="No", by=owner)] * 4
    assert at_once(*approvals, *refusals) == ["state_conflict"] * 7
    share.refresh_from_db()
    decided = AuditEvent.objects.filter(action__in=["share.approved", "share.declined"])
    assert [event.action for event in decided] == [f"share.{share.status}"]


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_the_limit_of_links_holds_for_requests_at_once(packet, operator):
    for number in range(18):
        ask(packet, by=operator, label=f"Link {number}")
    failures = at_once(*[lambda: ask(packet, by=operator)] * 6)
    assert failures == ["state_conflict"] * 4
    assert packet.shares.count() == 20


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_nobody_reads_on_once_revoking_has_come_back(packet, operator, owner):
    share, token = approve(ask(packet, by=operator), by=owner)
    revoked, late = threading.Event(), []

    def read():
        for _ in range(12):
            was_over = revoked.is_set()
            status = Client().get(f"/s/{token}/").status_code
            if was_over:
                late.append(status)

    def end():
        shares.revoke(share, by=owner)
        revoked.set()

    assert at_once(*[read] * 4, end) == []
    assert Client().get(f"/s/{token}/").status_code == 404
    assert set(late) <= {404}


def test_what_is_missing_on_the_server_is_not_approved(packet, operator, owner, evidence_store):
    share = ask(packet, by=operator)
    for kept in evidence_store.rglob("*"):
        if kept.is_file():
            kept.unlink()
    with pytest.raises(RunError, match="missing or damaged"):
        approve(share, by=owner)
    share.refresh_from_db()
    assert (share.status, share.token_sha256) == ("requested", None)
