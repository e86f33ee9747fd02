"""The local simulators, started once for all stories that need them."""

from pathlib import Path

import pytest

from runs.limits import Limits
from runs.providers.local import LocalProvider, runner

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
