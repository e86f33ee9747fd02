"""Every template compiles, and none carries a style or a script that the policy would refuse."""

import re
from pathlib import Path

import pytest
from django.template import engines

ROOT = Path(__file__).parents[2] / "templates"
TEMPLATES = sorted(
    path.relative_to(ROOT)
    for path in ROOT.rglob("*")
    if path.suffix in {".html", ".txt", ".md", ".svg", ".xml"}
)
# Certificates are printed from these; no browser and no policy ever meets them.
PRINTED = "print"
FORBIDDEN = {
    "an inline style": r"\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script(?![^>]*\ssrc=)[^>]*>",
    "an inline handler": r"\son[a-z]+\s*=\s*[\"']",
    "a javascript: address": r"javascript:",
    "a foreign resource": r"<(?:script|link|img|iframe)\b[^>]*\s(?:src|href)=[\"'](?:https?:)?//",
    "unescaped output": r"\|\s*safe\b|{%\s*autoescape\s+off",
}


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_it_compiles(template):
    engines["django"].get_template(str(template))


@pytest.mark.parametrize(
    "template", [t for t in TEMPLATES if t.suffix == ".html" and t.parts[0] != PRINTED], ids=str
)
@pytest.mark.parametrize("thing", FORBIDDEN)
def test_it_needs_no_exception_from_the_policy(template, thing):
    text = (ROOT / template).read_text(encoding="utf-8")
    found = re.search(FORBIDDEN[thing], re.sub(r"{#.*?#}", "", text), re.IGNORECASE)
    assert not found, found.group()
