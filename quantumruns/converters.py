"""Identifiers in addresses: ``run_01JD9X...`` on the outside, a UUID on the inside."""

from uuid import UUID

from django.urls import register_converter

from accounts import identifiers


class _PublicId:
    prefix = ""
    regex = ""

    def to_python(self, value: str) -> UUID:
        return identifiers.decode(self.prefix, value)

    def to_url(self, value: UUID | str) -> str:
        return identifiers.encode(self.prefix, value) if isinstance(value, UUID) else value


def register(name: str, prefix: str) -> None:
    """Make ``<name:...>`` stand for an identifier with ``prefix``."""
    members = {"prefix": prefix, "regex": rf"{prefix}_[0-9A-HJKMNP-TV-Z]{{26}}"}
    register_converter(type(f"{name.title()}Converter", (_PublicId,), members), name)


for _name, _prefix in (
    ("workspace", "ws"),
    ("workflow", "wf"),
    ("run", "run"),
    ("sweep", "swp"),
    ("packet", "pkt"),
    ("share", "shr"),
    ("token", "tok"),
    ("invitation", "inv"),
):
    register(_name, _prefix)
