"""Result values on the packet's page and on the reviewer's: those of the sealed file, no others."""

import gzip
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from evidence import shares
from tests import make
from tests.runs import results_by_hand as by_hand


@pytest.fixture
def estimated(workflow, operator, seal):
    values = {"values": by_hand.SAMPLED, "counts": by_hand.SAMPLED_COUNTS}
    return seal(make.run(workflow, by=operator, **values))


@pytest.fixture
def exact(workflow, operator, seal):
    return seal(make.run(workflow, by=operator, values=by_hand.EXACT, shots=0))


def reviewed(packet, *, operator, owner, profile="full"):
    """The reviewer's page of a packet."""
    share = shares.request(
        packet,
        label="Journal review",
        purpose="",
        profile=profile,
        expires_at=timezone.now() + timedelta(days=30),
        by=operator,
    )
    _, token = shares.approve(share, expires_at=share.expires_at, label="x", by=owner)
    answer = Client().get(f"/s/{token}/")
    assert answer.status_code == 200
    return answer.content.decode()


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def pages(operator, owner):
    """Return a function that gives the packet's page and the reviewer's."""

    def both(packet):
        client = Client()
        client.force_login(owner)
        own = client.get(f"/evidence/{packet.public_id}/").content.decode()
        return [own, reviewed(packet, operator=operator, owner=owner)]

    return both


def test_estimates_and_the_counts_they_come_from_are_on_both_pages(estimated, pages):
    for page in pages(estimated):
        text = words(page)
        assert "⟨Z₀Z₁⟩ 0.9860 ± 0.0053" in text
        assert "Estimated from 1,000 shots; ± is one standard error" in text
        assert ">500<" in page
        assert "follow from the counts" in text
        assert "css/values.css" in page


def test_exact_values_are_on_both_pages_and_there_are_no_counts(exact, pages):
    own, reviewers = pages(exact)
    for page in (own, reviewers):
        text = words(page)
        assert "⟨Z₀Z₁⟩ 1.000000 exact" in text
        assert "|11⟩ 0.707107 + 0.000000i 0.500000 0" in text
        assert "No shots were taken, so there are no counts." in text
        assert "Share of shots" not in text
    assert "Shots None, exact values" in words(reviewers)
    assert "6 exact results" in words(own)


def test_a_summary_names_the_values_and_shows_none(exact, operator, owner):
    page = reviewed(exact, operator=operator, owner=owner, profile="summary")
    text = words(page)
    assert "The file of values, 6 exact results (expectation, expectation, variance" in text
    assert "the certificate shows the first of them" in text
    assert "1.000000" not in text


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_runs_that_did_not_come_to_their_values_say_so(workflow, operator, pages, seal, status):
    asked = {"shots": 0, "result_types": by_hand.types(by_hand.EXACT)}
    for page in pages(seal(make.run(workflow, by=operator, status=status, **asked))):
        assert f"No values were computed: the run {'failed' if status == 'failed' else 'was'}" in (
            words(page)
        )


def test_the_largest_result_makes_a_light_page(workflow, operator, pages, seal):
    largest = make.run(workflow, by=operator, values=by_hand.LARGEST, shots=0)
    for page in pages(seal(largest)):
        assert len(gzip.compress(page.encode(), 6)) <= 14 * 1024
        assert len(re.findall(r"<[a-z]", page)) < 1_500
