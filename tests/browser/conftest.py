"""A real Chromium for the journeys, and what watches over every page it opens."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import make

VENDOR = Path(__file__).parent / "vendor"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 390)
NARROWEST = 320
HEIGHT = 900
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

# Chromium calls home when it starts; here it stays quiet.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(autouse=True, scope="session")
def database_beside_a_browser():
    """Let Django use its database although Playwright's event loop runs in the same thread."""
    # The loop goes on to the end of the session, and so does this.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser_type_launch_args():
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    program = next((found for found in map(shutil.which, names) if found), None)
    mac = "/Applications/Chromium.app/Contents/MacOS/Chromium"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": program or mac, "args": [*sandbox, *QUIET]}


class Complaints:
    """What the browser found wrong with the pages of the contexts it was told to watch."""

    def __init__(self):
        self.found = []
        self._expected = []

    def watch(self, context):
        """Note errors on the console, breaches of the policy, exceptions and server errors."""
        context.on("console", self._note_message)
        context.on("weberror", lambda error: self._note(f"exception: {error.error}"))
        context.on("response", self._note_response)

    def expect(self, text):
        """Say that a complaint with this text in it belongs to the story."""
        self._expected.append(text)

    def _note_message(self, message):
        if message.type in {"error", "warning"}:
            self._note(f"{message.type}: {message.text} ({message.location['url']})")

    def _note_response(self, response):
        if response.status >= 500:
            self._note(f"{response.status}: {response.url}")

    def _note(self, text):
        if not any(expected in text for expected in self._expected):
            self.found.append(text)


@pytest.fixture(autouse=True)
def complaints(context):
    """Fail the test if the browser complains of any page; further contexts are to be watched."""
    complaints = Complaints()
    complaints.watch(context)
    yield complaints
    assert not complaints.found


@pytest.fixture
def axe():
    """Return a function that gives what axe finds wrong with a page; ``[]`` is right."""
    source = (VENDOR / "axe-4.14.1.min.js").read_text(encoding="utf-8")
    options = {"runOnly": {"type": "tag", "values": AXE_RULES}, "resultTypes": ["violations"]}

    def look(page):
        # Evaluated by the debugger: a script element would be refused by the page's own policy.
        page.evaluate(source)
        violations = page.evaluate("options => axe.run(document, options)", options)["violations"]
        return [
            f"{violation['id']}: {violation['help']} {node['target']}"
            for violation in violations
            for node in violation["nodes"]
        ]

    return look


@pytest.fixture
def screenshots():
    """Return the folder that pictures are kept in; ``SCREENSHOTS`` names another."""
    folder = Path(os.environ.get("SCREENSHOTS", "var/screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def screenshot(screenshots):
    """Return a function that keeps the whole page as pictures: wide and narrow, light and dark."""

    def keep(page, name):
        with _resized(page):
            for width in WIDTHS:
                _keep_pictures(page, screenshots / name, width)

    return keep


@pytest.fixture
def look(axe, screenshots):
    """Return a function that keeps pictures of a page and looks for faults at every width.

    What it finds fails the test at its end, so that one fault does not hide the next.
    """
    found = []

    def check(page, name):
        with _resized(page):
            for width, scheme in zip(WIDTHS, ("light", "dark"), strict=True):
                _keep_pictures(page, screenshots / name, width)
                _wear(page, scheme)
                note_overflow(page, name, width)
                found.extend(f"{name} at {width}: {fault}" for fault in axe(page))
            page.set_viewport_size({"width": NARROWEST, "height": HEIGHT})
            note_overflow(page, name, NARROWEST)

    def note_overflow(page, name, width):
        if page.evaluate(OVERFLOW) > 0:
            found.append(f"{name} at {width}: wider than the window")

    yield check
    assert not found


@pytest.fixture
def site(worker, live_server, settings, workspace, owner, operator):
    """The address of a site whose people can sign in."""
    settings.SITE_URL = live_server.url
    make.verified(owner)
    make.verified(operator)
    return live_server.url


@pytest.fixture
def begin(worker, site):
    """Start the worker, which takes up whatever waits."""
    return lambda: worker.running(SITE_URL=site)


@pytest.fixture
def visitor(new_context, complaints):
    """Make a browser of somebody else."""

    def made(**options):
        context = new_context(**options)
        complaints.watch(context)
        return context.new_page()

    return made


def _keep_pictures(page, path, width):
    page.set_viewport_size({"width": width, "height": HEIGHT})
    for scheme in ("light", "dark"):
        _wear(page, scheme)
        file = path.with_name(f"{path.name}-{width}-{scheme}.png")
        page.screenshot(path=file, full_page=True, animations="disabled")


def _wear(page, scheme):
    # Colours that are on their way to others would be neither.
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


@contextmanager
def _resized(page):
    """Let the size and the scheme of ``page`` be changed for a while."""
    before = page.viewport_size
    page.evaluate("scrollTo(0, 0)")
    yield
    page.emulate_media(color_scheme="null", reduced_motion="null")
    page.set_viewport_size(before)
