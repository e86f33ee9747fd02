"""What is installed is what was locked: every file by its digest, from wherever one gets packages."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PIN = re.compile(r"^(?P<name>[a-z0-9._-]+)(\[[^\]]*\])?==(?P<version>[^ ;\\]+)", re.IGNORECASE)


def normal(name):
    """Return the one spelling of a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock):
    """Return {(name, version): its lines} of a lock file."""
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    found = {}
    for entry in entries:
        pin = PIN.match(entry)
        assert pin, f"{lock} pins nothing in {entry.splitlines()[0]!r}"
        found[normal(pin["name"]), pin["version"]] = entry
    return found


def names(requirements):
    return {normal(re.match(r"[A-Za-z0-9._-]+", requirement)[0]) for requirement in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_a_digest(lock):
    for (name, _), entry in pins(lock).items():
        assert "--hash=sha256:" in entry, name


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host(lock):
    assert not re.findall(
        r"https?:|://|--(extra-)?index-url|--find-links", (ROOT / lock).read_text()
    )


def test_every_dependency_is_locked():
    runtime = {name for name, _ in pins("requirements.txt")}
    assert names(PROJECT["project"]["dependencies"]) <= runtime
    tools = {name for name, _ in pins("requirements-dev.txt")}
    assert names(PROJECT["dependency-groups"]["dev"]) <= tools


def test_what_is_tested_is_what_runs():
    assert pins("requirements.txt").keys() <= pins("requirements-dev.txt").keys()


def test_parts_made_by_others_are_as_published():
    rows = re.findall(
        r"^\| `([^`]+)` .* `([0-9a-f]{64})` \|$",
        (ROOT / "static/vendor/README.md").read_text(),
        re.MULTILINE,
    )
    listed = dict(rows)
    here = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in listed}
    assert listed == here
    folders = ("static/vendor", "tests/browser/vendor")
    kept = {str(path.relative_to(ROOT)) for folder in folders for path in (ROOT / folder).iterdir()}
    assert kept - {"static/vendor/README.md"} <= set(listed)
