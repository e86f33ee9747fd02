"""Every error that is published has a status, a next step, and a place in the docs."""

import ast
from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client

from runs.errors import ERRORS, RunError

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("code", ERRORS)
def test_a_code_is_complete(code):
    kind = ERRORS[code]
    assert kind.code == code
    assert kind.http_status in set(HTTPStatus)
    assert 400 <= kind.http_status < 600
    assert kind.headline
    assert not kind.headline.endswith(".")
    assert kind.advice.endswith(".")
    assert RunError(code).message == kind.headline


@pytest.mark.django_db
def test_every_code_has_its_anchor_in_the_docs():
    page = Client().get("/docs/errors/").content.decode()
    missing = [code for code in ERRORS if f'id="{code}"' not in page]
    assert missing == []


def raised_codes():
    """The codes that the program raises, wherever one is written out."""
    for app in ("accounts", "runs", "evidence", "quantumruns"):
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "RunError":
                    first = node.args[0] if node.args else None
                    if isinstance(first, ast.Constant):
                        yield first.value


def test_only_published_codes_are_raised():
    raised = set(raised_codes())
    assert raised
    assert raised <= set(ERRORS)
