"""The simulation program, in which a request may have an error planted for itself alone."""

from runs.runner import simulation
from tests.runs.planted import SIMULATING

warm_up = simulation.warm_up


def handle(request):
    if error := request.pop("error", None):
        SIMULATING[error].plant()
    return simulation.handle(request)
