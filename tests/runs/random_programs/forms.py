"""The forms in which circuits come, each as random requests with what they must give.

A request holds the text or the operations alone; the expectation is made from the tree that the
text was printed from, or from the operations as they were sent.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from runs.contract import RunRequest
from tests.runs.random_programs import making, operations, walking, writing


@dataclass(frozen=True)
class Case:
    """One random circuit: what is sent, and the exact probability of every outcome.

    One that measures nothing has ``amplitudes`` instead, on its ``qubits``, the lowest leftmost.
    """

    sent: Mapping[str, Any]
    expected: Mapping[str, float] = field(default_factory=dict)
    amplitudes: Mapping[str, complex] = field(default_factory=dict)
    qubits: Sequence[int] = ()

    def request(self, *, device, shots, seed, **more):
        return RunRequest(
            mode="simulator", provider_id="local", device_id=device, shots=shots, seed=seed,
            **self.sent, **more,
        )  # fmt: skip


def _sent(program, seed):
    text = writing.text_of(program, random.Random(f"writing {seed}"))
    kind = f"openqasm{program.version}"
    return {"source_kind": kind, "source": text, "parameters": program.inputs}


def _program(make, seed, *, version):
    program = make(seed, version=version)
    return Case(_sent(program, seed), walking.outcomes(program))


def _unmeasured(seed, *, version):
    program = making.circuit(seed, version=version, measured=False)
    amplitudes, qubits = walking.amplitudes(program)
    return Case(_sent(program, seed), amplitudes=amplitudes, qubits=qubits)


def _operations(seed):
    sent = operations.circuit(seed)
    members = {"source_kind": "circuitOperations", "circuit_operations": sent}
    return Case(members, operations.outcomes(sent))


def _unmeasured_operations(seed):
    sent = operations.circuit(seed, measured=False)
    amplitudes, qubits = operations.amplitudes(sent)
    members = {"source_kind": "circuitOperations", "circuit_operations": sent}
    return Case(members, amplitudes=amplitudes, qubits=qubits)


FORMS: Mapping[str, Callable[[int], Case]] = {
    "operations": _operations,
    "OpenQASM 3": partial(_program, making.circuit, version=3),
    "OpenQASM 2": partial(_program, making.circuit, version=2),
    "OpenQASM 3, feed-forward": partial(_program, making.feed_forward, version=3),
    "OpenQASM 2, feed-forward": partial(_program, making.feed_forward, version=2),
}
UNMEASURED: Mapping[str, Callable[[int], Case]] = {
    "operations": _unmeasured_operations,
    "OpenQASM 3": partial(_unmeasured, version=3),
    "OpenQASM 2": partial(_unmeasured, version=2),
}
