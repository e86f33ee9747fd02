"""The manifest: the same record gives the same bytes, for ever, and readers get facts from them."""

import json
from pathlib import Path

import pytest

from evidence import disclosures, layout
from evidence import manifest as manifests
from evidence.members import MalformedError
from runs import canonical, trace
from tests.evidence import records

GOLDEN = Path(__file__).parent.parent / "golden"
FILES = {
    layout.README: b"# Evidence\n",
    layout.REQUEST: b'{"shots":1000}',
    layout.SOURCE_OPERATIONS: b'{"circuitOperations":[]}',
    layout.TRACE: b"".join(line + b"\n" for line in records.chain("run.requested", "run.ended")),
    layout.EXPORT_COUNTS: b"outcome,count\n",
}
RESULT = {layout.COUNTS: b'{"counts":{"000":498,"111":502}}'}
ERROR = {layout.ERROR: b'{"code":"unsupported_operation"}'}


def _build(record, files, **changes):
    values = {
        "files": FILES | files,
        "issuer": records.ISSUER,
        "issued_at": records.SEALED_AT,
        "predicate_type": records.ISSUER + manifests.MANIFEST_PREDICATE,
        "openings": disclosures.make(record.private, token_bytes=records.Salts()),
    }
    return manifests.build(record, **(values | changes))


@pytest.mark.parametrize(
    ("name", "record", "files"),
    [
        ("completed", records.completed(), RESULT),
        ("failed", records.failed(), ERROR),
        ("cancelled", records.cancelled(), {}),
    ],
)
def test_the_bytes_are_the_golden_ones(name, record, files):
    assert _build(record, files) == (GOLDEN / f"manifest-{name}.json").read_bytes()


def _values(value):
    yield value
    children = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        for child in children:
            yield from _values(child)


def test_it_is_canonical_and_holds_no_floating_point_number():
    content = _build(records.completed(), RESULT)
    value = json.loads(content)
    assert canonical.encode(value) == content
    assert not [item for item in _values(value) if isinstance(item, float)]


def test_every_file_is_a_subject_under_its_digest():
    facts = manifests.parse(_build(records.completed(), RESULT))
    assert facts.subjects == {
        path: canonical.sha256(content) for path, content in (FILES | RESULT).items()
    }


def test_readers_get_the_facts_of_a_completed_run():
    content = _build(records.completed(), RESULT, revision=2, supersedes="ab" * 32)
    facts = manifests.parse(content)
    assert facts.sha256 == canonical.sha256(content)
    assert facts.verify_url == f"{records.ISSUER}/verify/{facts.sha256}"
    assert (facts.revision, facts.supersedes) == (2, "ab" * 32)
    assert facts.issued_at == records.SEALED_AT
    assert (facts.run.title, facts.run.status) == ("GHZ state, calibration check 12", "completed")
    assert int(facts.run.seed) == records.completed().seed
    assert facts.run.created_at == records.CREATED_AT
    assert (facts.source.qubits, facts.source.operations, facts.source.depth) == (3, 3, 3)
    assert facts.source.sha256 == facts.subjects[facts.source.path]
    assert (facts.counts.shots, facts.counts.outcomes) == (1000, 2)
    assert facts.error is None
    assert facts.trace.head == trace.verify(layout.trace_lines(FILES[layout.TRACE]))
    assert facts.exports == (layout.EXPORT_COUNTS,)
    assert "pkg:pypi/numpy@2.4.6" in facts.route.software


def test_readers_get_the_facts_of_a_failed_run():
    facts = manifests.parse(_build(records.failed(), ERROR))
    assert facts.counts is None
    assert (facts.error.code, facts.error.stage) == ("unsupported_operation", "validation")
    assert not facts.error.retryable
    assert facts.source.qubits is None
    assert facts.run.started_at is None


VALUES = {layout.VALUES: b'{"values":[]}'}


def test_readers_get_the_facts_of_estimated_values_beside_counts():
    facts = manifests.parse(_build(records.with_values(), RESULT | VALUES))
    assert facts.run.result_types == ("expectation", "variance", "probability")
    assert (facts.values.results, facts.values.shots) == (3, 1000)
    assert facts.values.sha256 == facts.subjects[layout.VALUES]
    assert (facts.counts.shots, facts.counts.outcomes) == (1000, 3)


def test_exact_values_have_no_counts_beside_them_and_the_manifest_says_so():
    content = _build(records.exact(), VALUES)
    facts = manifests.parse(content)
    assert facts.counts is None
    assert (facts.values.results, facts.values.shots) == (6, 0)
    assert (facts.values.sampling, facts.run.shots) == ("exact-values", 0)
    assert not [item for item in _values(json.loads(content)) if isinstance(item, float)]


def test_a_run_that_failed_keeps_the_result_types_that_it_was_asked_for():
    types = ({"type": "state_vector"}, {"type": "x" * 100}, "nonsense", {"type": 7})
    facts = manifests.parse(_build(records.failed(result_types=types), ERROR))
    assert facts.run.result_types == ("state_vector", "x" * 20, "unknown", "unknown")
    assert facts.values is None


def test_the_version_is_the_first_that_has_all_members():
    def version(record, files):
        return json.loads(_build(record, files))["predicate"]["schemaVersion"]

    assert version(records.completed(), RESULT) == "1.0"
    assert version(records.exact(), VALUES) == "1.1"


def test_it_names_what_was_left_out_and_commits_to_all_but_secrets():
    facts = manifests.parse(_build(records.completed(), RESULT))
    commitments = {item.field: item.commitment for item in facts.exclusions}
    openings = disclosures.make(records.PRIVATE, token_bytes=records.Salts())
    for text in openings:
        assert commitments.pop(disclosures.parse(text).field) == disclosures.commitment(text)
    assert commitments == {
        "credentials": None,
        "provider.messages": None,
        "workspace.administration": None,
    }


def test_a_broken_trace_is_not_sealed():
    lines = records.chain("run.requested", "run.validated", "run.queued")
    files = RESULT | {layout.TRACE: lines[0] + b"\n" + lines[2] + b"\n"}
    with pytest.raises(ValueError, match="does not follow"):
        _build(records.completed(), files)


def _changed(path, value):
    """The golden manifest with one member replaced, canonical again; ``None`` removes it."""
    members = json.loads(_build(records.completed(), RESULT))
    *way, name = path.split("/")
    place = members
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    if value is None:
        del place[name]
    else:
        place[name] = value
    return canonical.encode(members)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"null",
        b"[]",
        b"[" * 100_000,
        b'{"a":1,"a":2}',
        b'{"a": 1}',
        b'{"a":NaN}',
        _changed("_type", "https://in-toto.io/Statement/v2"),
        _changed("predicateType", f"{records.ISSUER}/evidence/manifest/v2"),
        _changed("predicate", []),
        _changed("predicate/run", None),
        _changed("predicate/run/shots", "1000"),
        _changed("predicate/run/shots", True),
        _changed("predicate/run/createdAt", "yesterday"),
        _changed("predicate/run/createdAt", "2026-11-22T14:03:11"),
        _changed("predicate/exclusions", {}),
        _changed("predicate/counts/shots", None),
        _changed("predicate/route/software", [1]),
        _changed("subject/0/digest/sha256", "short"),
        _changed("subject/1/name", layout.README),
    ],
)
def test_what_is_no_manifest_is_refused(content):
    with pytest.raises(MalformedError):
        manifests.parse(content)


def test_members_that_a_later_version_may_add_are_passed_over():
    facts = manifests.parse(_changed("predicate/weather", {"sunny": True}))
    assert facts.run.status == "completed"
