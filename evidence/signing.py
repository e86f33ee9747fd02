"""Signatures: DSSE envelopes with Ed25519 in Sigstore bundles v0.3, and the keys to them. Core.

Sources: DSSE 1.0 (https://github.com/secure-systems-lab/dsse), the bundle of
https://github.com/sigstore/protobuf-specs, RFC 8032 (Ed25519), RFC 8037 and RFC 9864 (JWK).
A key id is the SHA-256 of the key's SPKI DER, so that ``openssl`` and ``sha256sum`` print it.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from evidence.members import MalformedError, read
from runs import canonical

PAYLOAD_TYPE = "application/vnd.in-toto+json"
BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
DEFAULT_STATUS = "active"


class Verdict(StrEnum):
    """What a signature is worth."""

    VALID = "valid"
    KEY_RETIRED = "valid (key retired)"
    UNTRUSTED = "untrusted"
    UNKNOWN_KEY = "unknown key"
    INVALID = "invalid"

    @property
    def is_good(self) -> bool:
        """Whether the signature shows that the bytes are the issuer's."""
        return self in (Verdict.VALID, Verdict.KEY_RETIRED)


@dataclass(frozen=True)
class TrustedKey:
    """A public key and what is known of it: ``status`` is active, retired or revoked."""

    key: Ed25519PublicKey
    status: str = DEFAULT_STATUS
    retired_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def kid(self) -> str:
        """The SHA-256 of the key's SPKI DER, in hexadecimal."""
        return key_id(self.key)


Keys = Mapping[str, TrustedKey]


@dataclass(frozen=True)
class Verified:
    """The outcome of a verification.

    ``payload`` is the very bytes that were checked (never parse the envelope again); it is empty
    where the verdict is invalid, and not to be trusted where the verdict is not good.
    """

    verdict: Verdict
    sentence: str
    key_id: str = ""
    payload: bytes = b""


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return DSSE's pre-authentication encoding, which is what is signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def generate() -> Ed25519PrivateKey:
    """Return a fresh private key."""
    return Ed25519PrivateKey.generate()


def load_private_key(pem: str | bytes) -> Ed25519PrivateKey:
    """Return the private key of an unencrypted PKCS#8 PEM.

    :raises ValueError: if it is not an Ed25519 private key.
    """
    content = pem.encode() if isinstance(pem, str) else pem
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (TypeError, ValueError) as problem:
        raise ValueError("not an unencrypted private key in PEM form") from problem
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("not an Ed25519 private key")  # noqa: TRY004  the text is at fault
    return key


def load_public_key(pem: str | bytes) -> Ed25519PublicKey:
    """Return the public key of an SPKI PEM.

    :raises ValueError: if it is not an Ed25519 public key.
    """
    key = serialization.load_pem_public_key(pem.encode() if isinstance(pem, str) else pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 public key")  # noqa: TRY004  the text is at fault
    return key


def private_pem(key: Ed25519PrivateKey) -> str:
    """Return the PKCS#8 PEM of a private key, unencrypted."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public_pem(key: Ed25519PublicKey) -> str:
    """Return the SPKI PEM of a public key."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def key_id(key: Ed25519PublicKey) -> str:
    """Return the SHA-256 of the key's SPKI DER, in hexadecimal."""
    return canonical.sha256(
        key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )


def jwk(key: Ed25519PublicKey) -> dict[str, str]:
    """Return the key's JSON Web Key (RFC 8037, with the algorithm name of RFC 9864)."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "Ed25519",
        "use": "sig",
        "kid": key_id(key),
        "x": base64.urlsafe_b64encode(raw).rstrip(b"=").decode(),
    }


def sign(payload: bytes, private_key: Ed25519PrivateKey) -> bytes:
    """Return the Sigstore bundle, as canonical JSON, that signs ``payload``."""
    kid = key_id(private_key.public_key())
    signature = private_key.sign(pae(PAYLOAD_TYPE, payload))
    return canonical.encode(
        {
            "mediaType": BUNDLE_TYPE,
            "verificationMaterial": {"publicKey": {"hint": kid}, "tlogEntries": []},
            "dsseEnvelope": {
                "payload": base64.b64encode(payload).decode(),
                "payloadType": PAYLOAD_TYPE,
                "signatures": [{"keyid": kid, "sig": base64.b64encode(signature).decode()}],
            },
        }
    )


def verify(bundle: bytes, keys: Keys) -> Verified:
    """Check ``bundle`` against ``keys``, which map key ids to keys.

    The key id in a bundle is only a hint where to look; what counts is that the signature fits
    the key found there. Whatever ``bundle`` is, a verdict comes back.
    """
    try:
        kid, payload, signature = _open(bundle)
    except MalformedError as problem:
        return Verified(Verdict.INVALID, f"The signature file cannot be read: {problem}.")
    trusted = keys.get(kid)
    if trusted is None:
        return Verified(
            Verdict.UNKNOWN_KEY,
            f"It is signed by the key {kid[:16]}…, which is not one of the issuer's.",
            kid,
            payload,
        )
    try:
        trusted.key.verify(signature, pae(PAYLOAD_TYPE, payload))
    except InvalidSignature:
        return Verified(
            Verdict.INVALID, "The signature does not fit the manifest: something was changed.", kid
        )
    verdict, sentence = worth(trusted, kid)
    return Verified(verdict, sentence, kid, payload)


def worth(trusted: TrustedKey, kid: str) -> tuple[Verdict, str]:
    """Return what a signature that fits is worth by what is known of its key, and a sentence."""
    if trusted.status == "revoked":
        since = f" since {trusted.revoked_at:%d %B %Y, %H:%M} UTC" if trusted.revoked_at else ""
        return Verdict.UNTRUSTED, (
            f"The signature fits, but its key is untrusted{since}: it was revoked, and only an"
            " independent timestamp from before could show that this is not forged."
        )
    if trusted.status == "retired":
        return Verdict.KEY_RETIRED, (
            f"The signature is good. It was made with the key {kid[:16]}…, since retired."
        )
    return Verdict.VALID, f"The signature is good. It was made with the key {kid[:16]}…."


def _open(bundle: bytes) -> tuple[str, bytes, bytes]:
    """Return key id, payload and signature of a bundle with exactly one signature."""
    members = read(bundle, "the bundle")
    if members.text("mediaType") != BUNDLE_TYPE:
        raise MalformedError("it is not a Sigstore bundle v0.3")
    envelope = members.object("dsseEnvelope")
    if envelope.text("payloadType") != PAYLOAD_TYPE:
        raise MalformedError("it does not sign an in-toto statement")
    signatures = list(envelope.objects("signatures"))
    if len(signatures) != 1:
        raise MalformedError("it does not hold exactly one signature")
    kid = signatures[0].text("keyid")
    if members.object("verificationMaterial").object("publicKey").text("hint") != kid:
        raise MalformedError("it names two different keys")
    return kid, _decode(envelope.text("payload")), _decode(signatures[0].text("sig"))


def _decode(text: str) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise MalformedError("it is not base64 where it should be") from problem
    if base64.b64encode(content).decode() != text:  # several texts can stand for the same bytes
        raise MalformedError("it is not base64 where it should be")
    return content


def trusted_keys(*keys: TrustedKey) -> dict[str, TrustedKey]:
    """Return ``keys`` by their ids, as :func:`verify` wants them."""
    return {key.kid: key for key in keys}
