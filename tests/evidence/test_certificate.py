"""Certificates, really printed: one page, true to the packet, the same bytes on every machine."""

import base64
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from evidence import disclosures, layout, signing
from evidence.certificates import composing, contents, printing
from runs import canonical, circuits
from runs.limits import Limits
from tests.evidence import records
from tests.evidence.leaks import leaked

ROOT = Path(__file__).parent.parent.parent
KID = signing.key_id(records.PRIVATE_KEY.public_key())
PRINT_ALL = """
import json, sys
from evidence.certificates import program
program.warm_up()
json.dump({name: program.handle(request) for name, request in json.load(sys.stdin).items()}, sys.stdout)
"""
WARM_UP_AND_REMOVE = """
import os, pathlib, shutil
from evidence.certificates import printing
printing.FONTS = pathlib.Path(os.environ["FACES"])
program.warm_up()
shutil.rmtree(printing.FONTS)
"""
MARKERS = [f"Kanarienvogel-{number}-Zeisig" for number in range(len(records.PRIVATE))]


def _uniform(bits, outcomes):
    return {format(5003 * n % 2**bits, f"0{bits}b"): 100 + n % 7 for n in range(outcomes)}


def _hadamards(qubits):
    return [{"gate": "h", "targets": [qubit]} for qubit in range(qubits)]


def _with_circuit(record, operations):
    circuit = circuits.parse(operations, limits=Limits())
    source = replace(
        record.source,
        content=canonical.encode(operations),
        operations=tuple(circuit.as_json()),
        qubits=circuit.qubit_count,
        operation_count=circuit.operation_count,
        depth=circuit.depth,
    )
    return replace(record, source=source)


def _expectations(number):
    return [
        {"type": "expectation", "observable": ["x"] * 12, "targets": list(range(n, n + 12))}
        | {"value": 1 - n / 10, "standardError": 0.0123}
        for n in range(number)
    ]


def _probabilities(bits, **more):
    shares = {format(n, f"0{bits}b"): 2.0**-bits for n in range(2**bits)}
    return {"type": "probability", "targets": list(range(bits)), "probabilities": shares, **more}


def _state_vector(bits):
    amplitude = [-(2 ** (-bits / 2)) * 0.6, 2 ** (-bits / 2) * 0.8]
    states = [format(n, f"0{bits}b") for n in range(2**bits)]
    return {"type": "state_vector", "amplitudes": dict.fromkeys(states, amplitude)}


LONG = (
    "This message is long, so that it must wrap over more than one line before it is read to an end"
)
MANY_PROBLEMS = {**records.ERROR, "problems": [{"message": LONG}] * 9}
TIMEOUT = {**records.ERROR, "code": "timeout", "stage": "execute", "problems": []}
RECORDS = {
    "completed": records.completed(),
    "private": records.completed(private=dict(zip(records.PRIVATE, MARKERS, strict=True))),
    "failed": records.failed(),
    "many problems": records.failed(error=MANY_PROBLEMS),
    "timeout": records.completed(status="failed", outcome=None, error=TIMEOUT),
    "cancelled": records.cancelled(started_at=None),
    "sixteen outcomes": _with_circuit(records.with_counts(_uniform(4, 16)), _hadamards(4)),
    "fullest": _with_circuit(
        records.with_counts(
            _uniform(20, 300),
            title="Ein langer Titel " * 7,
            retry_of="run_01JD9X4M7QZ3A1B2C3D4E5F6G8",
        ),
        _hadamards(20),
    ),
    "estimated values": records.with_values(),
    "exact values": records.exact(),
    "an exact state": records.exact([_state_vector(3)]),
    "many exact values": records.exact([*_expectations(19), _probabilities(12)]),
    "fullest with values": _with_circuit(
        records.with_values(
            [*_expectations(19), _probabilities(12)],
            _uniform(20, 300),
            title="Ein langer Titel " * 7,
            retry_of="run_01JD9X4M7QZ3A1B2C3D4E5F6G8",
        ),
        _hadamards(20),
    ),
    "fullest with a state": records.exact(
        [*_expectations(18), _probabilities(12), _state_vector(12)],
        title="Ein langer Titel " * 7,
        retry_of="run_01JD9X4M7QZ3A1B2C3D4E5F6G8",
    ),
    "analog": records.analog(),
    "one long word": records.with_counts(_uniform(6, 64), title="W" * 120),
    "every script": records.completed(title="Γειά Здравствуй việt 量子 \u202e\x07 <b>&amp;"),
}


@pytest.fixture(scope="module")
def sealed():
    return {name: records.seal(record, pdf=None) for name, record in RECORDS.items()}


@pytest.fixture(scope="module")
def requests(sealed):
    return {name: _request(packet) for name, packet in sealed.items()}


def _request(packet, *, is_development=False):
    page = contents.contents(packet.facts, packet.files, key_id=KID, is_development=is_development)
    return {
        "html": composing.html(page),
        "css": printing.css(),
        "attachment": base64.b64encode(packet.files[layout.BUNDLE]).decode(),
        "issuedAt": packet.facts.issued_at.isoformat(),
        "digest": packet.facts.sha256,
    }


def _print(requests, program=PRINT_ALL, **environment):
    """Print in a process of its own, as the children of the worker do."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        input=json.dumps(requests).encode(),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        cwd=environment.get("HOME", "/"),
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    return {
        name: (base64.b64decode(answer["pdf"]), answer["pages"])
        for name, answer in json.loads(done.stdout).items()
    }


@pytest.fixture(scope="module")
def printed(requests):
    return _print(requests, PYTHONHASHSEED="1", TZ="UTC")


@pytest.fixture(scope="module")
def texts(printed):
    return {name: _text(pdf) for name, (pdf, _) in printed.items()}


def _text(pdf):
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())


@pytest.mark.parametrize("name", RECORDS)
def test_every_certificate_is_one_page(name, printed):
    pdf, pages = printed[name]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert (pages, len(document.pages)) == (1, 1)


@pytest.mark.parametrize("name", RECORDS)
def test_a_certificate_says_what_it_certifies_and_what_it_does_not(name, texts, sealed):
    facts, text = sealed[name].facts, texts[name]
    for words in (
        *("Certificate of record", facts.run.run_id, facts.workflow_id, facts.sha256, KID),
        *("recorded on 22 November 2026 at 14:03:11 UTC", "14:07:24 UTC", "Page 1 of 1"),
        *("does not attest that the device was accurate", "Owner e-mail, Owner name"),
    ):
        assert words in text


def test_a_completed_run_shows_its_counts(texts):
    text = texts["completed"]
    assert "GHZ state, calibration check 12" in text
    assert "It completed on Braket state vector simulator with 1,000 shots." in text
    assert "111 502 50.2 %" in text
    assert "000 498 49.8 %" in text
    assert "Bits from left to right: q0 to q2." in text


def test_a_failed_run_shows_its_error(texts):
    text = texts["failed"]
    assert "Status Failed" in text
    assert "It failed at the stage “validation”, without a result." in text
    assert "unsupported_operation" in text
    assert "Operation 3 (foo) is no gate of the table" in text
    assert "The program could not be drawn. The packet holds it in source/operations.json." in text
    assert "No counts were measured" in text
    assert "5 more in result/error.json" in texts["many problems"]
    assert "The run did not end within its time" in texts["timeout"]


def test_a_cancelled_run_says_that_a_person_stopped_it(texts):
    assert "Status Cancelled" in texts["cancelled"]
    assert "Started Not reached" in texts["cancelled"]
    assert "a person stopped the run before it had a result" in texts["cancelled"]


def test_many_outcomes_are_cut_to_the_most_frequent(texts):
    assert len(re.findall(r"\b[01]{20}\b", texts["fullest"])) == 16
    assert "284 more with" in texts["fullest"]
    assert "too large to be drawn legibly" in texts["fullest"]


def test_estimated_values_stand_beside_the_counts(texts):
    text = texts["estimated values"]
    assert "Counts and values" in text
    assert "⟨Z₀Z₁⟩ 0.9860 ± 0.0053" in text.replace(" ⟩", "⟩")
    assert "P(11) 0.5000" in text
    assert "Values are estimated from 1,000 shots; ± is one standard error." in text
    assert "P is the probability of q0, q1." in text


def test_exact_values_stand_in_the_place_of_counts(texts):
    text = texts["exact values"]
    assert "It completed on Braket state vector simulator with exact values, without shots" in text
    assert "Shots None, exact values" in text
    assert "Values are exact, computed from the state: without shots there are no counts." in text
    assert "1.000000 exact |00⟩ 0.707107 + 0.000000i 0.500000 0" in text
    assert "2 more values are in the packet." in text
    assert "Share of shots" not in text


def test_what_does_not_fit_is_counted(texts):
    assert "4,099 more values are in the packet." in texts["many exact values"]
    assert "Measured in another basis than Z: q0 to q29 in X." in texts["fullest with values"]
    assert "292 more with" in texts["fullest with values"]


def test_an_analog_program_is_told_in_its_own_words(texts):
    text = texts["analog"]
    assert "Source 3 atoms" in text
    assert "the atoms of sites 0 to 2; 0 is the ground state, 1 the Rydberg state." in text
    assert "within the blockade radius" in text


def test_titles_are_shown_as_they_are_or_with_a_box_where_no_face_has_the_letter(texts):
    assert "Γειά Здравствуй việt □□ <b>&amp; " in texts["every script"]


def test_a_development_key_is_named_as_such(sealed):
    page = _request(sealed["completed"], is_development=True)["html"]
    assert "development key, for trying out only" in page
    assert "development key" not in _request(sealed["completed"])["html"]


def test_the_qr_code_leads_to_the_issuers_page(printed, sealed, tmp_path):
    (tmp_path / "certificate.pdf").write_bytes(printed["fullest"][0])
    subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-singlefile", "certificate.pdf", "page"],
        cwd=tmp_path,
        check=True,
    )
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "page.png"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
    )
    facts = sealed["fullest"].facts
    assert read.stdout.strip() == f"{records.ISSUER}/verify/{facts.sha256}"


def test_other_processes_times_and_places_print_the_same_bytes(requests, printed, tmp_path):
    some = {name: requests[name] for name in ("failed", "fullest", "completed")}
    elsewhere = {"TZ": "Asia/Kathmandu", "LANG": "tr_TR.UTF-8", "HOME": str(tmp_path)}
    again = _print(some, PYTHONHASHSEED="4711", **elsewhere)
    assert again == {name: printed[name] for name in some}


def test_a_warm_printer_needs_no_file_of_ours(requests, printed, tmp_path):
    """Children of the worker may run as somebody who cannot read them."""
    faces = tmp_path / "faces"
    shutil.copytree(printing.FONTS, faces)
    without = PRINT_ALL.replace("program.warm_up()", WARM_UP_AND_REMOVE)
    assert _print(requests, program=without, FACES=str(faces)) == printed
    assert not faces.exists()


@pytest.fixture
def document(printed):
    with pikepdf.open(io.BytesIO(printed["completed"][0])) as opened:
        yield opened


def test_it_declares_itself_an_archive_copy_that_can_be_read_aloud(document):
    metadata = document.Root.Metadata.read_bytes().decode()
    assert 'pdfaid:part="3" pdfaid:conformance="A"' in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert metadata.count("<rdf:RDF") == 1
    assert document.Root.MarkInfo.Marked
    assert str(document.Root.Lang) == "en"
    assert document.Root.ViewerPreferences.DisplayDocTitle
    assert document.Root.OutputIntents[0].S == "/GTS_PDFA1"
    assert not document.is_encrypted


def test_every_picture_has_words_that_stand_for_it(document):
    figures = [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
    ]
    assert len(figures) >= 6
    assert all(str(figure.get("/Alt", "")) for figure in figures)


def test_every_face_is_ours_and_embedded(printed):
    for pdf, _ in printed.values():
        done = subprocess.run(
            ["pdffonts", "-"], input=pdf, capture_output=True, check=True, text=False
        )
        faces = done.stdout.decode().splitlines()[2:]
        assert faces
        for face in faces:
            name, *_, embedded, subset, has_unicode, _, _ = face.split()
            assert name.partition("+")[2].startswith(
                ("Instrument-Sans", "JetBrains-Mono", "Record-Serif", "DejaVu-Sans")
            )
            assert (embedded, subset, has_unicode) == ("yes", "yes", "yes")


def test_the_signed_manifest_is_attached(document, sealed):
    bundle = sealed["completed"].files[layout.BUNDLE]
    assert document.attachments[layout.BUNDLE].get_file().read_bytes() == bundle
    assert {str(item.AFRelationship) for item in document.Root.AF} == {"/Data"}


def test_the_dates_and_the_identifier_come_from_the_manifest(document, sealed):
    facts = sealed["completed"].facts
    assert bytes(document.trailer.ID[0]) == facts.sha256[:32].encode()
    assert str(document.docinfo.CreationDate).startswith("D:20261122140724")
    assert set(document.docinfo.keys()) <= {
        *("/Title", "/Subject", "/Creator", "/Producer", "/CreationDate", "/ModDate")
    }


def test_no_private_value_is_in_the_pdf_its_text_its_metadata_or_its_attachments(printed, sealed):
    pdf, _ = printed["private"]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        streams = [
            item.read_bytes() for item in document.objects if isinstance(item, pikepdf.Stream)
        ]
    bundle = json.loads(sealed["private"].files[layout.BUNDLE])
    signed = base64.b64decode(bundle["dsseEnvelope"]["payload"])
    for content in (pdf, _text(pdf).encode(), signed, *streams):
        assert not leaked(MARKERS, content)
    opened = {disclosures.parse(text).value for text in sealed["private"].openings}
    assert opened == set(MARKERS)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/x.png", "file:///etc/passwd", "ftp://127.0.0.1/x"]
)
@pytest.mark.parametrize(
    "tag",
    [
        '<img src="{}" alt="x">',
        '<object data="{}"></object>',
        '<link rel="stylesheet" href="{}">',
        '<link rel="attachment" href="{}">',
        '<style>@import url("{}");</style>',
        '<style>@font-face {{ font-family: x; src: url("{}") }} p {{ font-family: x }}</style>',
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{}"/></svg>',
    ],
)
def test_the_printer_asks_nobody_for_anything(tag, address, monkeypatch):
    opened = []
    monkeypatch.setattr(
        urllib.request.OpenerDirector, "open", lambda _self, request, **_: opened.append(request)
    )
    page = f'<html lang="en"><title>x</title><p>x</p>{tag.format(address)}</html>'
    with contextlib.suppress(printing.PrintingError):
        printed = printing.render(
            page, css="", attachment=b"{}", issued_at=records.SEALED_AT, digest="ab" * 32
        )
        with pikepdf.open(io.BytesIO(printed.pdf)) as document:
            assert list(document.attachments) == [layout.BUNDLE]
    assert opened == []


def test_a_page_that_asks_for_a_picture_elsewhere_is_not_printed():
    with pytest.raises(printing.PrintingError):
        printing.render(
            '<html lang="en"><title>x</title><img src="file:///etc/passwd" alt="x"></html>',
            css="",
            attachment=b"{}",
            issued_at=records.SEALED_AT,
            digest="ab" * 32,
        )
