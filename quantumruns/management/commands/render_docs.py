"""``manage.py render_docs``: renders the Markdown of the docs; ``--check`` only compares."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quantumruns.docs.pages import FOLDER


class Command(BaseCommand):
    help = "Render templates/docs/*.md to templates/docs/rendered/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if anything would change")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        from quantumruns.docs.rendering import render  # noqa: PLC0415 - a development dependency

        folder = FOLDER / "rendered"
        files = render(FOLDER)
        present = {path.name: path for path in folder.iterdir()}
        stale = [
            name
            for name in {*files, *present}
            if name not in files
            or name not in present
            or present[name].read_text(encoding="utf-8") != files[name]
        ]
        if options["check"]:
            if stale:
                raise CommandError(f"Run manage.py render_docs; stale: {', '.join(sorted(stale))}")
            return
        for name in stale:
            if name in files:
                (folder / name).write_text(files[name], encoding="utf-8")
            else:
                present[name].unlink()
        self.stdout.write(f"{len(stale)} of {len(files)} files written")
