"""The fringe mark: one digest, one picture, and no two digests alike."""

import hashlib
from xml.etree import ElementTree as ET

import pytest

from evidence import mark

DIGESTS = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(200)]


def test_a_digest_always_gives_the_same_mark():
    assert mark.mark_svg(DIGESTS[0], size=72) == mark.mark_svg(DIGESTS[0], size=72)
    drawn = mark.mark_svg("ab" * 32, size=22) + mark.band_svg("ab" * 32, width=660, height=22)
    assert hashlib.sha256(drawn.encode()).hexdigest() == (
        "e0c49195038ed7a740dd652a9e8fe6f7f0a35bd6038a08a4d1ebe45cef85ecc7"
    )


def test_no_two_digests_share_a_mark():
    assert len({mark.mark_svg(digest, size=72) for digest in DIGESTS}) == len(DIGESTS)


def test_one_changed_digit_moves_or_thickens_something_in_every_part_of_the_digest():
    digest = DIGESTS[0]
    for place in range(4, 64, 12):
        other = format((int(digest[place], 16) + 8) % 16, "x")
        changed = digest[:place] + other + digest[place + 1 :]
        assert _shapes(changed) != _shapes(digest), place


def _shapes(digest):
    picture = ET.fromstring(mark.mark_svg(digest, size=72))
    return [sorted(element.items()) for element in picture.iter() if element.get("stroke-width")]


def test_marks_are_small():
    sizes = [len(mark.mark_svg(digest, size=72)) for digest in DIGESTS]
    assert max(sizes) < 1600
    assert sum(sizes) / len(sizes) < 1250


def test_marks_hold_no_style_and_no_script():
    drawn = mark.mark_svg(DIGESTS[1], size=72) + mark.band_svg(DIGESTS[1], width=660, height=22)
    for word in ("style", "script", "href"):
        assert word not in drawn


def test_colours_that_mean_a_status_are_not_used():
    drawn = "".join(mark.mark_svg(digest, size=72) for digest in DIGESTS)
    assert not [ink for ink in ("#B3261E", "#136B43") if ink in drawn]


def test_a_label_is_read_aloud_and_a_mark_without_one_is_hidden():
    assert 'role="img" aria-label="&lt;Seal&gt;"' in mark.mark_svg(
        DIGESTS[0], size=72, label="<Seal>"
    )
    assert 'aria-hidden="true"' in mark.mark_svg(DIGESTS[0], size=72)


@pytest.mark.parametrize("digest", ["", "ab" * 31, "zz" * 32])
def test_what_is_no_digest_is_not_drawn(digest):
    with pytest.raises(ValueError, match=r"digest|hexadecimal"):
        mark.mark_svg(digest, size=72)
