"""``manage.py evidence_checkpoint``: signs the head of the log and hands it out, or checks all."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence import auditing, checkpoints, log, notices
from evidence.models import Checkpoint


class Command(BaseCommand):
    help = "Signs the head of the log of sealed packets and prints it, or checks the whole log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mail", action="store_true", help="Mail it to EVIDENCE_CHECKPOINT_MAIL as well."
        )
        parser.add_argument(
            "--write", type=Path, metavar="FILE", help="Add it to the end of a file as well."
        )
        parser.add_argument(
            "--check", action="store_true", help="Make none; say what was rewritten, if anything."
        )
        parser.add_argument(
            "--against", type=Path, metavar="FILE", help="Check against checkpoints kept outside."
        )

    def handle(
        self, *_: Any, mail: bool, write: Path | None, check: bool, against: Path | None, **__: Any
    ) -> None:
        if check or against:
            self._check(against)
        else:
            self._make(mail=mail, write=write)

    def _check(self, against: Path | None) -> None:
        try:
            kept = against.read_text(encoding="utf-8") if against else None
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        problems = auditing.check(kept)
        for problem in problems:
            self.stdout.write(problem)
        if problems:
            raise CommandError("The log is not what was signed.")
        head = log.latest()
        size = head.size if head else 0
        self.stdout.write(f"The log of {size} packets is what was signed.")

    def _make(self, *, mail: bool, write: Path | None) -> None:
        if mail and not settings.EVIDENCE_CHECKPOINT_MAIL:
            raise CommandError("Set EVIDENCE_CHECKPOINT_MAIL to the addresses to mail to.")
        try:
            head = checkpoints.make() or log.latest()
        except (checkpoints.LogError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        if head is None:
            self.stderr.write("Nothing is sealed yet.")
            return
        self.stdout.write(head.note, ending="")
        try:
            self._hand_out(head, mail=mail, write=write)
        except OSError as error:
            raise CommandError(f"The checkpoint is made, and not handed out: {error}") from error

    def _hand_out(self, head: Checkpoint, *, mail: bool, write: Path | None) -> None:
        if write:
            notices.write(head, write)
        if mail:
            notices.mail(head, settings.EVIDENCE_CHECKPOINT_MAIL)
