"""The people of the campaign: programs that ask with keys, and note what they were told.

What was answered is known; what was not is unknown, and is asked again with the same key until it
is answered. The checker believes these notes and the database, and nobody else.
"""

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from uuid import UUID

from accounts import identifiers

TIMEOUT_SECONDS = 15
AGAIN_SECONDS = 0.4
_LAYER_QUBITS = 18


@dataclass
class Asked:
    """One keyed request: what it was, and every answer it got."""

    key: str
    path: str
    body: dict
    answers: list = field(default_factory=list)  # (status, run id or None), in order
    unknown: int = 0  # attempts to which no answer came

    @property
    def is_settled(self):
        """Whether there was an answer that says what became of it, be it a refusal."""
        return bool(self.answers)


class Person(threading.Thread):
    """Somebody with a token of their own, who goes on until ``over`` is set."""

    def __init__(self, port, token, workflow, *, name, seed, over):
        super().__init__(name=name, daemon=True)
        self.port, self.token, self.workflow, self.over = port, token, workflow, over
        self.history = []
        self.ended = {}  # run id: the first final status that was read
        self.reads = 0
        self.failure = None
        self._random = random.Random(f"{seed}-{name}")
        self._serial = 0

    def run(self):
        acts = [self.create, self.cancel, self.read]
        while not self.over.is_set():
            act = self._random.choices(acts, weights=[6, 1, 3])[0]
            try:
                act()
            except Exception as error:  # a bug of the campaign, told by the checker
                self.failure = error
                raise

    def settle(self):
        """Ask again for all to which no answer came, now that there is quiet."""
        for asked in self.history:
            deadline = time.monotonic() + 60
            while not asked.is_settled and time.monotonic() < deadline:
                self._attempt(asked)

    def create(self):
        body = {"workflowId": self.workflow, "mode": "simulator", "providerId": "local"}
        self._keyed("/runs/", {**body, **self._program()})

    def cancel(self):
        runs = self._known_runs()
        if runs:
            self._keyed(f"/runs/{self._random.choice(runs[-6:])}/cancel/", {})

    def read(self):
        runs = self._known_runs()
        if not runs:
            return
        run_id = self._random.choice(runs)
        status, answer = self._call("GET", f"/runs/{run_id}/")
        if status == http.client.OK:
            self.reads += 1
            if answer["phase"] == "ended":
                self.ended.setdefault(run_id, answer["status"])

    def _known_runs(self):
        return [run_id for asked in self.history for _, run_id in asked.answers if run_id]

    def _keyed(self, path, body):
        self._serial += 1
        asked = Asked(f"{self.name}-{self._serial}", path, body)
        self.history.append(asked)
        while not asked.is_settled and not self.over.is_set():
            self._attempt(asked)
        if self._random.random() < 0.1:  # whoever is careful asks twice
            self._attempt(asked)

    def _attempt(self, asked):
        status, answer = self._call("POST", asked.path, asked.body, key=asked.key)
        if status is None or status >= http.client.INTERNAL_SERVER_ERROR:
            asked.unknown += 1
        elif answer.get("code") not in {"concurrency_limit", "idempotency_in_progress"}:
            asked.answers.append((status, answer.get("runId")))
            return
        time.sleep(AGAIN_SECONDS)

    def _call(self, method, path, body=None, *, key=None):
        """Return the status and the answer, or None where there was none."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        content = None if body is None else json.dumps(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, f"/api/v1{path}", content, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return None, {}
        finally:
            connection.close()

    def _program(self):
        shape, weight = zip(*_SHAPES.items(), strict=True)
        body = self._random.choices(shape, weights=weight)[0](self._random)
        return {
            "deviceId": "braket_sv",
            "shots": self._random.choice([1, 100, 1000]),
            "seed": self._random.randrange(2**32),
            "evidenceRequested": self._random.random() < 0.6,
            **body,
        }


def bell(_):
    gates = [{"gate": "h", "targets": [0]}, {"gate": "cnot", "controls": [0], "targets": [1]}]
    return {"sourceKind": "circuitOperations", "circuitOperations": gates}


def rotations(chance):
    gates = [
        {"gate": "ry", "targets": [qubit], "angle": chance.uniform(-3, 3)} for qubit in range(5)
    ]
    return {"sourceKind": "circuitOperations", "circuitOperations": gates}


def slow(chance):
    """Something that is simulated for a second or two."""
    layer = [
        {"gate": "rx", "targets": [qubit], "angle": chance.uniform(-3, 3)}
        for qubit in range(_LAYER_QUBITS)
    ]
    layer += [
        {"gate": "cnot", "controls": [qubit], "targets": [qubit + 1]}
        for qubit in range(_LAYER_QUBITS - 1)
    ]
    return {"sourceKind": "circuitOperations", "circuitOperations": layer * 12}


def long(chance):
    """A text of so many statements that a worker reads it."""
    lines = [f"rz({chance.uniform(-3, 3):.6f}) q[{place % 3}];" for place in range(320)]
    text = "OPENQASM 3.0; qubit[3] q; bit[3] b;\n" + "\n".join(lines) + "\nh q; b = measure q;"
    return {"sourceKind": "openqasm3", "source": text}


def wrong(_):
    gates = [{"gate": "cnot", "controls": [0], "targets": [0]}]
    return {"sourceKind": "circuitOperations", "circuitOperations": gates}


_SHAPES = {bell: 10, rotations: 6, slow: 3, long: 2, wrong: 1}


def uuid_of(run_id):
    """Return the row's id of a run that a client was told of."""
    return UUID(str(identifiers.decode("run", run_id)))
