"""What watches over the pages sees what is wrong with them."""

import re

import pytest

BROKEN = """<!doctype html><html><head><title>Broken</title></head>
<body><img src="/nothing.png"><p style="color: red">No main, no language, no alternative.</p></body></html>"""
SOUND = """<!doctype html><html lang="en"><head><title>Sound</title></head>
<body><main><h1>Runs</h1><p>All is well.</p></main></body></html>"""
POLICY = {"Content-Security-Policy": "default-src 'none'; img-src 'self'"}


@pytest.fixture
def serve(context):
    """Answer every request for a page with this one, under a strict policy."""

    def serve(body):
        context.route(
            re.compile(r"^http://pages\.test/$"),
            lambda route: route.fulfill(body=body, headers=POLICY, content_type="text/html"),
        )
        context.route("**/nothing.png", lambda route: route.fulfill(status=404))

    return serve


@pytest.fixture
def screenshots(tmp_path):
    return tmp_path


def test_a_broken_page_is_complained_of(page, serve, complaints, axe):
    serve(BROKEN)
    page.goto("http://pages.test/")
    assert any(finding.startswith("html-has-lang:") for finding in axe(page))
    assert any(finding.startswith("image-alt:") for finding in axe(page))
    said = " ".join(complaints.found)
    assert "style" in said
    assert "404" in said
    complaints.found.clear()


def test_an_expected_complaint_is_none(page, serve, complaints):
    serve(BROKEN)
    complaints.expect("404")
    complaints.expect("inline style")
    page.goto("http://pages.test/")
    page.wait_for_load_state("networkidle")
    assert complaints.found == []


def test_a_sound_page_has_nothing_wrong(page, serve, axe):
    serve(SOUND)
    page.goto("http://pages.test/")
    assert axe(page) == []


def test_a_page_is_kept_as_four_pictures(page, serve, screenshot, screenshots):
    serve(SOUND)
    page.goto("http://pages.test/")
    size = page.viewport_size
    screenshot(page, "sound")
    assert page.viewport_size == size
    assert sorted(path.name for path in screenshots.iterdir()) == [
        "sound-1280-dark.png",
        "sound-1280-light.png",
        "sound-390-dark.png",
        "sound-390-light.png",
    ]


def test_the_database_is_there_beside_the_browser(page, owner):
    assert owner.email == "olive@example.org"
