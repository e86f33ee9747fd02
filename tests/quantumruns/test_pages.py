"""The shell of all pages, the home page, and the pages that say what went wrong."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import make

# The docs are rendered ahead from Markdown; their length is that of their text.
TEMPLATES = [
    path
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html"))
    if path.parent.name != "rendered"
]
CSS = settings.BASE_DIR / "static/css/app.css"
JS = settings.BASE_DIR / "static/js/app.js"


def text(response):
    return response.content.decode()


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def pages(workflow, owner):
    """Every page of workflows and runs, with runs in all states that look different."""
    runs = [
        make.run(workflow, by=owner, status=status) for status in ("completed", "failed", "queued")
    ]
    make.packet(runs[0])
    make.share(make.packet(runs[1]), by=owner, status="approved")
    found = [reverse(f"runs:{name}") for name in ("list", "workflow_list", "workflow_new")]
    found += [
        reverse(f"runs:{name}", args=[workflow.pk])
        for name in ("workflow_detail", "workflow_edit", "workflow_archive", "workflow_restore")
    ]
    for run in runs:
        for name in ("detail", "live", "edit", "retry"):
            found.append(reverse(f"runs:{name}", args=[run.pk]))
    found.append(reverse("runs:cancel", args=[runs[2].pk]))
    return found


def test_the_home_page_shows_an_example_and_says_that_it_is_one(client, db):
    shown = text(client.get("/"))
    assert "Every quantum run becomes evidence" in shown
    assert "Example: how a sealed run looks" in shown
    assert 'class="fringe"' in shown
    assert 'class="circuit"' in shown
    assert reverse("account_signup") in shown
    assert "<script src" not in shown.replace('<script src="/static/js/app.js" type="module">', "")


def test_people_who_are_signed_in_go_to_their_runs(signed_in):
    assert signed_in.get("/").url == reverse("runs:list")


def test_the_shell_leads_everywhere_and_marks_where_one_is(signed_in, workspace):
    shown = text(signed_in.get(reverse("runs:workflow_list")))
    assert '<a class="skip" href="#main">' in shown
    assert f'<a href="{reverse("runs:workflow_list")}" aria-current="true">Workflows</a>' in shown
    for name in ("runs:list", "evidence:packet_list", "evidence:share_list", "docs:overview"):
        assert f'<a href="{reverse(name)}">' in shown
    assert f'<form method="post" action="{reverse("account_logout")}">' in shown


@pytest.mark.parametrize(("theme", "mark"), [("dark", 'data-theme="dark"'), ("system", "")])
def test_the_chosen_theme_comes_with_the_page(client, owner, theme, mark):
    owner.theme = theme
    owner.save()
    client.force_login(owner)
    head = text(client.get(reverse("runs:list"))).split("<head>")[0]
    assert ("data-theme" in head) is bool(mark)
    assert mark in head


def test_times_are_those_of_the_persons_zone_and_name_it(client, owner, workflow):
    owner.time_zone = "Asia/Tokyo"
    owner.save()
    client.force_login(owner)
    run = make.run(workflow, by=owner)
    shown = text(client.get(reverse("runs:detail", args=[run.pk])))
    assert re.search(r"\d\d:\d\d:\d\d JST", shown)
    assert "times in UTC" in shown


def test_an_address_that_leads_nowhere_says_so(signed_in):
    answer = signed_in.get("/runs/run_00000000000000000000000000/")
    assert answer.status_code == 404
    assert "There is nothing at this address" in text(answer)


def test_a_form_that_is_too_old_says_so(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    answer = client.post(reverse("runs:workflow_new"), {"name": "x"})
    assert answer.status_code == 403
    assert "This form is too old" in text(answer)


def test_a_fault_of_ours_is_told_with_the_id_of_the_request(client, owner, monkeypatch):
    def broken(*_args, **_options):
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("runs.history.page", broken)
    client.force_login(owner)
    client.raise_request_exception = False
    answer = client.get(reverse("runs:list"))
    assert answer.status_code == 500
    assert answer["X-Request-Id"] in text(answer)
    assert "a secret detail" not in text(answer)


def test_no_page_holds_inline_style_or_script(signed_in, pages):
    for address in pages:
        answer = signed_in.get(address)
        assert answer.status_code == 200, address
        shown = text(answer)
        assert not re.search(r"\sstyle=", shown), address
        assert not re.search(r"\son\w+=", re.sub(r">[^<]*<", "><", shown)), address
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", shown)), address


def test_every_page_has_one_heading_one_title_and_one_primary_button_at_most(signed_in, pages):
    for address in pages:
        shown = text(signed_in.get(address))
        assert len(re.findall(r"<h1[ >]", shown)) == 1, address
        assert len(re.findall(r'class="btn pri"', shown)) <= 1, address


def test_ids_on_a_page_are_unique(signed_in, pages):
    for address in pages:
        ids = re.findall(r'\sid="([^"]+)"', text(signed_in.get(address)))
        assert sorted(set(ids)) == sorted(ids), address


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_templates_are_short_and_hold_no_inline_style(template):
    lines = template.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 120
    if "print" not in template.parts:
        assert not any('style="' in line or "<style" in line for line in lines)


@pytest.mark.parametrize(("path", "most"), [(CSS, 8 * 1024), (JS, 4 * 1024)], ids=["css", "js"])
def test_what_every_page_loads_is_light(path: Path, most):
    assert len(gzip.compress(path.read_bytes(), 9)) <= most


def test_the_history_page_is_light_with_fifty_sealed_runs(signed_in, workflow, owner):
    for _ in range(50):
        make.packet(make.run(workflow, by=owner))
    page = signed_in.get(reverse("runs:list")).content
    assert len(gzip.compress(page, 6)) <= 16 * 1024
    assert len(re.findall(rb"<[a-z]", page)) < 1500
