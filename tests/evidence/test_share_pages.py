"""The life of a share through its pages, by an owner, an operator, a viewer and a stranger."""

import re
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone

from accounts.models import Membership
from evidence import layout
from evidence.models import Share
from tests import make


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def packet(workflow, operator, seal):
    return seal(make.run(workflow, by=operator, name="Bell pair"))


@pytest.fixture
def everyone(owner, operator, viewer, stranger):
    people = {"owner": owner, "operator": operator, "viewer": viewer, "stranger": stranger}
    return {name: client_of(person) for name, person in people.items()}


def day(days):
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


def ask(client, packet, **changes):
    form = {
        "label": "Journal review",
        "purpose": "Two referees",
        "profile": "full",
        "expires_at": day(30),
        **changes,
    }
    return client.post(f"/evidence/{packet.public_id}/share/", form)


def approve(client, share, **changes):
    form = {"label": "Journal review", "expires_at": day(10), "has_read": "on", **changes}
    return client.post(f"/shares/{share.public_id}/approve/", form)


def link_in(page):
    (link,) = set(re.findall(r'data-copy="(http://testserver/s/[^"]+)"', page))
    return link.removeprefix("http://testserver")


def test_from_the_request_to_the_end_of_a_link(packet, everyone):
    reviewer = Client()
    asked = ask(everyone["operator"], packet)
    share = Share.objects.get()
    assert asked.url == f"/shares/{share.public_id}/"
    waiting = everyone["operator"].get(asked.url).content.decode()
    assert "Waiting for approval" in waiting
    assert "Approve and create link" not in waiting

    decision = everyone["owner"].get(asked.url).content.decode()
    assert "Approve and create link" in decision
    assert "I have read the preview and nothing private is on it" in decision
    preview = everyone["owner"].get(f"{asked.url}preview/")
    assert "Preview." in preview.content.decode()

    shown = approve(everyone["owner"], share)
    assert shown.status_code == 200
    assert shown["Cache-Control"] == "no-store"
    url = link_in(shown.content.decode())
    page = reviewer.get(url)
    assert page.status_code == 200
    assert "Bell pair" in page.content.decode()
    assert f'Works until <time datetime="{day(10)}T23:59:59.000Z"' in page.content.decode()

    opened = everyone["operator"].get(asked.url).content.decode()
    assert "1 time" in opened
    token = url.split("/")[2]
    assert token not in opened

    sure = everyone["owner"].get(f"{asked.url}revoke/").content.decode()
    assert "cannot be brought back" in sure
    assert reviewer.get(url).status_code == 200
    everyone["owner"].post(f"{asked.url}revoke/")
    assert reviewer.get(url).status_code == 404
    ended = everyone["operator"].get(asked.url).content.decode()
    assert "Revoked by" in ended
    assert "Olive Owner" in ended


def test_the_preview_is_the_page_and_its_files_are_the_files(packet, everyone):
    ask(everyone["operator"], packet, profile="results", openings=["workflow.name"])
    share = Share.objects.get()
    base = f"/shares/{share.public_id}/preview/"
    preview = everyone["owner"].get(base).content.decode()
    url = link_in(approve(everyone["owner"], share, expires_at=day(30)).content.decode())
    page = Client().get(url).content.decode()

    def body(text):
        return text[text.index("<main") :].replace(base, url)

    assert body(preview) == body(page)
    share.refresh_from_db()
    for name in ["packet.zip", "certificate.pdf", "manifest.json", "manifest.sigstore.json"]:
        assert everyone["owner"].get(base + name).content == Client().get(url + name).content
    assert everyone["owner"].get(f"{base}secrets.txt").status_code == 404


def test_the_two_columns_name_what_is_seen_and_what_is_not(packet, everyone):
    ask(everyone["operator"], packet, profile="summary", openings=["workflow.name"])
    share = Share.objects.get()
    context = everyone["owner"].get(f"/shares/{share.public_id}/").context
    visible, hidden = dict(context["visible"]), dict(context["hidden"])
    assert visible["Workflow name, disclosed"] == "Bell state calibration"
    assert visible["Title of the run"] == "Bell pair"
    assert "Trace" not in visible
    assert hidden["Owner e-mail"] == "Personal data"
    assert hidden["Trace"] == "Withheld from this share"
    assert "Workflow name" not in hidden


def test_what_the_certificate_shows_of_a_summary_is_not_called_left_out(packet, everyone):
    form = everyone["operator"].get(f"/evidence/{packet.public_id}/share/").content.decode()
    assert "The certificate shows the circuit and the most frequent outcomes" in form
    ask(everyone["operator"], packet, profile="summary")
    base = f"/shares/{Share.objects.get().public_id}/"
    context = everyone["owner"].get(base).context
    visible, hidden = dict(context["visible"]), dict(context["hidden"])
    assert visible["Certificate"] == "shows the circuit and the most frequent outcomes"
    withheld = "Withheld from this share; the certificate shows"
    assert hidden["Counts in full"] == f"{withheld} the most frequent outcomes"
    assert hidden["Source program"] == f"{withheld} the circuit"
    preview = everyone["owner"].get(f"{base}preview/").content.decode()
    assert "withheld from this share; the certificate shows the most frequent" in preview
    assert "withheld from this share; the certificate shows the circuit" in preview


def test_the_certificate_of_a_failed_run_shows_the_error_whatever_the_profile(
    workflow, operator, everyone, seal
):
    failed = seal(make.run(workflow, by=operator, status="failed"))
    ask(everyone["operator"], failed, profile="summary")
    base = f"/shares/{Share.objects.get().public_id}/"
    context = everyone["owner"].get(base).context
    assert dict(context["visible"])["Certificate"].endswith("the error")
    assert dict(context["hidden"])["Error in full"].endswith("the certificate shows the error")
    preview = everyone["owner"].get(f"{base}preview/").content.decode()
    assert "withheld from this share; the certificate shows the error" in preview


PAGES = ["", "preview/", "preview/packet.zip", "decline/", "revoke/"]
ACTS = ["approve/", "decline/", "revoke/", "extend/"]


def test_for_a_stranger_and_for_nobody_there_is_no_share(packet, everyone):
    ask(everyone["operator"], packet)
    base = f"/shares/{Share.objects.get().public_id}/"
    for path in PAGES:
        assert everyone["stranger"].get(base + path).status_code == 404
        assert Client().get(base + path).url.startswith("/accounts/login/")
    for path in ACTS:
        assert everyone["stranger"].post(base + path).status_code == 404
    assert everyone["stranger"].get(f"/evidence/{packet.public_id}/").status_code == 404
    assert ask(everyone["stranger"], packet).status_code == 404


def test_a_viewer_looks_on(packet, everyone):
    assert ask(everyone["viewer"], packet).status_code == 403
    assert (
        "Request share"
        not in everyone["viewer"].get(f"/evidence/{packet.public_id}/").content.decode()
    )
    ask(everyone["operator"], packet)
    base = f"/shares/{Share.objects.get().public_id}/"
    assert everyone["viewer"].get(base).status_code == 200
    assert everyone["viewer"].get(f"{base}preview/").status_code == 200
    for path in ACTS:
        assert everyone["viewer"].post(f"{base}{path}").status_code == 403
    assert Share.objects.get().status == "requested"


def test_an_operator_asks_withdraws_and_never_approves(packet, everyone):
    ask(everyone["operator"], packet)
    share = Share.objects.get()
    assert approve(everyone["operator"], share).status_code == 403
    base = f"/shares/{share.public_id}/"
    everyone["operator"].post(f"{base}decline/", {"reason": "Asked too early"})
    share.refresh_from_db()
    assert share.status == "declined"
    assert "Asked too early" in everyone["viewer"].get(base).content.decode()


def test_a_request_that_is_declined_says_why(packet, everyone):
    ask(everyone["operator"], packet)
    base = f"/shares/{Share.objects.get().public_id}/"
    empty = everyone["owner"].post(f"{base}decline/", {"reason": ""})
    assert empty.status_code == 422
    assert "Say why" in empty.content.decode()
    everyone["owner"].post(f"{base}decline/", {"reason": "The title names a client"})
    assert "The title names a client" in everyone["operator"].get(base).content.decode()


def test_the_preview_must_have_been_read(packet, everyone):
    ask(everyone["operator"], packet)
    share = Share.objects.get()
    refused = approve(everyone["owner"], share, has_read="")
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "There is a problem" in page
    assert "Read the preview, then tick this box." in page
    share.refresh_from_db()
    assert share.status == "requested"


def test_what_was_typed_is_kept_when_something_is_wrong(packet, everyone):
    refused = ask(everyone["operator"], packet, label="", purpose="Two referees of the paper")
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Two referees of the paper" in page
    assert "<title>Error:" in page
    late = ask(everyone["operator"], packet, expires_at=day(400))
    assert late.status_code == 422
    assert "at most 365 days" in late.content.decode()
    assert Share.objects.count() == 0


def test_a_second_approval_is_told_that_the_first_came_before(packet, everyone, workspace):
    second = make.user("second@example.org")
    Membership.objects.create(workspace=workspace, user=second, role="owner")
    ask(everyone["operator"], packet)
    share = Share.objects.get()
    url = link_in(approve(everyone["owner"], share).content.decode())
    late = client_of(second)
    again = approve(late, share)
    assert again.status_code == 302
    assert "decided in the meantime" in late.get(again.url).content.decode()
    assert Client().get(url).status_code == 200


def test_loading_the_page_of_the_link_again_leads_to_the_share(packet, everyone):
    ask(everyone["operator"], packet)
    share = Share.objects.get()
    url = link_in(approve(everyone["owner"], share).content.decode())
    again = approve(everyone["owner"], share)
    assert again.url == f"/shares/{share.public_id}/"
    page = everyone["owner"].get(again.url).content.decode()
    assert "Its link was shown once." in page
    assert "in the meantime" not in page
    assert Client().get(url).status_code == 200


def test_the_preview_says_of_approving_alone_what_the_link_will_say(packet, everyone, workspace):
    alone = b"by the same person"
    made = make.share(packet, by=workspace.memberships.get(role="operator").user)
    address = f"/shares/{made.public_id}/preview/"
    for role in ("owner", "operator", "viewer"):
        assert alone not in everyone[role].get(address).content
    own = make.share(packet, by=workspace.memberships.get(role="owner").user)
    assert alone in everyone["owner"].get(f"/shares/{own.public_id}/preview/").content


def test_an_only_owner_is_told_what_approving_alone_means(packet, everyone, workspace):
    ask(everyone["owner"], packet)
    share = Share.objects.get()
    base = f"/shares/{share.public_id}/"
    assert "no other owner" in everyone["owner"].get(base).content.decode()
    approve(everyone["owner"], share)
    assert "Self-approved" in everyone["viewer"].get(base).content.decode()

    second = make.user("second@example.org")
    Membership.objects.create(workspace=workspace, user=second, role="owner")
    ask(everyone["owner"], packet, label="Another")
    other = Share.objects.get(label="Another")
    assert approve(everyone["owner"], other).status_code == 403
    assert approve(client_of(second), other).status_code == 200


def test_a_working_link_can_be_given_another_last_day(packet, everyone):
    ask(everyone["operator"], packet)
    share = Share.objects.get()
    approve(everyone["owner"], share)
    base = f"/shares/{share.public_id}/"
    assert everyone["operator"].post(f"{base}extend/", {"expires_at": day(60)}).status_code == 403
    everyone["owner"].post(f"{base}extend/", {"expires_at": day(60)})
    share.refresh_from_db()
    assert f"{share.expires_at:%Y-%m-%d %H:%M:%S}" == f"{day(60)} 23:59:59"
    refused = everyone["owner"].post(f"{base}extend/", {"expires_at": day(-1)})
    assert refused.status_code == 422
    assert "Choose a day in the future." in refused.content.decode()


def test_an_expired_link_says_so_and_offers_nothing_but_the_record(packet, everyone):
    ask(everyone["operator"], packet)
    share = Share.objects.get()
    approve(everyone["owner"], share)
    Share.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    base = f"/shares/{share.public_id}/"
    page = everyone["owner"].get(base).content.decode()
    assert "Expired" in page
    assert "Worked until" in page
    late = everyone["owner"].post(f"{base}extend/", {"expires_at": day(60)})
    assert "still works" in everyone["owner"].get(late.url).content.decode()


def test_every_act_needs_its_forms_token(packet, owner, everyone):
    ask(everyone["operator"], packet)
    share = Share.objects.get()
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(owner)
    assert approve(forger, share).status_code == 403
    assert ask(forger, packet).status_code == 403
    for path in ("decline/", "revoke/", "extend/"):
        assert forger.post(f"/shares/{share.public_id}/{path}").status_code == 403
    share.refresh_from_db()
    assert share.status == "requested"


def test_acts_are_not_links(packet, everyone):
    ask(everyone["operator"], packet)
    base = f"/shares/{Share.objects.get().public_id}/"
    for path in ("approve/", "extend/"):
        assert everyone["owner"].get(base + path).status_code == 405


def test_the_packet_page_tells_the_whole_record(packet, everyone):
    ask(everyone["operator"], packet)
    page = everyone["viewer"].get(f"/evidence/{packet.public_id}/").content.decode()
    for words in [
        packet.manifest_sha256,
        "The contents match the sealed manifest.",
        "Left out and why",
        "Owner e-mail",
        "result/counts.json",
        "Journal review",
        "openssl pkeyutl -verify",
        "Workflow",
    ]:
        assert words in page
    assert "olive@example.org" not in page.split("<main")[1]


def test_the_downloads_of_a_packet(packet, everyone):
    base = f"/evidence/{packet.public_id}/"
    own = everyone["viewer"].get(f"{base}packet.zip")
    with zipfile.ZipFile(BytesIO(own.content)) as archive:
        assert layout.DISCLOSURES in archive.namelist()
        pdf = archive.read(layout.CERTIFICATE)
    assert everyone["viewer"].get(f"{base}certificate.pdf").content == pdf
    assert everyone["viewer"].get(f"{base}manifest.json").content == bytes(packet.manifest)
    assert everyone["viewer"].get(f"{base}manifest.sigstore.json").content == bytes(packet.bundle)
    run_id = packet.run.public_id
    names = {
        "packet.zip": f"evidence-{run_id}.zip",
        "certificate.pdf": f"certificate-{run_id}.pdf",
        "manifest.json": f"manifest-{run_id}.json",
        "manifest.sigstore.json": f"manifest-{run_id}.sigstore.json",
    }
    for name, called in names.items():
        header = everyone["viewer"].get(base + name)["Content-Disposition"]
        assert header == f'attachment; filename="{called}"'
        assert everyone["stranger"].get(base + name).status_code == 404


def test_a_packet_whose_bytes_are_gone_says_so(packet, everyone):
    storages["evidence"].delete(
        f"{packet.archive_sha256[:2]}/{packet.archive_sha256[2:4]}/{packet.archive_sha256}"
    )
    share = make.share(packet, by=packet.run.created_by)
    for path in (f"/evidence/{packet.public_id}/", f"/shares/{share.public_id}/"):
        page = everyone["owner"].get(path)
        assert page.status_code == 200
        assert "missing or damaged" in page.content.decode()


@pytest.mark.parametrize("path", ["/evidence/", "/shares/"])
def test_lists_show_ones_own_workspaces_alone_at_a_constant_number_of_queries(
    packet, workflow, operator, owner, everyone, path, django_assert_max_num_queries
):
    make.share(packet, by=operator, label="First link")
    assert "Bell pair" in everyone["viewer"].get(path).content.decode()
    assert "Bell pair" not in everyone["stranger"].get(path).content.decode()
    for number in range(6):
        more = make.packet(make.run(workflow, by=operator, name=f"More {number}"))
        make.share(more, by=operator, status="approved", decided_by=owner)
    with django_assert_max_num_queries(8):
        everyone["viewer"].get(path)


@pytest.mark.parametrize("path", ["/evidence/", "/shares/"])
def test_lists_are_paged_and_every_row_is_on_one_page(
    workflow, operator, viewer, path, monkeypatch
):
    monkeypatch.setattr("evidence.lists.SIZE", 2)
    names = [f"Number {number}" for number in range(5)]
    for name in names:
        made = make.packet(make.run(workflow, by=operator, name=name))
        make.share(made, by=operator, label=name)
    client, seen, address = client_of(viewer), [], path
    while address:
        response = client.get(address)
        page = response.content.decode()
        seen.append([name for name in names if f">{name}<" in page])
        older = response.context["older"]
        address = older and path + older
    assert seen == [names[4:2:-1][::-1], names[1:3], names[:1]]
    back = path + response.context["newer"]
    assert [name for name in names if f">{name}<" in client.get(back).content.decode()] == seen[1]


def test_the_list_of_shares_can_be_narrowed(packet, operator, owner, viewer):
    make.share(packet, by=operator, label="Waiting one")
    make.share(packet, by=operator, status="revoked", decided_by=owner, label="Revoked one")
    page = client_of(viewer).get("/shares/?status=revoked").content.decode()
    assert "Revoked one" in page
    assert "Waiting one" not in page
    assert (
        "No shares in this state"
        in client_of(viewer).get("/shares/?status=declined").content.decode()
    )
