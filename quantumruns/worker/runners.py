"""The two runners of a worker: one simulates, one prints certificates."""

import logging
import os
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings

from evidence.certificates import issuing
from runs.providers import local
from runs.runner.client import Runner

logger = logging.getLogger(__name__)

# The kernel keeps the path of a socket in 108 bytes (unix(7)), macOS in 104.
_LONGEST_FOLDER = 70


class Runners(AbstractContextManager["Runners"]):
    """Starts both, tells task processes where they listen, and restarts what dies."""

    def __init__(self) -> None:
        self.folder = _folder()
        strict = settings.RUNNER_ISOLATION == "strict"
        self.members = {
            local.SOCKET_VARIABLE: local.runner(
                self.folder,
                limits=settings.RUN_LIMITS,
                strict=strict,
                cache=Path(settings.RUNNER_FOLDER) / "cache",
            ),
            issuing.SOCKET_VARIABLE: Runner(issuing.PROGRAM, self.folder, strict=strict),
        }

    def __enter__(self) -> Self:
        for variable, runner in self.members.items():
            runner.start()
            os.environ[variable] = str(runner.socket_path)
            logger.info("%s is ready: %s", runner.program, runner.isolation)
        return self

    def ensure_running(self) -> None:
        """Restart a runner that died; those who wait for it keep their place."""
        for runner in self.members.values():
            if runner.ensure_running():
                logger.warning("%s had died and was started again", runner.program)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for runner in self.members.values():
            runner.stop()


def _folder() -> Path:
    folder = Path(settings.RUNNER_FOLDER)
    if len(str(folder)) <= _LONGEST_FOLDER:
        return folder
    return Path(tempfile.mkdtemp(prefix="quantumruns-"))
