"""Markdown to HTML fragments, ahead of time. Needs the development dependencies.

A source begins with front matter (``key: value`` lines between two ``---``). A paragraph
``[[table:NAME]]`` or ``[[errors]]`` stands for what is made from the code when the page is shown.
"""

import html
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_TAG = re.compile(r"<p>\[\[(table:[a-z-]+|errors)\]\]</p>")
_NAMED = re.compile(r"^\[\[(?:table:)?([a-z-]+)\]\]$", re.MULTILINE)
_STYLE = re.compile(r' style="text-align:(left|right|center)"')
_LISTS = ("related",)


def render(folder: Path) -> dict[str, str]:
    """Return what the rendered folder must hold: a fragment per source, and ``index.json``."""
    files: dict[str, str] = {}
    index = []
    for source in sorted(folder.glob("*.md")):
        front, body = _split(source.read_text(encoding="utf-8"))
        fragment, headings = _fragment(body)
        files[f"{source.stem}.html"] = fragment
        tables = [name for name in _NAMED.findall(body) if name]
        page = {"slug": source.stem, **front, "headings": headings, "tables": tables}
        index.append({**page, "text": _words(body)})
    index.sort(key=lambda page: (page["section"], int(page["order"])))
    files["index.json"] = json.dumps(index, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    return files


def _split(text: str) -> tuple[dict[str, Any], str]:
    _, head, body = text.split("---\n", 2)
    front: dict[str, Any] = {}
    for line in head.splitlines():
        key, _, value = line.partition(":")
        front[key.strip()] = value.split() if key.strip() in _LISTS else value.strip()
    return front, body


def _fragment(body: str) -> tuple[str, list[dict[str, str]]]:
    markdown = MarkdownIt("commonmark", {"html": False, "highlight": _coloured}).enable("table")
    tokens = markdown.parse(body)
    headings = _anchor(tokens)
    content = markdown.renderer.render(tokens, markdown.options, {})
    content = _STYLE.sub(lambda match: ' class="n"' if match[1] == "right" else "", content)
    content = content.replace("<table>", '<div class="scroll" tabindex="0"><table class="data">')
    content = content.replace("</table>", "</table></div>").replace("<pre>", '<pre class="code">')
    content = content.replace("<th>", '<th scope="col">')
    parts = _TAG.split(content)
    return "".join(_part(place, part) for place, part in enumerate(parts)), headings


def _part(place: int, part: str) -> str:
    """Every second part names a table or the errors; the others hold no template code."""
    if place % 2:
        kind, _, name = part.partition(":")
        return f'{{% docs_{kind} "{name}" %}}\n' if name else f"{{% docs_{kind} %}}\n"
    return f"{{% verbatim %}}{part}{{% endverbatim %}}" if part.strip() else ""


def _anchor(tokens: list[Token]) -> list[dict[str, str]]:
    headings = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            slug = re.sub(r"[^a-z0-9]+", "-", inline.content.lower()).strip("-")
            token.attrSet("id", slug)
            if token.tag == "h2":
                headings.append({"slug": slug, "title": inline.content.replace("`", "")})
    return headings


def _coloured(code: str, language: str, _attributes: str) -> str:
    try:
        lexer = get_lexer_by_name(language or "text")
    except ClassNotFound:
        lexer = get_lexer_by_name("text")
    formatter = HtmlFormatter(nowrap=True, classprefix="c-")
    return f'<pre class="code" tabindex="0"><code>{highlight(code, lexer, formatter)}</code></pre>'


def _words(body: str) -> str:
    """The words of a page, for the search; those of its tables are added when it is shown."""
    plain = re.sub(r"\[\[.*?\]\]|[#`*|>\[\]{}]", " ", body)
    return html.unescape(" ".join(plain.split()))
