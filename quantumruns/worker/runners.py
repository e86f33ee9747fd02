"""The two runners of a worker: one simulates, one prints certificates."""

import logging
import os
import resource
import tempfile
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings

from evidence.certificates import issuing
from runs.providers import local
from runs.runner.client import Runner, RunnerStartError

logger = logging.getLogger(__name__)

# The kernel keeps the path of a socket in 108 bytes (unix(7)), macOS in 104.
_LONGEST_FOLDER = 70
_ROOM_BYTES = 64 * 1024**2  # for the smallest run, beside the program that it runs in


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
        self._started = ExitStack()

    def __enter__(self) -> Self:
        """Start both at once and return when both are warm.

        :raises RunnerStartError: if one does not come up as the settings want it, with what to do.
        """
        with ExitStack() as started:
            for runner in self.members.values():
                started.callback(runner.stop)
                runner.begin()
            for variable, runner in self.members.items():
                wait_for(runner)
                os.environ[variable] = str(runner.socket_path)
            simulator = self.members[local.SOCKET_VARIABLE].pid
            check_memory(settings.RUN_LIMITS.memory_bytes, simulator=simulator)
            self._started = started.pop_all()
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
        self._started.close()


def check_memory(memory_bytes: int, *, simulator: int | None) -> None:
    """Compare what a run may use with what the process ``simulator`` has before any, on Linux.

    :raises RunnerStartError: if there is not enough for the smallest run.
    """
    sizes = Path(f"/proc/{simulator}/statm")
    if not sizes.exists():
        return
    own = int(sizes.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    enough = own + _ROOM_BYTES
    if memory_bytes < enough:
        raise RunnerStartError(
            f"RUN_LIMIT_MEMORY_BYTES={memory_bytes} is too little for any run: the simulator takes"
            f" {own} of it before it begins. Make it {enough} or more."
        )


def wait_for(runner: Runner) -> None:
    """Return once ``runner`` is warm, and say how isolated its children are.

    :raises RunnerStartError: if it does not come up, with the setting that wants it so.
    """
    try:
        runner.wait_until_warm()
    except RunnerStartError as error:
        hint = ""
        if runner.strict:
            hint = " RUNNER_ISOLATION is strict; with available it takes what the machine gives."
        raise RunnerStartError(f"{runner.program} does not start: {error}.{hint}") from error
    assert runner.isolation is not None
    lacking = runner.isolation.lacks(sealed=runner.sealed)
    if not lacking:
        logger.info("%s is ready, and wholly isolated", runner.program)
        return
    logger.warning(
        "%s is ready, but this machine does not give its children %s."
        " RUNNER_ISOLATION=available allows that; with strict it would not start.",
        runner.program,
        lacking,
    )


def _folder() -> Path:
    folder = Path(settings.RUNNER_FOLDER)
    if len(str(folder)) <= _LONGEST_FOLDER:
        return folder
    return Path(tempfile.mkdtemp(prefix="quantumruns-"))
