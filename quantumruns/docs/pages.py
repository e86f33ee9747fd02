"""Shows the docs: contents at the left, the page, its headings at the right, related pages."""

import functools
import json
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from quantumruns.docs.reference import words_of

FOLDER = Path(settings.BASE_DIR) / "templates" / "docs"


@dataclass(frozen=True)
class Page:
    """One page of the docs, as its front matter and the renderer describe it."""

    slug: str
    title: str
    summary: str
    section: str
    order: str
    related: tuple[str, ...]
    headings: tuple[dict[str, str], ...]
    tables: tuple[str, ...]
    text: str

    @property
    def template(self) -> str:
        return f"docs/rendered/{self.slug}.html"

    def matches(self, words: list[str]) -> bool:
        """Tell whether every word occurs on the page, its tables included."""
        return all(word in self.everything for word in words)

    @functools.cached_property
    def everything(self) -> str:
        """All the words of the page, in lower case."""
        tables = " ".join(words_of(name) for name in self.tables)
        return f"{self.title} {self.summary} {self.text} {tables}".lower()


@functools.cache
def pages() -> dict[str, Page]:
    """Return every page by its slug, in reading order."""
    index = json.loads((FOLDER / "rendered" / "index.json").read_text(encoding="utf-8"))
    return {
        entry["slug"]: Page(
            **{
                **entry,
                "related": tuple(entry["related"]),
                "tables": tuple(entry["tables"]),
                "headings": tuple(entry["headings"]),
                "section": entry["section"].partition(" ")[2],
            }
        )
        for entry in index
    }


def _sections() -> list[tuple[str, list[Page]]]:
    grouped = groupby(pages().values(), key=lambda page: page.section)
    return [(section, list(members)) for section, members in grouped]


def overview(request: HttpRequest) -> HttpResponse:
    """Show all pages by section, or those that match ``?q=``."""
    query = request.GET.get("q", "").strip()[:100]
    words = query.lower().split()
    found = [page for page in pages().values() if page.matches(words)] if words else []
    context = {"sections": _sections(), "query": query, "found": found}
    return render(request, "docs/overview.html", context)


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one page."""
    everything = pages()
    if slug not in everything:
        raise Http404
    shown = everything[slug]
    order = list(everything)
    following = order[order.index(slug) + 1 :][:1]
    related = [everything[name] for name in shown.related if name not in following]
    context = {
        "page": shown,
        "sections": _sections(),
        "next": everything[following[0]] if following else None,
        "related": related[:2],
    }
    return render(request, "docs/page.html", context)
