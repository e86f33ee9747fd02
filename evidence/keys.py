"""The private keys that seal evidence: made, used, retired, revoked. Never in the web process.

A private key is a PKCS#8 PEM in the file that ``EVIDENCE_SIGNING_KEY_FILE`` names, which only the
worker's environment has. The database holds the public halves alone.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from accounts import audit, clock
from evidence import signing
from evidence.models import KeyStatus, SigningKey

_HINT = "`manage.py evidence_key create` makes one."


class KeyConflictError(Exception):
    """A key is not in a state that allows what was asked."""


def key_file() -> Path:
    """Return the path of the private key.

    :raises ImproperlyConfigured: if none is configured.
    """
    if not settings.EVIDENCE_SIGNING_KEY_FILE:
        raise ImproperlyConfigured("Set EVIDENCE_SIGNING_KEY_FILE to the path of the private key.")
    return Path(settings.EVIDENCE_SIGNING_KEY_FILE)


def private_key() -> Ed25519PrivateKey:
    """Return the key that evidence is signed with.

    :raises ImproperlyConfigured: if its file is missing or unreadable, or its public half is
        not registered as active.
    """
    path = key_file()
    try:
        key = signing.load_private_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"No usable private key in {path}: {error}. {_HINT}") from error
    kid = signing.key_id(key.public_key())
    row = SigningKey.objects.filter(kid=kid).first()
    if row is None or row.status != KeyStatus.ACTIVE:
        state = row.status if row else "not registered"
        raise ImproperlyConfigured(f"The key {kid} in {path} is {state}. {_HINT}")
    return key


def create(*, development: bool = False) -> SigningKey:
    """Make a key, write it where only this user can read it, and register its public half.

    ``development`` marks everything that it signs as made for trying out.

    :raises KeyConflictError: if the file exists already: a new key goes into a new file.
    """
    path, key = key_file(), signing.generate()
    _write(path, signing.private_pem(key))
    return _register(key, development=development)


def ensure(*, development: bool = False) -> SigningKey:
    """Return the key of the file, registered; make one where there is no file.

    A restored or emptied database learns the public half of an old file this way.
    """
    if not key_file().exists():
        return create(development=development)
    key = signing.load_private_key(key_file().read_bytes())
    row = SigningKey.objects.filter(kid=signing.key_id(key.public_key())).first()
    return row or _register(key, development=development)


@transaction.atomic
def retire(kid: str) -> SigningKey:
    """Take an active key out of use. What it signed stays valid.

    :raises SigningKey.DoesNotExist: if there is no such key.
    :raises KeyConflictError: if the key is not active.
    """
    active = SigningKey.objects.filter(kid=kid, status=KeyStatus.ACTIVE)
    changed = active.update(status=KeyStatus.RETIRED, retired_at=clock.now())
    return _changed(kid, "retired", changed)


@transaction.atomic
def revoke(kid: str, *, reason: str) -> SigningKey:
    """Declare a key stolen or otherwise not to be trusted; whatever it signed is untrusted now.

    :raises SigningKey.DoesNotExist: if there is no such key.
    :raises KeyConflictError: if the key is revoked already.
    """
    usable = SigningKey.objects.filter(kid=kid).exclude(status=KeyStatus.REVOKED)
    changed = usable.update(status=KeyStatus.REVOKED, revoked_at=clock.now(), reason=reason)
    return _changed(kid, "revoked", changed)


def _write(path: Path, pem: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyConflictError(
            f"{path} holds a key already. Name a new file in EVIDENCE_SIGNING_KEY_FILE."
        ) from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())


@transaction.atomic
def _register(key: Ed25519PrivateKey, *, development: bool) -> SigningKey:
    public = key.public_key()
    row = SigningKey.objects.create(
        kid=signing.key_id(public),
        public_pem=signing.public_pem(public),
        is_development=development,
        not_before=clock.now(),
    )
    audit.record("key.created", by=None, object_id=row.kid, development=development)
    return row


def _changed(kid: str, verb: str, changed: int) -> SigningKey:
    row = SigningKey.objects.get(kid=kid)
    if not changed:
        raise KeyConflictError(f"The key {kid} is {row.status} and cannot be {verb}.")
    audit.record(f"key.{verb}", by=None, object_id=kid, reason=row.reason)
    return row
