"""The simulation program, and a look at the exact probabilities that it samples from."""

from runs.runner import simulation
from runs.runner.evolution import state_after

warm_up = simulation.warm_up


def handle(request):
    if "circuits" not in request:
        return simulation.handle(request)
    return {"probabilities": [exact(request["deviceId"], *c) for c in request["circuits"]]}


def exact(device_id, operations, measured):
    simulator = simulation._simulator({"deviceId": device_id, "seed": 0})
    return state_after(simulator, operations, measured).marginal(measured).tolist()
