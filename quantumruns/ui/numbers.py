"""Times, durations and numbers as people read them. Every time names its zone."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from quantumruns.ui.library import register
from runs import statistics

UTC = ZoneInfo("UTC")
_FORMS = {
    "minute": "%-d %b %Y, %H:%M",
    "second": "%-d %b %Y, %H:%M:%S",
    "date": "%-d %b %Y",
    "time": "%H:%M",
    "clock": "%H:%M:%S",
}
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """Return the time zone, or UTC where the name is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def zone_of(user: Any) -> ZoneInfo:
    """Return the zone that a person reads times in; UTC for people without an account."""
    return zone_named(getattr(user, "time_zone", "UTC"))


def zone_name(moment: datetime, zone: ZoneInfo) -> str:
    """Return the zone's short name at that moment; ``UTC+03`` where it has none of its own."""
    name = moment.astimezone(zone).tzname() or "UTC"
    return f"UTC{name}" if name[0] in "+-" else name


def moment_text(moment: datetime, form: str, zone: ZoneInfo) -> str:
    """Return a time in words, with its zone unless it is a date or a line of a trace."""
    local = moment.astimezone(zone)
    if form == "trace":
        return local.strftime("%H:%M:%S.") + f"{local.microsecond // 1000:03d}"
    text = local.strftime(_FORMS[form])
    return text if form == "date" else f"{text} {zone_name(moment, zone)}"


def time_element(moment: datetime | None, form: str, zone: ZoneInfo) -> SafeString | str:
    """Return a ``<time>``, or a dash where there is none."""
    if moment is None:
        return "–"
    return format_html(
        '<time datetime="{}">{}</time>',
        moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        moment_text(moment, form, zone),
    )


@register.simple_tag(takes_context=True)
def when(
    context: Context, moment: datetime | None, form: str = "minute", *, utc: bool = False
) -> SafeString | str:
    """Return a time in the reader's zone, or in UTC where the record is meant.

    ``form`` is minute, second, date, time, clock (``14:03:11``), or trace (``14:03:11.204``), whose
    zone stands in the heading.
    """
    user = getattr(context.get("request"), "user", None)
    return time_element(moment, form, UTC if utc else zone_of(user))


@register.filter
def duration(seconds: float | None) -> str:
    """Return seconds in words: ``84 ms``, ``1.9 s``, ``4 min 08 s``, ``3 d 4 h``."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02d} s"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR} h"


@register.filter
def number(value: float | None) -> str:
    """Return a number with thousands kept apart: ``1,284``."""
    return "–" if value is None else f"{value:,}"


@register.filter
def percent(share: float) -> str:
    """Return a share of 1 in per cent: ``47.1%``, and ``0.004%`` rather than nothing."""
    return f"{statistics.percent(share)}%"


@register.filter
def filesize(count: int) -> str:
    """Return a number of bytes in words: ``812 B``, ``30.8 KB``, ``2.1 MB``."""
    if count < 1_000:  # noqa: PLR2004 - SI prefixes
        return f"{count} B"
    if count < 1_000_000:  # noqa: PLR2004 - SI prefixes
        return f"{count / 1_000:.1f} KB"
    return f"{count / 1_000_000:.1f} MB"
