"""Result values in a packet: to the last bit, told from counts, checked, and shared with them."""

import csv
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from evidence import layout, outline, reading, signing
from evidence.packet import CheckVerdict, verify_packet, write
from runs import canonical
from tests.evidence import records
from tests.runs import results_by_hand as by_hand

GOLDEN = Path(__file__).parent.parent / "golden"
ESTIMATED = records.seal(records.with_values())
EXACT = records.seal(records.exact())
BOTH = pytest.mark.parametrize("sealed", [ESTIMATED, EXACT], ids=["estimated", "exact"])


def test_a_packet_sealed_before_there_were_values_is_read_and_checked_as_ever():
    archive = (GOLDEN / "packet-1.0.zip").read_bytes()
    report = verify_packet(archive, records.KEYS)
    assert report.is_good
    assert {check.verdict for check in report.checks} == {CheckVerdict.PASSED}
    taken = reading.take(archive, records.KEYS)
    assert (taken.manifest.values, taken.values, taken.manifest.run.result_types) == (
        None,
        None,
        (),
    )
    assert taken.result["counts"] == records.GHZ_COUNTS


def test_exact_values_come_without_counts_and_estimates_beside_them():
    values = {layout.VALUES, layout.EXPORT_VALUES, layout.EXPORT_VALUES_PICTURE}
    counts = {layout.COUNTS, layout.EXPORT_COUNTS, layout.EXPORT_HISTOGRAM}
    assert set(EXACT.payload) & (values | counts) == values
    assert set(ESTIMATED.payload) & (values | counts) == values | counts


@BOTH
def test_every_number_is_there_to_the_last_bit(sealed):
    values = by_hand.EXACT if sealed is EXACT else by_hand.SAMPLED
    document = json.loads(sealed.files[layout.VALUES])
    assert document["values"] == values
    assert canonical.encode(document) == sealed.files[layout.VALUES]
    assert (document["shots"], document["sampling"]) == (
        (0, "exact-values") if sealed is EXACT else (1000, "exact-probabilities-multinomial")
    )
    table = sealed.files[layout.EXPORT_VALUES].decode().splitlines()
    rows = list(csv.DictReader(line for line in table if not line.startswith("#")))
    assert len(rows) == by_hand.numbers(values)
    assert rows[0]["value"] == canonical.encode(values[0]["value"]).decode()


@BOTH
def test_each_file_of_values_has_a_salt_of_its_own(sealed):
    record = records.exact() if sealed is EXACT else records.with_values()
    others = records.seal(record, salts=records.Salts("others"))
    for path in (layout.VALUES, layout.EXPORT_VALUES, layout.EXPORT_VALUES_PICTURE):
        assert sealed.files[path] != others.files[path]
    picture = ET.fromstring(sealed.files[layout.EXPORT_VALUES_PICTURE])
    tags = {element.tag.rpartition("}")[2] for element in picture.iter()}
    assert "metadata" in tags
    assert not tags & {"script", "style", "foreignObject", "a"}


def test_the_request_holds_the_result_types_in_full():
    request = json.loads(ESTIMATED.files[layout.REQUEST])
    assert request["resultTypes"] == by_hand.types(by_hand.SAMPLED)
    assert json.loads(records.seal(records.completed()).files[layout.REQUEST])["resultTypes"] == []


def test_a_run_without_shots_is_drawn_without_measurements():
    assert b"Measure q" not in EXACT.files[layout.EXPORT_DRAWING]
    assert b"Measure q" in ESTIMATED.files[layout.EXPORT_DRAWING]


@BOTH
def test_a_whole_packet_passes_every_check(sealed):
    report = verify_packet(sealed.archive, records.KEYS)
    assert {check.verdict for check in report.checks} == {CheckVerdict.PASSED}
    (check,) = [check for check in report.checks if check.name == "values"]
    assert check.path == layout.VALUES
    assert check.sentence == (
        "The values of 6 results are possible, and stated to be exact."
        if sealed is EXACT
        else "The values of 3 results follow from the counts."
    )


@pytest.mark.parametrize(
    ("profile", "has_values"), [("summary", False), ("results", True), ("full", True)]
)
def test_values_are_shared_with_the_counts(profile, has_values):
    for sealed in (ESTIMATED, EXACT):
        names = layout.granted(profile, sealed.files)
        assert (layout.VALUES in names) is has_values
        assert (layout.COUNTS in names) is (has_values and sealed is ESTIMATED)
        copy = write({path: sealed.files[path] for path in names})
        taken = reading.take(copy, records.KEYS)
        assert (taken.values is not None) is has_values
        visible = dict(outline.visible(taken))
        assert ("Result values in full, exports" in visible) is has_values
        hidden = dict(outline.hidden(taken))
        assert ("Result values in full" in hidden) is not has_values


def test_an_analog_program_is_read_in_its_own_words():
    sealed = records.seal(records.analog())
    taken = reading.take(sealed.archive, records.KEYS)
    assert json.loads(taken.program) == records.ATOMS
    assert "blockade radius" in taken.drawing
    assert ("Drawing of the program", "3 atoms") in outline.visible(taken)
    names = layout.granted("summary", sealed.files)
    summary = reading.take(write({path: sealed.files[path] for path in names}), records.KEYS)
    assert summary.on_certificate == ("the program", "the most frequent outcomes")
    assert dict(outline.hidden(summary))["Source program"].endswith("shows the program")


def test_a_summary_says_what_the_certificate_still_shows_of_the_values():
    names = layout.granted("summary", EXACT.files)
    taken = reading.take(write({path: EXACT.files[path] for path in names}), records.KEYS)
    reasons = {item.path: item.reason for item in taken.withheld}
    shown = "Withheld from this share; the certificate shows the first of the values"
    assert reasons[layout.VALUES] == reasons[layout.EXPORT_VALUES] == shown
    assert taken.on_certificate == ("the circuit", "the first of the values")


@pytest.mark.parametrize(
    ("record", "label", "note"),
    [
        (records.with_values(), "Counts, values", "3 results"),
        (records.exact(), "Values", "6 exact results"),
        (records.completed(), "Counts", "1,000 shots"),
        (records.failed(), "No counts", ""),
        (records.cancelled(shots=0), "No values", ""),
    ],
)
def test_the_wire_of_a_packet_names_what_came_back(record, label, note):
    stages = outline.connections(reading.take(records.seal(record).archive, records.KEYS))
    assert (label, note) in [(stage.label, stage.note) for stage in stages]


def _checked_with(sealed, change, replaced=(b"", b"")):
    """The check of values of a packet that is truly signed over values that were changed."""
    document = json.loads(sealed.files[layout.VALUES])
    changed = change(document)
    content = canonical.encode(document) if changed is None else changed
    files = dict(sealed.payload) | {layout.VALUES: content}
    manifest = sealed.manifest.replace(
        canonical.sha256(sealed.files[layout.VALUES]).encode(), canonical.sha256(content).encode()
    )
    manifest = manifest.replace(*replaced)
    files |= {
        layout.MANIFEST: manifest,
        layout.BUNDLE: signing.sign(manifest, records.PRIVATE_KEY),
    }
    report = verify_packet(write(files), records.KEYS)
    (check,) = [check for check in report.checks if check.name == "values"]
    assert report.is_good is (check.verdict is CheckVerdict.PASSED)
    return check


def _set(place, name, value):
    def change(document):
        document["values"][place][name] = value

    return change


def _drop(document):
    del document["values"][-1]


ANOTHER = "The values are not those of the result types that were asked for."
IMPOSSIBLE = "There is a value that nothing can have."
UNREADABLE = "The values cannot be read."
ENDLESS = ESTIMATED.files[layout.VALUES].replace(b'"value":0.986', b'"value":1e999')
UNFOUNDED = "There is a value that does not follow from the counts."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_drop, ANOTHER),
        (_set(0, "type", "variance"), ANOTHER),
        (_set(0, "value", 1.01), IMPOSSIBLE),
        (_set(2, "value", -0.5), IMPOSSIBLE),
        (_set(3, "probabilities", {"00": 1.5, "11": -0.5}), IMPOSSIBLE),
        (_set(3, "probabilities", {"00": 0.5}), IMPOSSIBLE),
        (_set(4, "amplitudes", {"00": [1.0, 0.5]}), IMPOSSIBLE),
        (_set(5, "amplitudes", {"01": [1.0, 0.0], "11": [0.0, 1.0]}), IMPOSSIBLE),
        (_set(0, "value", "1"), UNREADABLE),
        (_set(0, "value", True), UNREADABLE),
        (_set(4, "amplitudes", {"00": [1.0]}), UNREADABLE),
        (_set(4, "amplitudes", {"00": 1.0}), UNREADABLE),
        (_set(3, "probabilities", [0.5, 0.5]), UNREADABLE),
        (lambda _document: b"", UNREADABLE),
        (lambda _document: b"[]", UNREADABLE),
        (lambda _document: b"[" * 100_000, UNREADABLE),
    ],
)
def test_signed_exact_values_that_cannot_be_are_found(change, sentence):
    check = _checked_with(EXACT, change)
    assert (check.verdict, check.sentence) == (CheckVerdict.FAILED, sentence)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_set(0, "value", 0.984), UNFOUNDED),
        (_set(1, "value", 0.99), UNFOUNDED),
        (_set(2, "probabilities", {"00": 0.494, "01": 0.006, "11": 0.5}), UNFOUNDED),
        (_set(2, "probabilities", {"00": 0.493, "10": 0.007, "11": 0.5}), UNFOUNDED),
        (_set(0, "targets", [0, 7]), UNREADABLE),
        (_set(0, "targets", ["0", "1"]), UNREADABLE),
        (_set(0, "standardError", -0.1), IMPOSSIBLE),
        (lambda _document: ENDLESS, UNREADABLE),
    ],
)
def test_signed_estimates_that_the_counts_do_not_give_are_found(change, sentence):
    check = _checked_with(ESTIMATED, change)
    assert (check.verdict, check.sentence) == (CheckVerdict.FAILED, sentence)


def test_kinds_of_results_that_a_later_version_may_add_are_passed_over():
    def later(document):
        document["values"].append({"type": "entropy", "bits": 1.0})

    types = (b'"variance","probability"]', b'"variance","probability","entropy"]')
    check = _checked_with(ESTIMATED, later, types)
    assert check.verdict is CheckVerdict.PASSED
