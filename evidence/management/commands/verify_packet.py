"""``manage.py verify_packet FILE``: checks a packet or a bare signature, line by line."""

import base64
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence import heads, signing, trust
from evidence.packet import verify_packet


class Command(BaseCommand):
    help = "Checks a packet (zip) or a manifest.sigstore.json against our keys, or one given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--proof", type=Path, help="Check its place in the log as well.")
        parser.add_argument("--key", type=Path, help="A public key in PEM form to trust instead.")

    def handle(self, *_: Any, file: Path, key: Path | None, proof: Path | None, **__: Any) -> None:
        try:
            content = file.read_bytes()
            proved = proof.read_bytes() if proof else None
            keys = _only(key) if key else trust.keys()
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
        root = base64.b64encode(found.checkpoint.root).decode()
        self.stdout.write(f"{found.sentence} Root {root}")


def _only(pem: Path) -> signing.Keys:
    key = signing.load_public_key(pem.read_bytes())
    return signing.trusted_keys(signing.TrustedKey(key))
