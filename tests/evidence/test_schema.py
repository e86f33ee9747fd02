"""The published schema of manifests: whatever is sealed here fits it, and what is not sound does not."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest

from evidence import manifest as manifests
from tests.evidence import records

GOLDEN = Path(__file__).parent.parent / "golden"
SCHEMA = manifests.schema(issuer=records.ISSUER)
CHECKER = jsonschema.Draft202012Validator(SCHEMA)
RECORDS = {
    "completed": records.completed(),
    "failed": records.failed(),
    "cancelled": records.cancelled(),
    "estimated": records.with_values(),
    "exact": records.exact(),
    "analog": records.analog(),
    "retry": records.completed(retry_of="run_01JD9X4M7QZ3A1B2C3D4E5F6G8"),
}


def test_it_is_a_schema():
    CHECKER.check_schema(SCHEMA)
    assert SCHEMA["$id"] == f"{records.ISSUER}/evidence/manifest/v1/schema.json"


@pytest.mark.parametrize("name", RECORDS)
def test_what_is_sealed_fits_it(name):
    CHECKER.validate(json.loads(records.seal(RECORDS[name]).manifest))


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("manifest-*.json")), ids=lambda path: path.stem)
def test_what_was_sealed_before_fits_it(path):
    CHECKER.validate(json.loads(path.read_bytes()))


def test_what_a_later_version_adds_fits_it_unless_it_is_no_whole_number():
    manifest = json.loads(records.seal(records.exact()).manifest)
    manifest["predicate"]["weather"] = {"sunny": True, "clouds": [1, 2]}
    CHECKER.validate(manifest)
    manifest["predicate"]["weather"]["degrees"] = 21.5
    assert not CHECKER.is_valid(manifest)


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest["predicate"].pop("values"),
        lambda manifest: manifest["predicate"]["values"].pop("sha256"),
        lambda manifest: manifest["predicate"]["values"].update(shots=0.5),
        lambda manifest: manifest["predicate"]["run"].update(status="running"),
        lambda manifest: manifest["predicate"]["run"].update(status="failed"),
        lambda manifest: manifest["predicate"]["run"].update(seed="-1"),
        lambda manifest: manifest["predicate"].update(schemaVersion="2.0"),
        lambda manifest: manifest["subject"][0]["digest"].update(sha256="short"),
        lambda manifest: manifest.update(predicateType="https://example.org/manifest/v1"),
    ],
)
def test_what_is_not_sound_does_not_fit_it(change):
    manifest = json.loads(records.seal(records.exact()).manifest)
    change(changed := copy.deepcopy(manifest))
    assert CHECKER.is_valid(manifest)
    assert not CHECKER.is_valid(changed)


def test_everybody_can_read_it(client, db):
    answer = client.get("/evidence/manifest/v1/schema.json")
    assert answer["Content-Type"] == "application/schema+json"
    assert answer.json()["$id"].endswith("/evidence/manifest/v1/schema.json")
    page = client.get("/evidence/manifest/v1", follow=True).content.decode()
    assert 'href="/evidence/manifest/v1/schema.json"' in page
