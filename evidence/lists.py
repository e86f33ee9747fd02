"""Keyset pages of packets and shares: newest first, at the same cost however deep."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model, QuerySet

from accounts import identifiers

SIZE = 25
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows, and the cursors of the pages next to it; empty where there are none."""

    rows: list[Row]
    newer: str = ""
    older: str = ""


def page(rows: "QuerySet[Row]", prefix: str, *, after: str = "", before: str = "") -> Page[Row]:
    """Return a page of ``rows``, whose identifiers are shown with ``prefix``.

    ``after`` is the identifier of the row above the page, ``before`` that of the row below it; a
    cursor that is none shows the first page.
    """
    below, above = _cursor(prefix, after), _cursor(prefix, before)
    if above is not None:
        found = list(rows.filter(pk__gt=above).order_by("pk")[: SIZE + 1])
        return _page(found[:SIZE][::-1], prefix, newer=len(found) > SIZE, older=True)
    rows = rows.order_by("-pk")
    found = list((rows if below is None else rows.filter(pk__lt=below))[: SIZE + 1])
    return _page(found[:SIZE], prefix, newer=below is not None, older=len(found) > SIZE)


def links(page: Page[Any], query: Mapping[str, str]) -> dict[str, str]:
    """Return what a list says under its rows: how many it shows, and where the others are.

    ``query`` is what else stands in the address.
    """
    return {
        "shown": f"{len(page.rows)} shown, newest first",
        "newer": f"?{urlencode({**query, 'before': page.newer})}" if page.newer else "",
        "older": f"?{urlencode({**query, 'after': page.older})}" if page.older else "",
    }


def _page(rows: list[Row], prefix: str, *, newer: bool, older: bool) -> Page[Row]:
    if not rows:
        return Page([])
    return Page(
        rows,
        newer=_shown(prefix, rows[0]) if newer else "",
        older=_shown(prefix, rows[-1]) if older else "",
    )


def _shown(prefix: str, row: Any) -> str:
    return identifiers.encode(prefix, row.pk)


def _cursor(prefix: str, text: str) -> UUID | None:
    try:
        return identifiers.decode(prefix, text) if text else None
    except ValueError:
        return None
