"""Small marks in a line of text: icons, chips, markers, identifiers, and SVG drawn by us.

This is the one place where SVG of our own making is marked safe.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import (
    SafeString,
    mark_safe,  # noqa: TID251 - the one place
)

from quantumruns.ui.library import register


class Chip(NamedTuple):
    """How a state is shown: ``tone`` names its colours, the word says what it is."""

    tone: str
    icon: str
    word: str


STATUS_CHIPS = {
    "queued": Chip("wait", "clock", "Queued"),
    "submitting": Chip("run", "send", "Submitting"),
    "submitted": Chip("wait", "clock", "Submitted"),
    "running": Chip("run", "loader-circle", "Running"),
    "cancelling": Chip("wait", "clock", "Cancelling"),
    "unconfirmed": Chip("wait", "circle-help", "Unconfirmed"),
    "completed": Chip("ok", "check", "Completed"),
    "failed": Chip("bad", "x", "Failed"),
    "cancelled": Chip("idle", "ban", "Cancelled"),
    "requested": Chip("wait", "clock", "Waiting for approval"),
    "approved": Chip("ok", "check", "Active"),
    "declined": Chip("bad", "x", "Declined"),
    "revoked": Chip("idle", "ban", "Revoked"),
    "expired": Chip("idle", "clock", "Expired"),
}

EVIDENCE_CHIPS = {
    "not_requested": Chip("idle", "circle-minus", "Not requested"),
    "pending": Chip("wait", "clock", "Waits to be sealed"),
    "building": Chip("run", "loader-circle", "Being sealed"),
    "ready": Chip("gold", "shield-check", "Sealed"),
    "build_failed": Chip("bad", "triangle-alert", "Sealing failed"),
}


@register.filter
def svg(text: str) -> SafeString:
    """Mark SVG that our own Python drew as safe; it escapes every text it is given."""
    return mark_safe(text)  # noqa: S308 - drawn by us


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """Return the icon of the sprite; it always stands beside a word."""
    sprite = static("img/icons.svg")
    return format_html('<svg class="ic" aria-hidden="true"><use href="{}#{}"/></svg>', sprite, name)


@register.simple_tag
@lru_cache(maxsize=256)
def chip(tone: str, icon_name: str, word: str) -> SafeString:
    """Return a chip. ``tone`` is one of ok, bad, run, wait, idle, gold."""
    return format_html('<span class="chip {}">{}{}</span>', tone, icon(icon_name), word)


@register.simple_tag
def status_chip(subject: Any) -> SafeString:
    """Return the chip of a run or a share, or of the status itself."""
    status = str(getattr(subject, "status", subject))
    if getattr(subject, "is_expired", False):
        status = "expired"
    return chip(*STATUS_CHIPS[status])


@register.simple_tag
def evidence_chip(state: str) -> SafeString:
    """Return the chip of a run's evidence state."""
    return chip(*EVIDENCE_CHIPS[str(state)])


@register.simple_tag
@lru_cache(maxsize=256)
def mode_marker(mode: str) -> SafeString:
    """Return the marker of a mode: a teal ring for a simulator, a gold disc for hardware."""
    hardware = mode == "hardware"
    return format_html(
        '<span class="mode{}"><i></i>{}</span>',
        " hw" if hardware else "",
        "Hardware" if hardware else "Simulator",
    )


@register.simple_tag
def copyable(value: str, label: str = "Copy", shown: str = "") -> SafeString:
    """Return ``value`` in mono with a copy button named ``label``; ``shown`` may shorten it."""
    return format_html(
        '<span class="idcopy"><span class="id">{}</span><button type="button" class="copy"'
        ' data-copy="{}">{}<span class="vh">{}</span></button></span>',
        shown or value,
        value,
        icon("copy"),
        label,
    )


@register.simple_tag
def digest(value: str, *, full: bool = False) -> SafeString:
    """Return a SHA-256 with a copy button, shortened to its ends unless ``full``."""
    return copyable(value, "Copy digest", value if full else shorten(value))


def shorten(value: str) -> str:
    """Return the first eight and the last four characters of a digest."""
    return f"{value[:8]}…{value[-4:]}" if len(value) > 13 else value  # noqa: PLR2004 - 8, …, 4
