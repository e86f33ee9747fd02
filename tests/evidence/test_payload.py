"""The files of a packet: public values alone, a salt in each, and instructions that work."""

import base64
import csv
import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from evidence import layout, signing
from evidence import payload as payloads
from runs import canonical, trace
from runs.contract import SourceRecord
from tests.evidence import offline, records
from tests.evidence.leaks import leaked

COMPLETED = records.seal(records.completed())
RECORDS = [records.completed(), records.failed(), records.cancelled()]


def _payload(record, salts=None):
    return payloads.build(
        record,
        issuer=records.ISSUER,
        issued_at=records.SEALED_AT,
        token_bytes=salts or records.Salts(),
    )


@pytest.mark.parametrize(
    ("record", "result"),
    [
        (
            records.completed(),
            {
                *(layout.COUNTS, layout.EXPORT_COUNTS, layout.EXPORT_HISTOGRAM),
                *(layout.EXPORT_DRAWING, layout.EXPORT_OPENQASM),
            },
        ),
        (records.failed(), {layout.ERROR}),
        (records.cancelled(), {layout.EXPORT_DRAWING, layout.EXPORT_OPENQASM}),
    ],
    ids=lambda item: getattr(item, "status", None),
)
def test_what_is_in_a_packet_follows_from_how_the_run_ended(record, result):
    always = {layout.README, layout.VERIFIER, layout.REQUEST, layout.TRACE}
    always.add(layout.SOURCE_OPERATIONS)
    assert set(_payload(record)) == always | result


def test_the_same_salts_give_the_same_bytes():
    assert _payload(records.completed()) == _payload(records.completed())


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.status)
def test_every_file_has_a_salt_of_its_own_but_the_program_that_is_the_same_for_all(record):
    first = _payload(record)
    again = _payload(record, records.Salts("others"))
    assert first.pop(layout.VERIFIER) == again.pop(layout.VERIFIER)
    assert not [path for path in first if first[path] == again[path]]
    salts = [re.findall(rb"[0-9a-f]{32}", first[path])[-1] for path in first]
    assert len(set(salts)) == len(first)


def test_the_request_says_what_was_asked_and_why():
    request = json.loads(COMPLETED.files[layout.REQUEST])
    assert (request["shots"], request["seed"]) == (1000, str(2**62 + 5))
    assert request["routeRationale"] == "Exact and free."
    assert request["routeContext"]["limits"] == {"qubits": 20, "shots": 100_000}


def test_the_counts_are_there_in_two_forms():
    result = json.loads(COMPLETED.files[layout.COUNTS])
    assert (result["counts"], result["shots"]) == (records.GHZ_COUNTS, 1000)
    assert (result["measuredQubits"], result["bitOrder"]) == ([0, 1, 2], "first-bit-leftmost")
    table = COMPLETED.files[layout.EXPORT_COUNTS].decode().splitlines()
    rows = csv.DictReader(line for line in table if not line.startswith("#"))
    assert {row["outcome"]: int(row["count"]) for row in rows} == records.GHZ_COUNTS


def test_the_trace_goes_on_to_a_line_of_its_own():
    lines = layout.trace_lines(COMPLETED.files[layout.TRACE])
    assert tuple(lines[:-1]) == records.completed().events
    assert trace.verify(lines) == COMPLETED.facts.trace.head
    assert json.loads(lines[-1])["type"] == "evidence.sealed"


def test_the_operations_stand_unchanged_in_the_source():
    content = COMPLETED.files[layout.SOURCE_OPERATIONS]
    assert records.completed().source.content in content
    assert json.loads(content)["circuitOperations"] == list(records.GHZ)
    assert canonical.encode(json.loads(content)) == content


def test_operations_that_are_no_circuit_are_kept_too():
    source = SourceRecord("circuitOperations", "ab" * 32, b'["\\"]}"]', "", None, None, None, None)
    files = _payload(records.failed(source=source))
    assert json.loads(files[layout.SOURCE_OPERATIONS])["circuitOperations"] == ['"]}']
    assert layout.EXPORT_DRAWING not in files


def test_an_analog_program_is_its_own_source_with_a_drawing_of_its_own():
    record = records.analog()
    files = _payload(record)
    assert record.source.content in files[layout.SOURCE_ANALOG]
    assert json.loads(files[layout.SOURCE_ANALOG])["analogProgram"] == records.ATOMS
    drawing = ET.fromstring(files[layout.EXPORT_ANALOG_DRAWING])
    assert "3 atoms, driven for 4 µs" in "".join(drawing.itertext())
    absent = {layout.SOURCE_OPENQASM, layout.EXPORT_OPENQASM, layout.EXPORT_DRAWING}
    assert not absent & set(files)
    assert records.seal(record).facts.drawing == layout.EXPORT_ANALOG_DRAWING


def test_an_analog_program_that_is_none_is_kept_without_a_drawing():
    source = replace(records.analog().source, content=b'"not even an object"')
    files = _payload(records.failed(source=source))
    assert json.loads(files[layout.SOURCE_ANALOG])["analogProgram"] == "not even an object"
    assert layout.EXPORT_ANALOG_DRAWING not in files


def test_what_the_bits_of_atoms_mean_stands_with_the_counts():
    files = _payload(records.analog())
    told = json.loads(files[layout.COUNTS])
    assert told["bitMeaning"] == {"0": "ground state", "1": "Rydberg state"}
    assert "bitMeaning" not in json.loads(COMPLETED.files[layout.COUNTS])
    assert "1 for its Rydberg state" in files[layout.README].decode()


def test_how_an_evolution_was_solved_stands_with_its_counts():
    record = records.analog()
    solved = replace(record.outcome, solver={"name": "exact", "steps": 200})
    counts = json.loads(_payload(replace(record, outcome=solved))[layout.COUNTS])
    assert counts["solver"] == {"name": "exact", "steps": 200}
    assert "solver" not in json.loads(COMPLETED.files[layout.COUNTS])


def test_noise_is_drawn_too():
    operations = [
        {"gate": "h", "targets": [0]},
        {"gate": "bit_flip", "targets": [0], "probability": 0.1},
        {"gate": "pauli_channel", "targets": [0], "probabilities": [0.1, 0.2, 0.3]},
    ]
    source = replace(records.completed().source, operations=tuple(operations))
    assert b"BF" in _payload(records.completed(source=source))[layout.EXPORT_DRAWING]


def test_a_program_in_openqasm_is_kept_to_the_byte():
    text = "OPENQASM 3.0;\r\n// é no line end"
    source = replace(records.completed().source, kind="openqasm3", content=text.encode())
    content = _payload(records.completed(source=source))[layout.SOURCE_OPENQASM]
    assert content.startswith(text.encode() + b"\n// salt: ")


def test_pictures_are_well_formed_and_without_script():
    for path in (layout.EXPORT_DRAWING, layout.EXPORT_HISTOGRAM):
        picture = ET.fromstring(COMPLETED.files[path])
        tags = {element.tag.rpartition("}")[2] for element in picture.iter()}
        assert "metadata" in tags
        assert not tags & {"script", "style", "foreignObject", "a"}


def test_the_error_is_published_and_nothing_beside_it():
    error = records.ERROR | {"traceback": "File secret.py"}
    published = json.loads(_payload(records.failed(error=error))[layout.ERROR])
    assert published["problems"] == records.ERROR["problems"]
    assert "traceback" not in published


MARKERS = [f"Kanarienvogel-{number}-Ünïq" for number in range(20)]


def _marked(record):
    private = dict(zip(records.PRIVATE, MARKERS, strict=False))
    context = {**record.route.context, "account": MARKERS[10]}
    error = {**record.error, "detail": MARKERS[11]} if record.error else None
    route = replace(record.route, context=context)
    return replace(record, private=private, route=route, error=error)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.status)
def test_no_private_value_is_in_a_packet_in_any_spelling(record):
    sealed = records.seal(_marked(record))
    for path, content in sealed.files.items():
        assert not leaked(MARKERS, content), path
    assert not leaked(MARKERS, sealed.archive)
    signed = json.loads(sealed.files[layout.BUNDLE])["dsseEnvelope"]["payload"]
    assert not leaked(MARKERS, base64.b64decode(signed))


def test_the_search_for_leaks_finds_one():
    openings = "\n".join(records.seal(_marked(records.completed())).openings).encode()
    assert len(leaked(MARKERS, openings)) == len(records.PRIVATE)
    sealed = records.seal(records.completed(title=MARKERS[0]))
    assert leaked(MARKERS, sealed.archive) == {MARKERS[0]}


def _check(folder, files):
    key = signing.public_pem(records.PRIVATE_KEY.public_key())
    return offline.check(folder, files, key)


def test_the_instructions_of_the_readme_work(tmp_path):
    openings = "".join(f"{text}\n" for text in COMPLETED.openings).encode()
    said = _check(tmp_path, COMPLETED.files | {layout.DISCLOSURES: openings})
    kid = signing.key_id(records.PRIVATE_KEY.public_key())
    assert f"fetched {records.ISSUER}/.well-known/evidence-keys/{kid}.pem" in said
    assert f"{kid}  -" in said
    assert said.count("Signature Verified Successfully") == 2
    for name in ("manifest: OK", "trace: OK", "manifest.json: OK", "certificate.pdf: OK"):
        assert name in said
    for path in COMPLETED.facts.subjects:
        assert f"{path}: OK" in said
    for field in records.PRIVATE:
        assert f"{field}: OK" in said
    assert "FAILED" not in said
    assert "withheld" not in said


def test_the_instructions_of_the_readme_find_what_was_changed(tmp_path):
    counts = COMPLETED.files[layout.COUNTS].replace(b"498", b"499")
    lines = layout.trace_lines(COMPLETED.files[layout.TRACE])
    changed = {layout.COUNTS: counts, layout.TRACE: b"\n".join(lines[1:]) + b"\n"}
    said = _check(tmp_path, COMPLETED.files | changed | {layout.CERTIFICATE: b"%PDF"})
    assert f"{layout.COUNTS}: FAILED" in said
    assert f"{layout.CERTIFICATE}: FAILED" in said
    assert "trace: FAILED" in said
