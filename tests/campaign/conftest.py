"""One campaign for all tests of this folder: faults first, then quiet, then what is left."""

import secrets
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings

from accounts import clock, tokens
from accounts.models import Scope
from evidence import keys
from runs.models import Run
from tests import make, planting
from tests.campaign.checker import Checker
from tests.campaign.nemesis import Nemesis
from tests.campaign.report import lines
from tests.campaign.site import ACTIVE_RUNS, ATTEMPTS, Site
from tests.runs.processes import wait_until

PEOPLE = 4
QUIET_SECONDS = 150
REPORT = pytest.StashKey()


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("campaign")
            item.add_marker("postgres_only")
            item.add_marker("django_db")  # what a test changes is undone after it


def pytest_terminal_summary(terminalreporter, config):
    """Print what the campaign has to tell, also where nothing is wrong."""
    if REPORT in config.stash:
        terminalreporter.section("Fault campaign")
        for line in config.stash[REPORT]:
            terminalreporter.line(line)


@pytest.fixture(scope="module")
def seed(request):
    """What everything is drawn from; a new one each time unless it is given."""
    given = request.config.getoption("campaign_seed")
    return secrets.randbelow(2**32) if given is None else given


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker):
    """The database of all the tests here, emptied at the end."""
    with django_db_blocker.unblock():
        yield connection.settings_dict["NAME"]
        call_command("flush", interactive=False, verbosity=0)
        connections.close_all()


@pytest.fixture(autouse=True)
def evidence_store(site):
    """Read from the store of the site, in place of one of each test's own."""
    return site.disk.store


@pytest.fixture(scope="module")
def site(database, seed, tmp_path_factory):
    """A site with people in it, on which nothing has gone wrong yet."""
    folder = tmp_path_factory.mktemp("campaign")
    connections.close_all()  # the server is about to be restarted
    made = Site(folder, database=database, key_file=folder / "keys" / "evidence.pem", seed=seed)
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    options["OPTIONS"] = {"location": made.disk.store}
    try:
        with override_settings(
            EVIDENCE_SIGNING_KEY_FILE=str(folder / "keys" / "evidence.pem"),
            STORAGES={**settings.STORAGES, "evidence": options},
        ):
            made.start()
            keys.ensure()
            yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def issued(site, seed):
    """Give each person a workspace, a workflow and a token; return the tokens."""
    texts = []
    for number in range(PEOPLE):
        user = make.user(f"person-{number}@example.org")
        workflow = make.workflow(make.workspace(f"Lab {number}", owner=user), by=user)
        _, text = tokens.issue(user, name="a program", scopes=Scope.values)
        site.add_person(f"person-{number}", text, workflow, seed=seed)
        texts.append(text)
    return texts


@pytest.fixture(scope="module")
def campaign(request, site, issued, seed, tmp_path_factory):
    """Have people work while everything breaks, then wait until nothing moves any more."""
    canary = tmp_path_factory.mktemp("planted") / "canary"
    planted = planting.everywhere(canary)
    nemesis = Nemesis(site, seed=seed)
    first = clock.now()
    connections.close_all()
    began = time.monotonic()
    seconds = request.config.getoption("campaign_seconds")
    for person in site.people:
        person.start()
    nemesis.rage(until=began + seconds, at_most=began + 2 * seconds + 60)
    raged = time.monotonic() - began
    site.heal()
    site.over.set()
    calm(site)
    request.config.stash[REPORT] = list(lines(site, nemesis, seed=seed, seconds=raged))
    nemesis.checker = Checker(
        asked=[asked for person in site.people for asked in person.history],
        ended={run: status for person in site.people for run, status in person.ended.items()},
        active_runs=ACTIVE_RUNS,
        attempts=ATTEMPTS,
        began=first,
        quiet=clock.now(),
        planted_results=planted["django_q_task"],
        canary=canary,
        secrets=(*issued, settings.SECRET_KEY),
        logs=tuple(site.folder.rglob("*.log")),
    )
    return nemesis


def calm(site):
    """Let everybody hear what became of what they asked, and every run end and be sealed."""
    settling = [threading.Thread(target=person.settle) for person in site.people]
    for person in site.people:
        person.join()
    for thread in settling:
        thread.start()
    for thread in settling:
        thread.join()
    wait_until(_nothing_is_due, seconds=QUIET_SECONDS)


def _nothing_is_due():
    time.sleep(0.3)
    unsealed = Run.objects.filter(evidence_state__in=["pending", "building"])
    return not (Run.objects.open().exists() or unsealed.exists())
