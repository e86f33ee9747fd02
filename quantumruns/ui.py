"""Template components. This is the one place where SVG made by us is marked safe."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import (
    SafeString,
    mark_safe,  # noqa: TID251 - the one place
)

register = template.Library()


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Give every template the theme that the person chose."""
    user = getattr(request, "user", None)
    return {"theme": getattr(user, "theme", "system")}


@register.filter
def svg(text: str) -> SafeString:
    """Mark SVG that our own Python drew as safe; it escapes every text it is given."""
    return mark_safe(text)  # noqa: S308 - drawn by us


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return the icon of the sprite; it always stands beside a word."""
    return format_html(
        '<svg class="ic" aria-hidden="true"><use href="/static/img/icons.svg#{}"/></svg>', name
    )
