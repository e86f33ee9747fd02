"""Nothing private leaves the workspace: every private field holds a marker, and none is found.

Public pages, shared files, the text of PDFs, archive members and headers are searched for the
markers as they are, in base64 and in hexadecimal.
"""

import base64
import json
import secrets
import subprocess
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.utils import timezone

from accounts import audit, tokens
from accounts.models import Invitation
from evidence import copies, exclusions, shares
from evidence.exclusions import Handling
from evidence.models import Share
from runs.models import IdempotencyKey
from tests import guards, make
from tests.evidence.leaks import leaked
from tests.runs import results_by_hand as by_hand

TEXTS = (models.CharField, models.TextField, models.JSONField)
OURS = [
    model
    for app in ("accounts", "runs", "evidence")
    for model in apps.get_app_config(app).get_models()
]
# Digests, openings and codes that we make ourselves: no marker fits, so what they hold is looked
# for as it is, but for the words that say nothing.
OUR_OWN = {
    *("share.token_sha256", "share.archive_sha256", "packet.archive_sha256", "packet.openings"),
    *("share.openings", "sharevisit.what", "source.parameters_sha256", "run.lease_token"),
}


def private_texts():
    """The names of all fields of ours that hold texts and must not leave."""
    names = set()
    for model in OURS:
        for field in model._meta.concrete_fields:
            name = f"{model._meta.model_name}.{field.name}"
            is_text = isinstance(field, TEXTS) and not field.choices
            if is_text and exclusions.handling(name) is not Handling.PUBLIC:
                names.add(name)
    return names


class Markers:
    """One unguessable word for each field, and the fields that they were planted in."""

    def __init__(self):
        self.words = {}

    def word(self, field):
        return self.words.setdefault(field, f"marker{secrets.token_hex(12)}")

    def plant(self, row, *fields):
        """Write a marker into each of the fields of a row, past every check and every guard."""
        values = {}
        for name in fields:
            field = row._meta.get_field(name)
            word = self.word(f"{row._meta.model_name}.{name}")
            values[name] = self._value(field, word)
        with guards.taken_down():
            type(row)._base_manager.filter(pk=row.pk).update(**values)
        row.refresh_from_db()
        return row

    def _value(self, field, word):
        if isinstance(field, models.EmailField):
            return f"{word}@example.org"
        if isinstance(field, models.JSONField):
            return [word] if field.default is list else {"marker": word}
        return word[: field.max_length] if field.max_length else word


@pytest.fixture
def markers():
    return Markers()


ENDS = {
    "failed": {"status": "failed"},
    "completed with values": {"values": by_hand.SAMPLED, "counts": by_hand.SAMPLED_COUNTS},
    "completed without shots": {"values": by_hand.EXACT, "shots": 0},
}


@pytest.fixture(params=ENDS)
def world(request, markers, workspace, workflow, owner, operator, seal):
    """A shared, opened packet in a workspace where every private text is marked."""
    for person in (owner, operator):
        markers.plant(person, "name")
    markers.plant(operator, "email", "time_zone", "password")
    markers.plant(workspace, "name")
    markers.plant(workflow, "name", "purpose", "tags")
    markers.plant(workflow, "default_provider_id", "default_device_id")
    sweep = make.sweep(workflow, by=operator, points=1)
    markers.plant(sweep, "name", "points")
    place = {"sweep": sweep, "sweep_index": 1}
    run = make.run(workflow, by=operator, route_context={}, **place, **ENDS[request.param])
    make.event(run, "run.failed", detail={"raw": markers.word("event.detail")})
    markers.plant(run, "notes", "tags")
    markers.plant(run, "route_context")
    packet = seal(run)
    share = shares.request(
        packet,
        label="x",
        purpose="x",
        profile="full",
        expires_at=timezone.now() + timedelta(days=30),
        by=operator,
    )
    share, token = shares.approve(share, expires_at=share.expires_at, label="x", by=owner)
    markers.plant(share, "label", "purpose", "decline_reason")
    _rows_beside(markers, workspace, owner, run)
    return {"packet": packet, "share": share, "url": f"/s/{token}/", "token": token}


def _rows_beside(markers, workspace, owner, run):
    """Rows that have nothing to do with the packet, but belong to the same people."""
    token, text = tokens.issue(owner, name="x", scopes=["runs:read"], by=owner)
    markers.words["apitoken"] = text
    markers.plant(token, "name", "prefix", "scopes", "token_sha256")
    invitation = Invitation.objects.create(
        workspace=workspace,
        email="x@example.org",
        role="viewer",
        token_sha256="0" * 64,
        invited_by=owner,
        expires_at=timezone.now() + timedelta(days=1),
    )
    markers.plant(invitation, "email", "token_sha256")
    event = audit.record("share.requested", by=owner, workspace=workspace)
    markers.plant(event, "action", "object_id", "request_id", "data")
    key = IdempotencyKey.objects.create(user=owner, key="x", fingerprint="x", run=run)
    markers.plant(key, "key", "fingerprint", "body")


@pytest.fixture
def public(world):
    """Every public answer about the packet: name, headers and bytes."""
    reviewer = Client()
    packet, url = world["packet"], world["url"]
    archive = reviewer.get(f"{url}packet.zip")
    upload = {"file": SimpleUploadedFile("packet.zip", archive.content)}
    answers = {
        "page": reviewer.get(url),
        "archive": archive,
        "certificate": reviewer.get(f"{url}certificate.pdf"),
        "manifest": reviewer.get(f"{url}manifest.json"),
        "bundle": reviewer.get(f"{url}manifest.sigstore.json"),
        "report": reviewer.post("/verify/", upload),
        "digest": reviewer.get(f"/verify/{packet.manifest_sha256}"),
        "digest as JSON": reviewer.get(f"/verify/{packet.manifest_sha256}.json"),
        "keys": reviewer.get("/.well-known/jwks.json"),
        "key": reviewer.get(f"/.well-known/evidence-keys/{packet.key_id}.pem"),
        "dead link": reviewer.get(f"{url}nothing.txt"),
    }
    dead = answers.pop("dead link")
    assert {answer.status_code for answer in answers.values()} == {200}
    return {**answers, "dead link": dead}


def test_every_private_text_has_a_marker(markers, world):
    """A field that is added to a model fails here until a marker is planted in it."""
    assert private_texts() - set(markers.words) == OUR_OWN


def test_no_marker_is_in_any_public_answer(markers, world, public):
    words = set(markers.words.values())
    assert len(words) >= 25
    for name, answer in public.items():
        assert leaked(words, answer.content) == set(), name
        headers = "\n".join(f"{key}: {value}" for key, value in answer.items())
        assert leaked(words, headers.encode()) == set(), f"headers of {name}"


def test_no_secret_of_a_row_is_in_any_public_answer(world, public):
    share, packet = Share.objects.get(pk=world["share"].pk), world["packet"]
    held = {str(packet.workspace_id), str(packet.pk), str(share.pk)}
    held |= {packet.public_id, share.public_id}
    held |= {share.token_sha256, share.archive_sha256, packet.archive_sha256, *packet.openings}
    held |= {salt_of(opening) for opening in packet.openings}
    for name, answer in public.items():
        sent = {share.archive_sha256} if name == "report" else set()  # it repeats what it was sent
        assert leaked(held - sent, answer.content) == set(), name


def salt_of(opening):
    salt, _, _ = json.loads(base64.urlsafe_b64decode(opening + "=" * (-len(opening) % 4)))
    return salt


def test_the_token_of_a_link_is_on_its_own_page_alone(world, public):
    for name, answer in public.items():
        if name != "page":
            assert leaked({world["token"]}, answer.content) == set(), name


def test_no_marker_is_in_the_text_or_the_metadata_of_the_certificate(markers, public, tmp_path):
    file = tmp_path / "certificate.pdf"
    file.write_bytes(public["certificate"].content)
    command = ["pdftotext", "-layout", str(file), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout
    assert b"QuantumRuns" in text
    pieces = [text]
    with pikepdf.open(BytesIO(file.read_bytes())) as pdf:
        pieces += [str(pdf.docinfo).encode(), pdf.Root.Metadata.read_bytes()]
        pieces += [attached.get_file().read_bytes() for attached in pdf.attachments.values()]
        pieces += [thing.read_bytes() for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
    words = set(markers.words.values())
    for piece in pieces:
        assert leaked(words, piece) == set()


def test_the_search_finds_what_is_there(markers, world):
    """The same search over the workspace's own copy finds what that copy discloses."""
    found = leaked(set(markers.words.values()), copies.own(world["packet"]))
    named = {field for field, word in markers.words.items() if word in found}
    assert {"run.notes", "workflow.name", "workspace.name", "user.email"} <= named
