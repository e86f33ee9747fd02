"""Private values are committed to, kept back, and can be opened one by one."""

import base64

import pytest

from evidence import disclosures
from evidence.exclusions import DISCLOSABLE
from tests.evidence.records import PRIVATE, Salts


@pytest.mark.parametrize(
    ("text", "digest", "field", "value"),
    [
        (
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
            "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
            "family_name",
            "Möbius",
        ),
        (
            "WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd",
            "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4",
            "given_name",
            "John",
        ),
    ],
)
def test_disclosures_and_digests_are_those_of_rfc_9901(text, digest, field, value):
    opening = disclosures.parse(text)
    assert (opening.field, opening.value, opening.commitment) == (field, value, digest)


def test_every_private_field_is_committed_to_even_where_it_is_empty():
    openings = [disclosures.parse(text) for text in disclosures.make({}, token_bytes=Salts())]
    assert [opening.field for opening in openings] == [item.field for item in DISCLOSABLE]
    assert {opening.value for opening in openings} == {""}
    assert len({opening.commitment for opening in openings}) == len(DISCLOSABLE)


def test_equal_values_give_different_commitments():
    first, again = Salts("one"), Salts("two")
    one = {disclosures.commitment(text) for text in disclosures.make(PRIVATE, token_bytes=first)}
    two = {disclosures.commitment(text) for text in disclosures.make(PRIVATE, token_bytes=again)}
    assert not one & two


def test_salts_have_128_bits():
    asked = []

    def token_bytes(number):
        asked.append(number)
        return bytes(number)

    disclosures.make(PRIVATE, token_bytes=token_bytes)
    assert set(asked) == {16}


def test_a_field_that_nobody_may_disclose_is_refused():
    with pytest.raises(KeyError, match=r"user\.password"):
        disclosures.make({"user.password": "x"}, token_bytes=Salts())


def _encoded(text):
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "text",
    ["", "é", "%%%", "AAAA", _encoded("{}"), _encoded('["a","b"]'), _encoded('["a","b",1]')],
)
def test_what_is_no_disclosure_is_refused(text):
    with pytest.raises(ValueError, match="a disclosure is not"):
        disclosures.parse(text)
