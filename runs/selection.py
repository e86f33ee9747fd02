"""Choosing runs by what the API's list can be asked for; texts match as in the history."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import TextField, Value
from django.db.models.functions import Cast, StrIndex

from runs import history
from runs.models import RunQuerySet


@dataclass(frozen=True)
class Selection:
    """What somebody asks for; an empty member asks for nothing.

    ``created_from`` is included, ``created_to`` is not. ``source_sha256`` may be a beginning.
    """

    workflow_id: UUID | None = None
    sweep_id: UUID | None = None
    statuses: tuple[str, ...] = ()
    mode: str = ""
    provider_id: str = ""
    device_id: str = ""
    tag: str = ""
    error_code: str = ""
    source_sha256: str = ""
    text: str = ""
    created_from: datetime | None = None
    created_to: datetime | None = None


def select(runs: RunQuerySet, selection: Selection) -> RunQuerySet:
    """Return those of ``runs`` that meet everything that is asked for."""
    asked = {
        "workflow_id": selection.workflow_id,
        "sweep_id": selection.sweep_id,
        "status__in": selection.statuses,
        "mode": selection.mode,
        "provider_id": selection.provider_id,
        "device_id": selection.device_id,
        "error_code": selection.error_code,
        "source__sha256__startswith": selection.source_sha256,
        "created_at__gte": selection.created_from,
        "created_at__lt": selection.created_to,
    }
    runs = runs.filter(**{lookup: value for lookup, value in asked.items() if value})
    if selection.tag:
        runs = _tagged(runs, selection.tag)
    return history.narrowed(runs, history.Filters(text=selection.text))


def _tagged(runs: RunQuerySet, tag: str) -> RunQuerySet:
    if connection.features.supports_json_field_contains:
        return runs.filter(tags__contains=[tag])
    # A quoted tag is a part of the stored list exactly where the list holds that tag.
    place = StrIndex(Cast("tags", TextField()), Value(json.dumps(tag)))
    return runs.alias(tag_place=place).filter(tag_place__gt=0)
