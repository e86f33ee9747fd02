"""The forms in which circuits come, each as random requests with what they must give.

A request holds the text or the operations alone; the expectation is made from the tree that the
text was printed from, or from the operations as they were sent.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from runs.contract import RunRequest
from tests.runs.random_programs import making, operations, walking, writing


@dataclass(frozen=True)
class Case:
    """One random circuit: what is sent, and the exact probability of every outcome."""

    sent: Mapping[str, Any]
    expected: Mapping[str, float]

    def request(self, *, device, shots, seed):
        return RunRequest(
            mode="simulator", provider_id="local", device_id=device, shots=shots, seed=seed,
            **self.sent,
        )  # fmt: skip


def _program(make, seed, *, version):
    program = make(seed, version=version)
    text = writing.text_of(program, random.Random(f"writing {seed}"))
    sent = {
        "source_kind": f"openqasm{version}",
        "source": text,
        "parameters": program.inputs,
    }
    return Case(sent, walking.outcomes(program))


def _operations(seed):
    sent = operations.circuit(seed)
    members = {"source_kind": "circuitOperations", "circuit_operations": sent}
    return Case(members, operations.outcomes(sent))


FORMS: Mapping[str, Callable[[int], Case]] = {
    "operations": _operations,
    "OpenQASM 3": partial(_program, making.circuit, version=3),
    "OpenQASM 2": partial(_program, making.circuit, version=2),
    "OpenQASM 3, feed-forward": partial(_program, making.feed_forward, version=3),
    "OpenQASM 2, feed-forward": partial(_program, making.feed_forward, version=2),
}
