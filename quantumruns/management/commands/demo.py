"""``manage.py demo``: makes the demonstration workspace and prints where to look."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from quantumruns import demo


class Command(BaseCommand):
    help = (
        "Make the demonstration workspace. Its runs are executed by the worker, so start it first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-missing", action="store_true", help="do nothing where there is one"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        if demo.existing():
            if not options["if_missing"]:
                raise CommandError(f"There is a workspace “{demo.NAME}” already.")
            self.stdout.write(
                "The demonstration workspace is there; its passwords were shown once."
            )
            return
        try:
            made = demo.create(say=self._progress)
        except demo.WorkerMissingError as error:
            raise CommandError(f"{error} Is the worker running?") from error
        self._report(made)

    def _progress(self, words: str) -> None:
        if sys.stdout.isatty():
            self.stdout.write(words)

    def _report(self, made: demo.Demo) -> None:
        site = settings.SITE_URL
        packet = made.packet.pk
        lines = [
            "",
            "Demonstration lab: sign in with one of these. They are shown this once.",
            *(f"  {email:30} {word}" for email, word in made.passwords.items()),
            "",
            f"  A finished run       {site}{reverse('runs:detail', args=[made.run.pk])}",
            f"  Its packet           {site}{reverse('evidence:packet_detail', args=[packet])}",
            f"  Its certificate      {site}{reverse('evidence:certificate', args=[packet])}",
            f"  An approved share    {made.link}",
            "  (the share opens without an account, in any browser)",
        ]
        self.stdout.write("\n".join(lines))
