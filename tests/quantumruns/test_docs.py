"""The docs: every page opens, is rendered from its source, and says what the code says."""

import json
import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from evidence.exclusions import DISCLOSABLE
from quantumruns.docs.pages import FOLDER, pages
from runs import channels, gates, lifecycle
from runs.contract import RunRequest, SourceKind, Status
from runs.errors import ERRORS
from runs.limits import Limits
from runs.qasm import read


@pytest.mark.parametrize("slug", sorted(pages()))
def test_every_page_opens_for_everybody_and_names_related_pages(client, slug, db):
    answer = client.get(reverse("docs:page", args=[slug]))
    assert answer.status_code == 200
    content = answer.content.decode()
    assert "[[" not in content
    assert 'style="' not in content
    assert "<b>" in content.split('class="rel"')[1]


def test_the_rendered_pages_are_those_of_the_sources():
    call_command("render_docs", "--check")


def test_the_tables_are_those_of_the_code(client, db):
    text = client.get("/docs/run-lifecycle/").content.decode()
    assert all(f"<code>{status.value}</code>" in text for status in Status)
    text = client.get("/docs/errors/").content.decode()
    assert all(f'id="{code}"' in text for code in ERRORS)
    text = client.get("/docs/runs-api/").content.decode()
    assert all(f"<code>{name}</code>" in text for name in {*gates.GATES, *channels.CHANNELS})
    text = client.get("/docs/evidence-packets/").content.decode()
    assert all(entry.label in text for entry in DISCLOSABLE)


def test_the_search_finds_pages_by_their_words(client, db):
    for words, title in (
        ("bit order qiskit", "Runs API"),
        ("idempotency_mismatch", "Errors"),
        ("limits density matrix", "Runs API"),
        ("worker_lost", "Run lifecycle"),
    ):
        answer = client.get("/docs/", {"q": words})
        assert title in [page.title for page in answer.context["found"]], words
        assert f"<b>{title}</b>" in answer.content.decode()
    assert "No page has all these words" in client.get("/docs/?q=zebra").content.decode()


def test_an_unknown_page_is_not_found(client, db):
    assert client.get("/docs/zebra/").status_code == 404


def test_the_request_that_the_docs_show_is_one_that_runs(workflow, operator):
    source = (FOLDER / "runs-api.md").read_text(encoding="utf-8")
    shown = json.loads(re.search(r"```json\n(.*?)```", source, re.DOTALL)[1])
    request = RunRequest(
        mode=shown["mode"],
        provider_id=shown["providerId"],
        device_id=shown["deviceId"],
        shots=shown["shots"],
        source_kind=shown["sourceKind"],
        circuit_operations=shown["circuitOperations"],
        seed=shown["seed"],
        route_rationale=shown["routeRationale"],
        name=shown["name"],
        tags=tuple(shown["tags"]),
    )
    assert lifecycle.submit(request, workflow=workflow, by=operator).status == Status.QUEUED


def test_the_program_that_the_docs_show_is_one_that_is_read():
    source = (FOLDER / "openqasm.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```\n(OPENQASM.*?)```", source, re.DOTALL)
    found = read(program, kind=SourceKind.OPENQASM3, limits=Limits())
    assert found.measured_qubits == (1,)
