"""The ways in which a packet can be tampered with, and what each reader must say of each.

Readers are the server (and the browser, which says the same), the packet's own ``verify.py``, and
the shell commands of its README. ``None`` stands for what a reader cannot see, and need not: it
reads what was sealed all the same.
"""

import base64
import io
import json
import stat
import struct
import warnings
import zipfile
from dataclasses import dataclass, field

from evidence import disclosures, layout, signing
from evidence.packet import write
from evidence.signing import Verdict
from runs import canonical
from tests.evidence import records

PACKET = records.seal(records.completed())
OTHER = records.seal(records.completed(title="Another run"), salts=records.Salts("other"))
FORGER = signing.generate()
MEBIBYTE = 1024 * 1024


def _opening(sealed, name):
    return next(text for text in sealed.openings if disclosures.parse(text).field == name)


# As an owner hands it out who opens one of the private values.
OPENED = f"{_opening(PACKET, 'run.notes')}\n".encode()
FILES = {**PACKET.files, layout.DISCLOSURES: OPENED}


@dataclass(frozen=True)
class Tampering:
    """One way; ``failed`` are the checks of the server that fail, with the file they name."""

    name: str
    archive: bytes
    failed: frozenset
    program: str | None
    shell: str | None = None
    files: dict | None = None
    verdict: Verdict = Verdict.INVALID
    withheld: frozenset = field(default_factory=frozenset)


def _of(name, files, *failed, program, shell, verdict=Verdict.INVALID, withheld=()):
    return Tampering(
        name=name,
        archive=write(files),
        failed=frozenset(failed),
        program=program,
        shell=shell,
        files=files,
        verdict=verdict,
        withheld=frozenset(withheld),
    )


def _with(changes=(), *, without=()):
    files = {**FILES, **dict(changes)}
    return {path: content for path, content in files.items() if path not in without}


def _zip(name, archive, *, program, failed=("archive",)):
    return Tampering(name, archive, frozenset(failed), program)


# Bundles and statements.


def _bundle(change, content=FILES[layout.BUNDLE]):
    bundle = json.loads(content)
    change(bundle)
    return canonical.encode(bundle)


def _signature(bundle):
    return bundle["dsseEnvelope"]["signatures"][0]


def _flip(bundle):
    signature = bytearray(base64.b64decode(_signature(bundle)["sig"]))
    signature[7] ^= 1
    _signature(bundle)["sig"] = base64.b64encode(signature).decode()


def _steal_the_key_id(bundle):
    kid = signing.key_id(records.PRIVATE_KEY.public_key())
    bundle["verificationMaterial"]["publicKey"]["hint"] = kid
    _signature(bundle)["keyid"] = kid


def _name_another_key(bundle):
    bundle["verificationMaterial"]["publicKey"]["hint"] = signing.key_id(FORGER.public_key())


def _sign_twice(bundle):
    bundle["dsseEnvelope"]["signatures"] *= 2


def _break_a_line(bundle):
    bundle["dsseEnvelope"]["payload"] = bundle["dsseEnvelope"]["payload"][:76] + "\n"


def _sign_another_type(bundle):
    bundle["dsseEnvelope"]["payloadType"] = "application/json"
    pae = signing.pae("application/json", PACKET.manifest)
    signature = records.PRIVATE_KEY.sign(pae)
    _signature(bundle)["sig"] = base64.b64encode(signature).decode()


def _payload(content):
    def change(bundle):
        bundle["dsseEnvelope"]["payload"] = base64.b64encode(content).decode()

    return change


def _twice(content, name):
    """The JSON object ``content`` with a first, false member ``name``."""
    return b'{"%b":"false",' % name + content[1:]


EDITED = PACKET.manifest.replace(b"calibration check 12", b"calibration check 13")
assert PACKET.manifest != EDITED


def _signed(manifest):
    """The packet with another manifest, which the issuer's own key signs."""
    return {
        layout.MANIFEST: manifest,
        layout.BUNDLE: signing.sign(manifest, records.PRIVATE_KEY),
        layout.CERTIFICATE_BUNDLE: records.sign_certificate(
            FILES[layout.CERTIFICATE], manifest, records.PRIVATE_KEY
        ),
    }


def _sealed_over(path, content):
    """The packet sealed over another file, so that its digest is right."""
    digests = [canonical.sha256(old).encode() for old in (FILES[path], content)]
    return {path: content, **_signed(PACKET.manifest.replace(*digests))}


def _float():
    manifest = json.loads(PACKET.manifest)
    manifest["predicate"]["weight"] = 1.5
    return canonical.encode(manifest)


def _certificate(key, pdf=b"%PDF-1.7 forged"):
    return {
        layout.CERTIFICATE: pdf,
        layout.CERTIFICATE_BUNDLE: records.sign_certificate(pdf, PACKET.manifest, key),
    }


def _certificate_statement():
    envelope = json.loads(FILES[layout.CERTIFICATE_BUNDLE])["dsseEnvelope"]
    return base64.b64decode(envelope["payload"])


# The trace.

LINES = layout.trace_lines(FILES[layout.TRACE])


def _trace(lines):
    return {layout.TRACE: b"".join(line + b"\n" for line in lines)}


def _swap(lines, first, second):
    lines = list(lines)
    lines[first], lines[second] = lines[second], lines[first]
    return lines


_CHAIN = (f"file {layout.TRACE}", f"trace {layout.TRACE}")
_CHANGED_TRACE = f"file: changed: {layout.TRACE}"


# Contents: what anybody finds who unpacks the archive.

COUNTS = FILES[layout.COUNTS].replace(b'"000":498', b'"000":499')
_FORGED_VALUES = disclosures.make({"user.name": "Eve"}, token_bytes=records.Salts("forged"))
FORGED = f"{_FORGED_VALUES[3]}\n".encode()
_BAD_SIGNATURE = "Signature Verification Failure"
_UNFIT = f"signature: that in {layout.BUNDLE} does not fit"

CONTENTS = [
    _of(
        "edited counts",
        _with({layout.COUNTS: COUNTS}),
        f"file {layout.COUNTS}",
        f"counts {layout.COUNTS}",
        program=f"file: changed: {layout.COUNTS}",
        shell=f"{layout.COUNTS}: FAILED",
    ),
    _of(
        "edited program",
        _with({layout.EXPORT_OPENQASM: FILES[layout.EXPORT_OPENQASM].replace(b"h q", b"x q")}),
        f"file {layout.EXPORT_OPENQASM}",
        program=f"file: changed: {layout.EXPORT_OPENQASM}",
        shell=f"{layout.EXPORT_OPENQASM}: FAILED",
    ),
    _of(
        "edited verifier",
        _with({layout.VERIFIER: b"print('The contents match the sealed manifest.')\n"}),
        f"file {layout.VERIFIER}",
        program=f"file: changed: {layout.VERIFIER}",
        shell=f"{layout.VERIFIER}: FAILED",
    ),
    _of(
        "edited manifest",
        _with({layout.MANIFEST: EDITED}),
        f"manifest {layout.MANIFEST}",
        program=f"manifest: {layout.MANIFEST} is not what was signed",
        shell="manifest.json differ",
    ),
    _of(
        "edited manifest, in the bundle too",
        _with({layout.MANIFEST: EDITED, layout.BUNDLE: _bundle(_payload(EDITED))}),
        "signature",
        program=_UNFIT,
        shell=_BAD_SIGNATURE,
    ),
    _of(
        "a bit of the signature",
        _with({layout.BUNDLE: _bundle(_flip)}),
        "signature",
        program=_UNFIT,
        shell=_BAD_SIGNATURE,
    ),
    _of(
        "signed with another key",
        _with({layout.BUNDLE: signing.sign(PACKET.manifest, FORGER)}),
        program=f"signature: {layout.BUNDLE} names the key",
        shell=_BAD_SIGNATURE,
        verdict=Verdict.UNKNOWN_KEY,
    ),
    _of(
        "signed with another key under the same id",
        _with({layout.BUNDLE: _bundle(_steal_the_key_id, signing.sign(PACKET.manifest, FORGER))}),
        "signature",
        program=_UNFIT,
        shell=_BAD_SIGNATURE,
    ),
    _of(
        "the bundle of another packet",
        _with({layout.MANIFEST: OTHER.manifest, layout.BUNDLE: OTHER.files[layout.BUNDLE]}),
        *(f"file {path}" for path in PACKET.facts.subjects if path != layout.VERIFIER),
        f"certificate {layout.CERTIFICATE}",
        f"trace {layout.TRACE}",
        f"disclosures {layout.DISCLOSURES}",
        program="file: changed: README.md",
        shell=f"{layout.COUNTS}: FAILED",
    ),
    _of(
        "an added file",
        _with({"exports/evil.html": b"<script>"}),
        "unsigned",
        program="unsigned: nobody signed exports/evil.html",
        shell="exports/evil.html: FAILED, nobody signed it",
    ),
    _of(
        "a removed file",
        _with(without={layout.COUNTS}),
        program=f"withheld: {layout.COUNTS}",
        shell=f"{layout.COUNTS}: withheld",
        verdict=Verdict.VALID,
        withheld={layout.COUNTS},
    ),
    _of(
        "two files in each other's place",
        _with(
            {
                layout.EXPORT_COUNTS: FILES[layout.EXPORT_OPENQASM],
                layout.EXPORT_OPENQASM: FILES[layout.EXPORT_COUNTS],
            }
        ),
        f"file {layout.EXPORT_COUNTS}",
        f"file {layout.EXPORT_OPENQASM}",
        program=f"file: changed: {layout.EXPORT_OPENQASM}, {layout.EXPORT_COUNTS}",
        shell=f"{layout.EXPORT_COUNTS}: FAILED",
    ),
    _of(
        "a renamed file",
        _with({"result/count.json": FILES[layout.COUNTS]}, without={layout.COUNTS}),
        "unsigned",
        program="unsigned: nobody signed result/count.json",
        shell="result/count.json: FAILED, nobody signed it",
        withheld={layout.COUNTS},
    ),
    _of(
        "lines of the trace in another order",
        _with(_trace(_swap(LINES, 1, 2))),
        *_CHAIN,
        program=_CHANGED_TRACE,
        shell="trace: FAILED",
    ),
    _of(
        "lines of the trace in another order, sealed so",
        _with(_sealed_over(layout.TRACE, _trace(_swap(LINES, 1, 2))[layout.TRACE])),
        f"trace {layout.TRACE}",
        program="trace: line 1 does not follow",
        shell="trace: FAILED",
    ),
    _of(
        "a dropped line of the trace",
        _with(_trace([*LINES[:2], *LINES[3:]])),
        *_CHAIN,
        program=_CHANGED_TRACE,
        shell="trace: FAILED",
    ),
    _of(
        "the last line of the trace cut off, sealed so",
        _with(_sealed_over(layout.TRACE, _trace(LINES[:-1])[layout.TRACE])),
        f"trace {layout.TRACE}",
        program="trace: it does not end where the manifest says",
        shell="trace: FAILED",
    ),
    _of(
        "an edited line of the trace",
        _with(_trace([*LINES[:2], LINES[2].replace(b"queued", b"claimed"), *LINES[3:]])),
        *_CHAIN,
        program=_CHANGED_TRACE,
        shell="trace: FAILED",
    ),
    _of(
        "the certificate of another packet",
        _with(
            {path: OTHER.files[path] for path in (layout.CERTIFICATE, layout.CERTIFICATE_BUNDLE)}
        ),
        f"certificate {layout.CERTIFICATE}",
        program="certificate: it is that of another packet",
        shell="manifest.json: FAILED",
    ),
    _of(
        "an edited certificate",
        _with({layout.CERTIFICATE: b"%PDF-1.7 forged"}),
        f"certificate {layout.CERTIFICATE}",
        program=f"certificate: changed: {layout.CERTIFICATE}",
        shell=f"{layout.CERTIFICATE}: FAILED",
    ),
    _of(
        "a certificate signed with another key",
        _with(_certificate(FORGER)),
        f"certificate {layout.CERTIFICATE_BUNDLE}",
        program=f"signature: {layout.CERTIFICATE_BUNDLE} names the key",
        shell=_BAD_SIGNATURE,
    ),
    _of(
        "another statement in place of the certificate's",
        _with({layout.CERTIFICATE_BUNDLE: FILES[layout.BUNDLE]}),
        f"certificate {layout.CERTIFICATE}",
        program="manifest: a statement about something else",
        shell="no properly formatted",
    ),
    _of(
        "a lost certificate",
        _with(without={layout.CERTIFICATE}),
        f"certificate {layout.CERTIFICATE}",
        program=f"certificate: there is no {layout.CERTIFICATE}",
        shell=f"{layout.CERTIFICATE}: FAILED open or read",
    ),
    _of(
        "a certificate without its signature",
        _with(without={layout.CERTIFICATE_BUNDLE}),
        f"certificate {layout.CERTIFICATE}",
        program=f"signature: there is no {layout.CERTIFICATE_BUNDLE}",
        shell="certificate: FAILED, its signature is missing",
    ),
    _of(
        "a forged private value",
        _with({layout.DISCLOSURES: FORGED}),
        f"disclosures {layout.DISCLOSURES}",
        program="disclosures: user.name was not committed to",
        shell="user.name: FAILED",
    ),
    _of(
        "a private value of another packet",
        _with({layout.DISCLOSURES: f"{_opening(OTHER, 'run.notes')}\n".encode()}),
        f"disclosures {layout.DISCLOSURES}",
        program="disclosures: run.notes was not committed to",
        shell="run.notes: FAILED",
    ),
    _of(
        "what is no private value",
        _with({layout.DISCLOSURES: b"%%%\n"}),
        f"disclosures {layout.DISCLOSURES}",
        program="FAILED to read",
        shell="FAILED, not the value committed to",
    ),
    _of(
        "no bundle",
        _with(without={layout.BUNDLE}),
        "signature",
        program=f"signature: there is no {layout.BUNDLE}",
        shell=f"Could not open file {layout.BUNDLE}",
    ),
    _of(
        "no manifest",
        _with(without={layout.MANIFEST}),
        f"manifest {layout.MANIFEST}",
        program=f"manifest: {layout.MANIFEST} is not what was signed",
        shell=f"{layout.MANIFEST}: No such file",
    ),
    _of(
        "signed as another type of payload",
        _with({layout.BUNDLE: _bundle(_sign_another_type)}),
        "signature",
        program="is no bundle v0.3 of an in-toto statement",
        shell=_BAD_SIGNATURE,
    ),
    _of(
        "signed twice",
        _with({layout.BUNDLE: _bundle(_sign_twice)}),
        "signature",
        program="FAILED to read",
        shell=None,
    ),
    _of(
        "a bundle that names two keys",
        _with({layout.BUNDLE: _bundle(_name_another_key)}),
        "signature",
        program="names the key",
        shell=None,
    ),
    _of(
        "a bundle with a member twice",
        _with({layout.BUNDLE: _twice(FILES[layout.BUNDLE], b"mediaType")}),
        "signature",
        program="signature: its file names a member twice",
        shell=None,
    ),
    _of(
        "a broken line in base64",
        _with({layout.BUNDLE: _bundle(_break_a_line)}),
        "signature",
        program="FAILED to read",
        shell=_BAD_SIGNATURE,
    ),
    _of(
        "a bundle that is no JSON",
        _with({layout.BUNDLE: b"{" * 5000}),
        "signature",
        program="FAILED to read",
        shell="parse error",
    ),
    _of(
        "a manifest with a space in it, sealed so",
        _with(_signed(b"{ " + PACKET.manifest[1:])),
        "manifest",
        program="manifest: what is signed is not canonical JSON",
        shell=None,
    ),
    _of(
        "a manifest with a member twice, sealed so",
        _with(_signed(_twice(PACKET.manifest, b"_type"))),
        "manifest",
        program="manifest: what is signed is not canonical JSON",
        shell=None,
    ),
    _of(
        "a manifest with a float, sealed so",
        _with(_signed(_float())),
        "manifest",
        program="manifest: a float",
        shell=None,
    ),
    _of(
        "another statement in place of the manifest",
        _with(
            {
                layout.MANIFEST: _certificate_statement(),
                layout.BUNDLE: FILES[layout.CERTIFICATE_BUNDLE],
            }
        ),
        "manifest",
        program="manifest: a statement about something else",
        shell="trace: FAILED",
    ),
]


# Archives: what only who reads the zip itself can see.


def _archive(*entries, compression=zipfile.ZIP_DEFLATED):
    """A zip of (name or ZipInfo, content) pairs, made without any of our own care."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(buffer, "w", compression) as archive:
            for name, content in entries:
                archive.writestr(name, content)
    return buffer.getvalue()


def _and(*entries):
    return _archive(*sorted(FILES.items()), *entries)


def _link(path):
    link = zipfile.ZipInfo(path)
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return link


WHOLE = write(FILES)


def _lying_bomb():
    bomb = bytearray(_and(("zzz", bytes(21 * MEBIBYTE))))
    for place in (bomb.rfind(b"PK\x03\x04") + 22, bomb.rfind(b"PK\x01\x02") + 24):
        bomb[place : place + 4] = struct.pack("<I", 10)
    return bytes(bomb)


def _encrypted():
    archive = bytearray(WHOLE)
    for place in (archive.find(b"PK\x03\x04") + 6, archive.find(b"PK\x01\x02") + 8):
        archive[place] |= 1
    return bytes(archive)


def _renamed_before_the_data():
    name = layout.COUNTS.encode()
    place = WHOLE.index(name)
    return WHOLE[:place] + b"result/evil__.json" + WHOLE[place + len(name) :]


def _hidden():
    """A whole archive in front of the true one: some programs unpack the first that they find."""
    return _archive((layout.COUNTS, COUNTS)) + WHOLE


def _hidden_between():
    """An entry that stands before the directory and is not named in it."""
    place = WHOLE.index(b"PK\x01\x02")
    stranger = _archive(("evil.html", b"<script>"))
    stranger = stranger[: stranger.index(b"PK\x01\x02")]
    end = bytearray(WHOLE[place:])
    end[-6:-2] = struct.pack("<I", place + len(stranger))
    return WHOLE[:place] + stranger + bytes(end)


ARCHIVES = [
    _zip(
        "a file twice",
        _and((layout.COUNTS, COUNTS)),
        program="archive: it holds a file twice",
    ),
    _zip(
        "a file twice, in capitals",
        _and((layout.COUNTS.upper(), COUNTS)),
        program="archive: it holds a file twice",
    ),
    _zip(
        "a path that leads out",
        _and(("../../evil", b"x")),
        program="unsigned: nobody signed ../../evil",
    ),
    _zip("a path from the root", _and(("/etc/evil", b"x")), program="nobody signed /etc/evil"),
    _zip("a path of another system", _and(("a\\evil", b"x")), program="nobody signed a\\evil"),
    _zip(
        "a link in place of a file",
        _archive(*_with(without={layout.COUNTS}).items(), (_link(layout.COUNTS), b"/etc/passwd")),
        program=f"file: changed: {layout.COUNTS}",
    ),
    _zip(
        "a bomb",
        _and(("zzz", bytes(21 * MEBIBYTE))),
        program="archive: it holds more than 20 MiB",
    ),
    _zip("a bomb that lies about its size", _lying_bomb(), program="FAILED to read"),
    _zip(
        "thousands of entries",
        _and(*((f"f{number}", b"") for number in range(3000))),
        program="archive: it holds more than 200 files",
    ),
    _zip("the end cut off", WHOLE[:-30], program="FAILED to read"),
    _zip("the middle cut out", WHOLE[:900] + WHOLE[1900:], program="FAILED to read"),
    _zip("an encrypted file", _encrypted(), program="FAILED to read"),
    _zip("two names of a file", _renamed_before_the_data(), program="FAILED to read"),
    _zip("an archive in front of it", _hidden(), program=None),
    _zip("a file that is not listed", _hidden_between(), program=None),
    _zip("something behind it", WHOLE + b"more", program=None),
    _zip("no archive at all", b"hello", program="FAILED to read"),
]

ALL = [*CONTENTS, *ARCHIVES]
