"""Reads settings from the environment; a missing or malformed value fails with a hint."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or ``default``.

    :raises ImproperlyConfigured: if neither is there.
    """
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name}; bin/up does it for a machine of your own.")
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return the variable as a truth value.

    :raises ImproperlyConfigured: if it is neither 1/true/yes/on nor 0/false/no/off.
    """
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value.lower() in _TRUE


def choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    """Return the variable, which is one of ``allowed``.

    :raises ImproperlyConfigured: if it is something else.
    """
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(allowed)}, not {value!r}.")
    return value


def number(name: str, default: int, *, least: int, most: int) -> int:
    """Return the variable as a whole number from ``least`` to ``most``, both of which it may be.

    :raises ImproperlyConfigured: if it is something else.
    """
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        message = f"{name} must be a whole number from {least} to {most}, not {value!r}."
        raise ImproperlyConfigured(message)
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """Return the variable split at commas and spaces."""
    return text(name, default).replace(",", " ").split()


def host(url: str) -> str:
    """Return the host of an address as requests name it, without the port.

    :raises ImproperlyConfigured: if ``url`` is no http or https address of a host alone.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(f"SITE_URL must be like https://runs.example.org, not {url!r}.")
    return f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname


def secret_key(home: Path) -> str:
    """Return Django's secret from SECRET_KEY or the file SECRET_KEY_FILE names.

    :raises ImproperlyConfigured: if there is none, or it is shorter than 50 characters.
    """
    value = os.environ.get("SECRET_KEY", "")
    path = Path(os.environ.get("SECRET_KEY_FILE", home / "secret_key"))
    if not value and path.is_file():
        value = path.read_text(encoding="ascii").strip()
    if len(value) < 50:  # noqa: PLR2004 - Django's own deployment check asks for 50
        raise ImproperlyConfigured(
            f"No usable SECRET_KEY: set it, or write 50 or more random characters to {path}."
        )
    return value


# Nothing waits for ever; the address of the database may say otherwise in its query.
_POSTGRESQL_BOUNDS = {
    "connect_timeout": 3,
    "tcp_user_timeout": 10_000,
    "options": "-c statement_timeout=60s -c lock_timeout=10s"
    " -c idle_in_transaction_session_timeout=60s",
}


def database(url: str) -> dict[str, Any]:
    """Return the DATABASES entry for ``sqlite:///path`` or ``postgresql://user:pw@host:port/db``.

    :raises ImproperlyConfigured: if the address is of another kind.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        # IMMEDIATE takes the write lock at the start, so that a transaction never fails half-way.
        pragmas = "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
        path = unquote(parts.path)
        name = path[1:] if path.startswith("//") else path
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "CONN_MAX_AGE": 60,  # opening the file anew costs as much as six queries
            "OPTIONS": options,
            "TEST": {"NAME": os.environ.get("TEST_DATABASE_FILE")},
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {**_POSTGRESQL_BOUNDS, **dict(parse_qsl(parts.query))},
        }
    raise ImproperlyConfigured(
        "DATABASE_URL must start with sqlite:/// or postgresql://, "
        f"not with {parts.scheme or 'nothing'}."
    )
