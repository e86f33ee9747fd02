"""The page of a run of an analog program: atoms in place of qubits, and no circuit anywhere."""

import json
import re

import pytest
from django.urls import reverse

from tests import make
from tests.evidence.records import ATOMS


@pytest.fixture
def run(workflow, owner):
    source = make.source(workflow.workspace, analog=ATOMS, qubits=3)
    counts = {"010": 970, "101": 30}
    return make.run(workflow, by=owner, source=source, device_id="braket_ahs", counts=counts)


@pytest.fixture
def shown(client, owner, run):
    """Return a function that gives a page of the run, in one of its views."""
    client.force_login(owner)

    def page(**query):
        return client.get(reverse("runs:detail", args=[run.pk]), query).content.decode()

    return page


def test_the_program_is_drawn_and_told_in_atoms(shown):
    page = shown()
    assert ">Program</h2>" in page
    assert "3 atoms" in page
    assert "blockade radius" in page
    assert "Filled sites" in page
    assert "0 is the ground state, 1 the Rydberg state." in page
    assert not re.search(r"\bqubits?\b", page.split("</header>")[1].split("curl")[0])


def test_the_program_is_shown_as_json_and_never_as_operations(shown):
    page = shown(view="program")
    assert "&quot;ahs_register&quot;" in page
    assert 'href="?view=operations#circuit"' not in page
    assert "blockade radius" in shown(view="operations"), "an unknown view is the drawing"


def test_the_program_is_downloaded_as_json(shown, client, run):
    shown()
    answer = client.get(reverse("runs:source", args=[run.pk]))
    assert json.loads(answer.content) == ATOMS
    assert f'filename="{run.public_id}.json"' in answer["Content-Disposition"]
    assert answer["Content-Type"] == "application/json"


def test_the_request_can_be_sent_again(shown):
    assert "analogProgram" in shown().split('id="curl"')[1]
