"""The history of runs: filters that live in the address, and keyset pages over them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q

from accounts import identifiers
from accounts.models import Workspace
from runs import routes
from runs.contract import Mode, Status
from runs.errors import ERRORS
from runs.models import Run, RunQuerySet

PAGE_SIZE = 50
_TEXT_LIMIT = 120
_DIGEST = re.compile(r"[0-9a-f]{8,64}")
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ID_LENGTH = 26
# What a row shows; results, errors and contexts may be large and are left where they are.
_COLUMNS = (
    "name",
    "status",
    "mode",
    "provider_id",
    "device_id",
    "shots",
    "created_at",
    "submitted_at",
    "started_at",
    "finished_at",
    "error_code",
    "evidence_state",
    "packet_id",
    "manifest_sha256",
)


@dataclass(frozen=True)
class Filters:
    """What somebody looks for; empty members look for everything."""

    text: str = ""
    statuses: tuple[str, ...] = ()
    mode: str = ""
    device: str = ""
    workflow: str = ""
    code: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Any], statuses: Iterable[str]) -> "Filters":
        """Return the filters of an address; values that there are none of are left out."""
        return cls(
            text=query.get("q", "").replace("\0", "").strip()[:_TEXT_LIMIT],
            statuses=tuple(value for value in Status if value in set(statuses)),
            mode=_known(query.get("mode", ""), [mode.value for mode in Mode]),
            device=_known(query.get("device", ""), DEVICES),
            workflow=query.get("workflow", "") if _workflow_id(query.get("workflow", "")) else "",
            code=_known(query.get("code", ""), ERRORS),
        )

    def __bool__(self) -> bool:
        return self != Filters()

    def pairs(self) -> list[tuple[str, str]]:
        """Return the filters as pairs of an address, in a fixed order."""
        single = [
            ("q", self.text),
            ("mode", self.mode),
            ("device", self.device),
            ("workflow", self.workflow),
            ("code", self.code),
        ]
        several = [("status", str(status)) for status in self.statuses]
        return [pair for pair in [*single[:1], *several, *single[1:]] if pair[1]]

    def without(self, name: str, value: str) -> "Filters":
        """Return the filters with one of :meth:`pairs` taken away."""
        if name == "status":
            return replace(self, statuses=tuple(one for one in self.statuses if one != value))
        pairs = [pair for pair in self.pairs() if pair[0] not in {name, "status"}]
        return Filters.read(dict(pairs), self.statuses)

    def address(self, **cursor: str) -> str:
        """Return the query string, with ``?``, that shows these filters."""
        pairs = [*self.pairs(), *cursor.items()]
        return f"?{urlencode(pairs)}" if pairs else "?"


DEVICES = {device.device_id: device.name for device in routes.DEVICES}


def _known(value: str, values: Iterable[str]) -> str:
    return value if value in values else ""


def _workflow_id(text: str) -> UUID | None:
    try:
        return identifiers.decode("wf", text)
    except ValueError:
        return None


def narrowed(runs: RunQuerySet, filters: Filters) -> RunQuerySet:
    """Return the runs that the filters let through."""
    exact = {
        "status__in": list(filters.statuses),
        "mode": filters.mode,
        "device_id": filters.device,
        "workflow_id": _workflow_id(filters.workflow),
        "error_code": filters.code,
    }
    runs = runs.filter(**{name: value for name, value in exact.items() if value})
    return runs.filter(_matches(filters.text)) if filters.text else runs


def _matches(text: str) -> Q:
    """Match an identifier or its beginning, a digest or its beginning, a name, or a device."""
    lowest = _id_range(text)
    if lowest is not None:
        return Q(pk__gte=lowest[0], pk__lte=lowest[1])
    if _DIGEST.fullmatch(text.lower()):
        digest = text.lower()
        return (
            Q(manifest_sha256__startswith=digest)
            | Q(source__sha256__startswith=digest)
            | Q(name__icontains=text)
        )
    devices = [name for name, title in DEVICES.items() if text.lower() in f"{name} {title}".lower()]
    return Q(name__icontains=text) | Q(device_id__in=devices)


def _id_range(text: str) -> tuple[UUID, UUID] | None:
    """Return the first and last identifier that begin like ``run_01JD9X``, None for other texts."""
    head, _, body = text.partition("_")
    body = body.upper()
    if head != "run" or not 0 < len(body) <= _ID_LENGTH or body[0] > "7":
        return None
    if any(character not in _DIGITS for character in body):
        return None
    ends = (f"run_{body.ljust(_ID_LENGTH, digit)}" for digit in ("0", "Z"))
    first, last = (identifiers.decode("run", end) for end in ends)
    return first, last


@dataclass(frozen=True)
class Page:
    """Rows, newest first, and the cursors of the pages next to it, empty where there are none."""

    runs: list[Run]
    newer: str = ""
    older: str = ""


def page(
    user: Any, filters: Filters, *, after: str = "", before: str = "", size: int = PAGE_SIZE
) -> Page:
    """Return a page of the runs that ``user`` may see.

    ``after`` is the identifier of the run above the page, ``before`` that of the run below it;
    identifiers sort by time, so a page costs the same however deep it lies. Each workspace is
    read along its own index and the heads are merged.
    """
    older_than, newer_than = _cursor(after), _cursor(before)
    upwards = newer_than is not None and older_than is None
    heads = [
        _head(narrowed(Run.objects.filter(workspace=pk), filters), older_than, newer_than, size + 1)
        for pk in Workspace.objects.visible_to(user).order_by().values_list("pk", flat=True)
    ]
    found = sorted(chain.from_iterable(heads), key=lambda run: run.pk, reverse=not upwards)
    more, found = len(found) > size, found[:size]
    if upwards:
        found.reverse()
    return _with_cursors(found, more=more, upwards=upwards, first=not (older_than or newer_than))


def _head(runs: RunQuerySet, older: UUID | None, newer: UUID | None, size: int) -> list[Run]:
    rows = runs.only(*_COLUMNS)
    if older is not None:
        return list(rows.filter(pk__lt=older).order_by("-pk")[:size])
    if newer is not None:
        return list(rows.filter(pk__gt=newer).order_by("pk")[:size])
    return list(rows.order_by("-pk")[:size])


def _with_cursors(runs: list[Run], *, more: bool, upwards: bool, first: bool) -> Page:
    if not runs:
        return Page([])
    newer = more if upwards else not first
    older = True if upwards else more
    return Page(
        runs,
        newer=runs[0].public_id if newer else "",
        older=runs[-1].public_id if older else "",
    )


def _cursor(text: str) -> UUID | None:
    try:
        return identifiers.decode("run", text) if text else None
    except ValueError:
        return None
