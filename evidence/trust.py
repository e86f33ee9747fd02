"""The public halves of our keys: what signatures are checked against, and what we publish.

Readers of evidence need nothing else of a key. The private halves are :mod:`evidence.keys`.
"""

from datetime import datetime
from typing import Any

from evidence import signing
from evidence.models import SigningKey
from runs import trace


def keys() -> signing.Keys:
    """Return every key that ever signed here, by its id, with what is known of it today."""
    return {row.kid: _trusted(row) for row in SigningKey.objects.all()}


def is_development(kid: str) -> bool:
    """Tell whether the key ``kid`` was made for trying out."""
    return SigningKey.objects.filter(kid=kid, is_development=True).exists()


def jwks() -> dict[str, Any]:
    """Return the JSON Web Key Set (RFC 7517) of all keys, with their status beside each."""
    return {
        "keys": [
            {
                **signing.jwk(signing.load_public_key(row.public_pem)),
                "status": row.status,
                "development": row.is_development,
                "notBefore": trace.timestamp(row.not_before),
                "retiredAt": _time(row.retired_at),
                "revokedAt": _time(row.revoked_at),
            }
            for row in SigningKey.objects.all()
        ]
    }


def _trusted(row: SigningKey) -> signing.TrustedKey:
    return signing.TrustedKey(
        key=signing.load_public_key(row.public_pem),
        status=row.status,
        retired_at=row.retired_at,
        revoked_at=row.revoked_at,
    )


def _time(at: datetime | None) -> str | None:
    return trace.timestamp(at) if at else None
