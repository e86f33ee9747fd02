"""Hands checkpoints to places outside of this database: a file, and people by mail."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from evidence.models import Checkpoint

logger = logging.getLogger(__name__)


def hand_out(checkpoint: Checkpoint) -> None:
    """Add ``checkpoint`` to the file and mail it to the addresses of the settings.

    What fails is logged; ``manage.py evidence_checkpoint`` hands the latest out again.
    """
    if settings.EVIDENCE_CHECKPOINT_FILE:
        with _logged("written", checkpoint):
            write(checkpoint, Path(settings.EVIDENCE_CHECKPOINT_FILE))
    if settings.EVIDENCE_CHECKPOINT_MAIL:
        with _logged("mailed", checkpoint):
            mail(checkpoint, settings.EVIDENCE_CHECKPOINT_MAIL)


@contextmanager
def _logged(verb: str, checkpoint: Checkpoint) -> Iterator[None]:
    try:
        yield
    except OSError:
        logger.exception("The checkpoint of %d could not be %s", checkpoint.size, verb)


def write(checkpoint: Checkpoint, path: Path) -> None:
    """Add the note to the end of the file, after an empty line, unless it is there already.

    :raises OSError: if the file cannot be read or written.
    """
    with path.open("a+", encoding="utf-8") as file:
        file.seek(0)
        before = file.read()
        if checkpoint.note in before:
            return
        file.write(f"\n{checkpoint.note}" if before else checkpoint.note)
        file.flush()
        os.fsync(file.fileno())


def mail(checkpoint: Checkpoint, addresses: list[str]) -> None:
    """Mail the note to ``addresses``.

    :raises OSError: if the mail server cannot be reached or refuses.
    """
    body = render_to_string(
        "evidence/mail/checkpoint.txt", {"checkpoint": checkpoint, "site_url": settings.SITE_URL}
    )
    subject = f"Evidence checkpoint of {checkpoint.size} at {settings.SITE_URL}"
    EmailMessage(subject, body, to=addresses).send()
