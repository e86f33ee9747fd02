"""``manage.py worker``: executes runs and seals their evidence until it is told to stop."""

import sys
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Execute runs and seal their evidence. Needs EVIDENCE_SIGNING_KEY_FILE."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        from quantumruns.worker.main import Worker  # noqa: PLC0415 - only workers load the SDK

        sys.exit(Worker().run())
