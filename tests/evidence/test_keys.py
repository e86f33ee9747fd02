"""Signing keys: a private file for the worker, a public row for everybody."""

import hashlib
import subprocess
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent
from evidence import keys, signing, trust
from evidence.models import SigningKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def key_file(settings, tmp_path):
    path = tmp_path / "keys" / "evidence.pem"
    settings.EVIDENCE_SIGNING_KEY_FILE = str(path)
    return path


def evidence_key(*arguments):
    out = StringIO()
    call_command("evidence_key", *arguments, stdout=out)
    return out.getvalue()


def test_create_writes_a_file_for_this_user_alone_and_registers_the_public_half(key_file):
    printed = evidence_key("create")
    row = SigningKey.objects.get()
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert key_file.read_text().startswith("-----BEGIN PRIVATE KEY-----")
    assert row.kid in printed
    assert row.public_pem == signing.public_pem(keys.private_key().public_key())
    assert "PRIVATE" not in row.public_pem
    assert not row.is_development
    assert AuditEvent.objects.filter(action="key.created", object_id=row.kid).exists()


def test_the_key_id_is_what_openssl_and_sha256sum_print(key_file):
    evidence_key("create")
    command = ["openssl", "pkey", "-in", str(key_file), "-pubout", "-outform", "DER"]
    der = subprocess.run(command, check=True, capture_output=True).stdout
    assert SigningKey.objects.get().kid == hashlib.sha256(der).hexdigest()


def test_create_never_overwrites_a_key(key_file):
    evidence_key("create")
    before = key_file.read_bytes()
    with pytest.raises(CommandError, match="Name a new file"):
        evidence_key("create")
    assert key_file.read_bytes() == before
    assert SigningKey.objects.count() == 1


def test_create_if_missing_keeps_the_key_and_teaches_it_to_an_emptied_database(key_file):
    evidence_key("create", "--if-missing", "--development")
    kid = SigningKey.objects.get().kid
    evidence_key("create", "--if-missing", "--development")
    assert [row.kid for row in SigningKey.objects.all()] == [kid]
    SigningKey.objects.all().delete()
    evidence_key("create", "--if-missing", "--development")
    row = SigningKey.objects.get()
    assert (row.kid, row.is_development) == (kid, True)


def test_a_retired_key_signs_no_more_and_what_it_signed_stays_valid(key_file):
    evidence_key("create")
    bundle = signing.sign(b"{}", keys.private_key())
    kid = SigningKey.objects.get().kid
    evidence_key("retire", kid)
    with pytest.raises(ImproperlyConfigured, match="is retired"):
        keys.private_key()
    assert signing.verify(bundle, trust.keys()).verdict is signing.Verdict.KEY_RETIRED
    with pytest.raises(CommandError, match="cannot be retired"):
        evidence_key("retire", kid)


def test_a_revoked_key_makes_what_it_signed_untrusted_and_says_why_in_public(key_file, client):
    evidence_key("create")
    bundle = signing.sign(b"{}", keys.private_key())
    kid = SigningKey.objects.get().kid
    evidence_key("revoke", kid, "--reason", "The laptop was stolen")
    assert signing.verify(bundle, trust.keys()).verdict is signing.Verdict.UNTRUSTED
    assert "revoked" in evidence_key("list")
    event = AuditEvent.objects.get(action="key.revoked")
    assert event.data["reason"] == "The laptop was stolen"
    with pytest.raises(CommandError, match="cannot be revoked"):
        evidence_key("revoke", kid, "--reason", "Again")


def test_an_unknown_key_is_named_in_the_error():
    with pytest.raises(CommandError, match="There is no key feed"):
        evidence_key("retire", "feed")


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No usable private key"), ("not a key", "No usable private key")],
)
def test_a_worker_without_a_usable_file_is_told_what_to_do(key_file, content, message):
    if content is not None:
        key_file.parent.mkdir()
        key_file.write_text(content)
    with pytest.raises(ImproperlyConfigured, match=message) as caught:
        keys.private_key()
    assert "evidence_key create" in str(caught.value)


def test_a_worker_without_a_configured_file_is_told_which_setting(settings):
    settings.EVIDENCE_SIGNING_KEY_FILE = None
    with pytest.raises(ImproperlyConfigured, match="EVIDENCE_SIGNING_KEY_FILE"):
        keys.private_key()


def test_a_key_that_nobody_registered_does_not_sign(key_file):
    evidence_key("create")
    SigningKey.objects.all().delete()
    with pytest.raises(ImproperlyConfigured, match="not registered"):
        keys.private_key()
