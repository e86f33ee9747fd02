"""``manage.py verify_packet FILE``: checks a packet or a bare signature, line by line."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence import signing, trust
from evidence.packet import verify_packet


class Command(BaseCommand):
    help = "Checks a packet (zip) or a manifest.sigstore.json against our keys, or one given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", type=Path, help="A public key in PEM form to trust instead.")

    def handle(self, *_: Any, file: Path, key: Path | None, **__: Any) -> None:
        try:
            content = file.read_bytes()
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


def _only(pem: Path) -> signing.Keys:
    key = signing.load_public_key(pem.read_bytes())
    return signing.trusted_keys(signing.TrustedKey(key))
