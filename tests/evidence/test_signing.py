"""Signatures hold, break where they should, and are checked alike by programs that are not ours."""

import base64
import json
import subprocess
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from evidence import signing
from evidence.signing import TrustedKey, Verdict
from tests.evidence.records import KEYS, PRIVATE_KEY

PAYLOAD = b'{"_type":"https://in-toto.io/Statement/v1"}'
PUBLIC_KEY = PRIVATE_KEY.public_key()
KID = signing.key_id(PUBLIC_KEY)


def _bundle(**changes):
    """A good bundle of PAYLOAD, with members of its envelope replaced."""
    bundle = json.loads(signing.sign(PAYLOAD, PRIVATE_KEY))
    bundle["dsseEnvelope"] |= changes
    return json.dumps(bundle).encode()


def test_the_pre_authentication_encoding_is_that_of_the_dsse_specification():
    encoded = signing.pae("http://example.com/HelloWorld", b"hello world")
    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_openssl_accepts_the_signature(tmp_path):
    envelope = json.loads(signing.sign(PAYLOAD, PRIVATE_KEY))["dsseEnvelope"]
    signature = base64.b64decode(envelope["signatures"][0]["sig"])
    (tmp_path / "key.pem").write_text(signing.public_pem(PUBLIC_KEY))
    (tmp_path / "pae").write_bytes(signing.pae(envelope["payloadType"], PAYLOAD))
    (tmp_path / "sig").write_bytes(signature)
    command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in pae -sigfile sig"
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=True, text=True)
    assert "Signature Verified Successfully" in done.stdout


def test_openssl_prints_the_key_id(tmp_path):
    (tmp_path / "key.pem").write_text(signing.public_pem(PUBLIC_KEY))
    command = "openssl pkey -pubin -in key.pem -outform DER | sha256sum"
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.split()[0].decode() == KID


def test_the_jwk_is_that_of_rfc_8037():
    raw = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    key = Ed25519PublicKey.from_public_bytes(raw)
    jwk = signing.jwk(key)
    assert jwk["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert (jwk["kty"], jwk["crv"], jwk["kid"]) == ("OKP", "Ed25519", signing.key_id(key))


def test_a_good_signature_gives_back_the_signed_bytes():
    verified = signing.verify(signing.sign(PAYLOAD, PRIVATE_KEY), KEYS)
    assert (verified.verdict, verified.payload, verified.key_id) == (Verdict.VALID, PAYLOAD, KID)
    assert verified.verdict.is_good


def test_signing_twice_gives_the_same_bytes():
    assert signing.sign(PAYLOAD, PRIVATE_KEY) == signing.sign(PAYLOAD, PRIVATE_KEY)


@pytest.mark.parametrize(
    ("status", "verdict", "is_good"),
    [
        ("active", Verdict.VALID, True),
        ("retired", Verdict.KEY_RETIRED, True),
        ("revoked", Verdict.UNTRUSTED, False),
    ],
)
def test_what_a_signature_is_worth_depends_on_what_became_of_its_key(status, verdict, is_good):
    at = datetime(2026, 12, 1, 9, 30, tzinfo=UTC) if status == "revoked" else None
    keys = signing.trusted_keys(TrustedKey(PUBLIC_KEY, status=status, revoked_at=at))
    verified = signing.verify(signing.sign(PAYLOAD, PRIVATE_KEY), keys)
    assert (verified.verdict, verified.verdict.is_good) == (verdict, is_good)
    assert ("untrusted since 01 December 2026, 09:30 UTC" in verified.sentence) is bool(at)


def test_a_key_of_somebody_else_is_unknown():
    verified = signing.verify(signing.sign(PAYLOAD, signing.generate()), KEYS)
    assert verified.verdict is Verdict.UNKNOWN_KEY


def test_a_stolen_key_id_does_not_help_a_forger():
    forged = json.loads(signing.sign(PAYLOAD, signing.generate()))
    forged["verificationMaterial"]["publicKey"]["hint"] = KID
    forged["dsseEnvelope"]["signatures"][0]["keyid"] = KID
    verified = signing.verify(json.dumps(forged).encode(), KEYS)
    assert (verified.verdict, verified.payload) == (Verdict.INVALID, b"")


def test_a_changed_payload_is_noticed():
    changed = base64.b64encode(PAYLOAD.replace(b"v1", b"v2")).decode()
    assert signing.verify(_bundle(payload=changed), KEYS).verdict is Verdict.INVALID


SIGNATURE = {"keyid": KID, "sig": "AAAA"}


@pytest.mark.parametrize(
    "bundle",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"mediaType": 1}',
        _bundle(payloadType="text/plain"),
        _bundle(payload="not base64!"),
        _bundle(payload="\u00e9"),
        _bundle(payload=None),
        _bundle(signatures=[]),
        _bundle(signatures=[SIGNATURE, SIGNATURE]),
        _bundle(signatures=[{"keyid": KID, "sig": "%%"}]),
        _bundle(signatures=[{"keyid": "5e" * 32, "sig": "AAAA"}]),
        _bundle(signatures="AAAA"),
    ],
)
def test_whatever_is_no_bundle_is_invalid(bundle):
    assert signing.verify(bundle, KEYS).verdict is Verdict.INVALID


def test_keys_travel_as_pem():
    key = signing.generate()
    again = signing.load_private_key(signing.private_pem(key))
    assert signing.key_id(again.public_key()) == signing.key_id(key.public_key())
    public = signing.load_public_key(signing.public_pem(key.public_key()))
    assert signing.key_id(public) == signing.key_id(key.public_key())


EC_KEY = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9
q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==
-----END PUBLIC KEY-----
"""


def test_keys_of_another_kind_are_refused():
    with pytest.raises(ValueError, match="not an Ed25519 public key"):
        signing.load_public_key(EC_KEY)
    with pytest.raises(ValueError, match="not an unencrypted private key"):
        signing.load_private_key("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
