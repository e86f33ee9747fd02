"""The local simulators, started once for all stories that need them."""

from pathlib import Path

import pytest

from runs.limits import Limits
from runs.providers.local import LocalProvider, runner
from runs.runner.client import Runner, call
from runs.runner.protocol import ChildLimits

# Compiling the simulators' kernels takes half a minute, so the suite keeps them.
KERNELS = Path(__file__).parents[2] / "var" / "numba"


@pytest.fixture(scope="session")
def provider(tmp_path_factory):
    started = runner(tmp_path_factory.mktemp("run"), limits=Limits(), strict=False, cache=KERNELS)
    started.start()
    yield LocalProvider(started.socket_path)
    started.stop()


@pytest.fixture(scope="session")
def kernels():
    """Return the folder of compiled kernels, for runners of other programs."""
    return KERNELS


@pytest.fixture(scope="session")
def exact(tmp_path_factory, kernels):
    """Return a function from circuits to the exact probabilities that the runner samples."""
    started = Runner("tests.runs.programs.exact", tmp_path_factory.mktemp("run"), cache=kernels)
    started.start()

    def ask(device_id, circuits):
        limits = ChildLimits(memory_bytes=2 * 1024**3, cpu_seconds=60)
        request = {"deviceId": device_id, "circuits": circuits}
        reply = call(
            started.socket_path, request, wall_seconds=60, limits=limits, checkpoint=lambda: None
        )
        assert not reply.value["compiled"], "a child had to compile a kernel"
        return reply.value["probabilities"]

    yield ask
    started.stop()
