"""``manage.py verify_packet PACKET``: checks a packet or a bare signature, line by line."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence import heads, signing, trust
from evidence.packet import verify_packet, write


class Command(BaseCommand):
    help = (
        "Checks a packet (the zip, or the folder it was unpacked to) or a manifest.sigstore.json"
        " against our keys, or one given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--proof", type=Path, help="Check its place in the log as well.")
        trusted = parser.add_mutually_exclusive_group()
        trusted.add_argument("--key", type=Path, help="A public key in PEM form to trust instead.")
        trusted.add_argument("--kid", help="The id of the one key of ours to trust.")

    def handle(self, *_: Any, file: Path, proof: Path | None, **options: Any) -> None:
        try:
            content = _zipped(file) if file.is_dir() else file.read_bytes()
            proved = proof.read_bytes() if proof else None
            keys = _keys(options["key"], options["kid"])
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        report = verify_packet(content, keys)
        for check in report.checks:
            path = f" {check.path}" if check.path else ""
            self.stdout.write(f"{check.verdict.upper()} {check.name}{path}: {check.sentence}")
        if not report.is_good:
            raise CommandError(report.headline)
        self.stdout.write(f"{report.headline} Evidence id {report.evidence_id}")
        if proved is not None:
            self._check_place(heads.check_proof(proved, keys, evidence_id=report.evidence_id))

    def _check_place(self, found: heads.Finding) -> None:
        if not found.is_good or found.checkpoint is None:
            raise CommandError(f"Its place in the log is not proved. {found.sentence}")
        self.stdout.write(f"{found.sentence} Root {found.checkpoint.root_text}")


def _keys(pem: Path | None, kid: str | None) -> signing.Keys:
    if pem is None:
        return {name: key for name, key in trust.keys().items() if kid in (None, name)}
    return signing.trusted_keys(signing.TrustedKey(signing.load_public_key(pem.read_bytes())))


def _zipped(folder: Path) -> bytes:
    """Return the packet that was unpacked to ``folder``.

    :raises ValueError: if it holds what no packet does.
    """
    paths = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    if any(path.is_symlink() for path in paths):
        raise ValueError("The folder holds a symbolic link.")
    return write({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})
