"""Checks an evidence packet of QuantumRuns offline, with Python 3.9 or later and `cryptography`.

    python verify.py PACKET --key key.pem    PACKET is the zip, or the folder it was unpacked to
    python verify.py PACKET --kid SHA256     gets the key with this id from the issuer's site

It ends with 0 where all that is there is what was sealed, else with 1. Whoever forges a packet can
forge the verify.py in it: read this one, or take it from the issuer's site, /verify/verify.py. And
know the id of the key from elsewhere than the packet, such as the paper that cites it.
"""

import argparse
import base64
import hashlib
import json
import sys
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MANIFEST, BUNDLE, OPENINGS = "manifest.json", "manifest.sigstore.json", "disclosures.txt"
PDF, PDF_BUNDLE, TRACE = "certificate.pdf", "certificate.sigstore.json", "trace/events.jsonl"
TRUSTED = ("as given", "active", "retired")
TYPE = "application/vnd.in-toto+json"
MOST_FILES, MOST_BYTES = 200, 20 * 1024**2
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
DAMAGED = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


class RefusedError(Exception):
    """Something is not as it was sealed; the text says what."""


def require(holds: object, otherwise: str) -> None:
    if not holds:
        raise RefusedError(otherwise)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def key_id(key: Any) -> str:
    return sha256(key.public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo))


def read(packet: Path) -> dict[str, bytes]:
    """Return the files by path; those of a zip without unpacking any to disk."""
    if packet.is_dir():
        paths = [path for path in packet.rglob("*") if path.is_symlink() or not path.is_dir()]
        require(not any(path.is_symlink() for path in paths), "archive: it holds a link")
        return {path.relative_to(packet).as_posix(): path.read_bytes() for path in paths}
    with zipfile.ZipFile(packet) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        names = {entry.filename.lower() for entry in entries}
        size = sum(entry.file_size for entry in entries)  # zipfile unpacks no more than that
        require(len(entries) <= MOST_FILES, f"archive: it holds more than {MOST_FILES} files")
        require(len(names) == len(entries), "archive: it holds a file twice")
        require(size <= MOST_BYTES, f"archive: it holds more than {MOST_BYTES // 1024**2} MiB")
        return {entry.filename: archive.read(entry) for entry in entries}


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    require(len(dict(pairs)) == len(pairs), "signature: its file names a member twice")
    return dict(pairs)


def signed(files: dict[str, bytes], path: str, key: Any) -> bytes:
    """Return what `key` signed: the payload of a DSSE envelope in a Sigstore bundle v0.3."""
    require(path in files, f"signature: there is no {path}")
    bundle = json.loads(files[path].decode(), object_pairs_hook=once)
    envelope, version = bundle["dsseEnvelope"], bundle["mediaType"].rpartition(".")[2]
    is_ours = (version, envelope["payloadType"]) == ("3+json", TYPE)
    require(is_ours, f"signature: {path} is no bundle v0.3 of an in-toto statement")
    (signature,) = envelope["signatures"]
    kids = {signature["keyid"], bundle["verificationMaterial"]["publicKey"]["hint"]}
    require(kids == {key_id(key)}, f"signature: {path} names the key {', '.join(sorted(kids))}")
    payload = base64.b64decode(envelope["payload"], validate=True)
    try:
        pae = b"DSSEv1 %d %b %d %b" % (len(TYPE), TYPE.encode(), len(payload), payload)
        key.verify(base64.b64decode(signature["sig"], validate=True), pae)
    except InvalidSignature:
        raise RefusedError(f"signature: that in {path} does not fit what it signs") from None
    return payload


def statement(content: bytes, kind: str) -> tuple[dict[str, str], Any]:
    """Return the digests, by file, of an in-toto Statement v1, and what it says besides."""
    value = json.loads(content.decode(), parse_float=lambda _: require(False, "manifest: a float"))
    # Sorted and without spaces, as RFC 8785 has what holds no floats: all read it alike.
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    require(text.encode() == content, "manifest: what is signed is not canonical JSON")
    require(value["_type"] == "https://in-toto.io/Statement/v1", "manifest: no Statement v1")
    require(value["predicateType"].endswith(kind), "manifest: a statement about something else")
    subjects = {each["name"]: each["digest"]["sha256"] for each in value["subject"]}
    require(len(subjects) == len(value["subject"]), "manifest: it names a file twice")
    return subjects, value["predicate"]


def verify(files: dict[str, bytes], key: Any) -> Iterator[str]:
    """Yield a line for each check that holds, and raise at the first that does not."""
    manifest = signed(files, BUNDLE, key)
    yield f"signature: it is good, by the key {key_id(key)}"
    subjects, facts = statement(manifest, "/evidence/manifest/v1")
    require(files.get(MANIFEST) == manifest, f"manifest: {MANIFEST} is not what was signed")
    yield f"manifest: it is what was signed, evidence id {sha256(manifest)}"
    there = sorted(set(subjects) & set(files))
    changed = [path for path in there if sha256(files[path]) != subjects[path]]
    require(not changed, f"file: changed: {', '.join(changed)}")
    withheld = ", ".join(sorted(set(subjects) - set(files)))
    yield f"file: {len(there)} match their digests; withheld: {withheld or 'none'}"
    strangers = set(files) - set(subjects) - {MANIFEST, BUNDLE, OPENINGS, PDF, PDF_BUNDLE}
    require(not strangers, f"unsigned: nobody signed {', '.join(sorted(strangers))}")
    yield "unsigned: none"
    if TRACE in files:
        check_trace(files[TRACE].removesuffix(b"\n").split(b"\n"), facts["trace"])
        yield "trace: its lines follow one another to the signed head"
    if PDF in files or PDF_BUNDLE in files:
        check_certificate(files, sha256(manifest), key)
        yield "certificate: it is the signed certificate of this manifest"
    if OPENINGS in files:
        check_openings(files[OPENINGS].decode().split(), facts["exclusions"])
        yield "disclosures: each private value is the one committed to"


def check_trace(lines: list[bytes], facts: dict[str, Any]) -> None:
    head = "0" * 64
    for place, line in enumerate(lines):
        members = json.loads(line)
        follows = (members["seq"], members["prev"]) == (place, head)
        require(follows, f"trace: line {place} does not follow the one before it")
        head = sha256(line)
    whole = (len(lines), head) == (facts["events"], facts["head"])
    require(whole, "trace: it does not end where the manifest says")


def check_certificate(files: dict[str, bytes], manifest: str, key: Any) -> None:
    require(PDF in files, f"certificate: there is no {PDF}")
    subjects, facts = statement(signed(files, PDF_BUNDLE, key), "/evidence/certificate/v1")
    require(subjects == {PDF: sha256(files[PDF])}, f"certificate: changed: {PDF}")
    require(facts["manifest"]["sha256"] == manifest, "certificate: it is that of another packet")


def check_openings(texts: list[str], exclusions: list[dict[str, str]]) -> None:
    """Each is an SD-JWT disclosure (RFC 9901): its digest stands beside the field it opens."""
    committed = {(each["field"], each.get("commitment")) for each in exclusions}
    for text in texts:
        _, field, _ = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
        is_true = (field, digest.rstrip("=")) in committed
        require(is_true, f"disclosures: {field} was not committed to with this value")


def fetch(kid: str, bundle: bytes) -> tuple[Any, str]:
    """Return a key, and what became of it, from the site that the manifest names."""
    manifest = json.loads(base64.b64decode(json.loads(bundle)["dsseEnvelope"]["payload"]))
    site = manifest["predicate"]["issuer"]
    require(site.startswith(("https://", "http://")), "key: the issuer has no site")
    with urllib.request.urlopen(f"{site}/.well-known/jwks.json", timeout=30) as answer:  # noqa: S310
        found = {each["kid"]: each for each in json.load(answer)["keys"]}
    require(kid in found, f"key: {site} has none with this id")
    key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(found[kid]["x"] + "="))
    require(key_id(key) == kid, f"key: {site} has another under this id")
    return key, found[kid]["status"]


def main(arguments: Any = None) -> int:
    parser = argparse.ArgumentParser(description="Checks an evidence packet of QuantumRuns.")
    parser.add_argument("packet", type=Path, help="the zip, or the folder it was unpacked to")
    trust = parser.add_mutually_exclusive_group(required=True)
    trust.add_argument("--key", type=Path, help="the issuer's public key: a PEM file")
    trust.add_argument("--kid", help="its id: the SHA-256 of its DER form")
    args = parser.parse_args(arguments)
    try:
        files, status = read(args.packet), TRUSTED[0]
        if args.key:
            key = form.load_pem_public_key(args.key.read_bytes())
        else:
            key, status = fetch(args.kid, files.get(BUNDLE, b""))
        for line in verify(files, key):
            print("PASSED", line)
        require(status in TRUSTED, "key: all matches, but the key was revoked")
    except RefusedError as problem:
        print("FAILED", problem)
        return 1
    except (*UNREADABLE, *DAMAGED) as problem:
        print(f"FAILED to read: {problem!r}")
        return 1
    print(f"The contents match the sealed manifest. Key: {status}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
