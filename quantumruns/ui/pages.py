"""What the shell of every page knows, and parts of pages: empty states, pagers, crumbs."""

from typing import Any

from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import permissions
from quantumruns.ui.library import register
from quantumruns.ui.markup import icon


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Give every template the chosen theme, the section of the top bar, and who may run.

    Theme and ``operates`` are read only where the shell asks: a shared page opens no session.
    """
    return {
        "theme": SimpleLazyObject(lambda: _theme(request)),
        "section": _section(request),
        "operates": SimpleLazyObject(lambda: _operates(request)),
    }


def _theme(request: HttpRequest) -> str:
    return str(getattr(getattr(request, "user", None), "theme", "system"))


def _operates(request: HttpRequest) -> bool:
    return bool(permissions.operated_by(getattr(request, "user", None)))


def _section(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None:
        return ""
    name = match.url_name or ""
    if name.startswith("workflow"):
        return "workflows"
    if name.startswith("share"):
        return "shares"
    return match.namespace


@register.simple_tag(takes_context=True)
def nav_link(context: Context, section: str, view: str, word: str) -> SafeString:
    """Return a link of the top bar, marked where the page belongs to its section."""
    url = reverse(view)
    if context.get("section") == section:
        return format_html('<a href="{}" aria-current="true">{}</a>', url, word)
    return format_html('<a href="{}">{}</a>', url, word)


@register.simple_tag
def crumb(word: str, url: str = "") -> SafeString:
    """Return one crumb; without an address it is the page itself."""
    if not url:
        return format_html('<span aria-current="page">{}</span>', word)
    return format_html('<a href="{}">{}</a>', url, word)


@register.simple_block_tag
def empty_state(content: str, title: str, text: str = "", icon_name: str = "") -> SafeString:
    """Say why a panel is empty; the buttons between the tags say what to do about it."""
    return format_html(
        '<div class="empty">{}<h2>{}</h2>{}{}</div>',
        icon(icon_name) if icon_name else "",
        title,
        format_html("<p>{}</p>", text) if text else "",
        format_html('<div class="acts">{}</div>', content) if content.strip() else "",
    )


@register.inclusion_tag("components/pager.html")
def pager(shown: str, newer: str = "", older: str = "") -> dict[str, str]:
    """End a list: what is shown, and links to newer and older pages where there are any."""
    return {"shown": shown, "newer": newer, "older": older}
