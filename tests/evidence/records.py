"""Records of finished runs with fixed times and salts, and the packets that are sealed from them."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from evidence import disclosures, layout, payload, signing, statements
from evidence import manifest as manifests
from evidence.packet import write
from runs import canonical, trace
from runs.contract import Outcome, RouteRecord, RunRecord, Sampling, SourceRecord
from tests.runs import results_by_hand as by_hand

ISSUER = "https://quantumruns.example"
CREATED_AT = datetime(2026, 11, 22, 14, 3, 11, 204_000, tzinfo=UTC)
SEALED_AT = datetime(2026, 11, 22, 14, 7, 24, 310_000, tzinfo=UTC)
GHZ = (
    {"gate": "h", "targets": [0]},
    {"gate": "cnot", "controls": [0], "targets": [1]},
    {"gate": "cnot", "controls": [1], "targets": [2]},
)
GHZ_OPENQASM = "OPENQASM 3.0;\nqubit[3] q;\nh q[0];\ncnot q[0], q[1];\ncnot q[1], q[2];\n"
GHZ_COUNTS = {"000": 498, "111": 502}
TIMES = ["0.0", "0.0000005", "0.0000035", "0.000004"]
ATOMS = {
    "braketSchemaHeader": {"name": "braket.ir.ahs.program", "version": "1"},
    "setup": {
        "ahs_register": {
            "sites": [["0.0", "0.0"], ["0.0000055", "0.0"], ["0.000011", "0.0"]],
            "filling": [1, 1, 1],
        }
    },
    "hamiltonian": {
        "drivingFields": [
            {
                name: {"time_series": {"values": values, "times": TIMES}, "pattern": "uniform"}
                for name, values in (
                    ("amplitude", ["0.0", "15000000.0", "15000000.0", "0.0"]),
                    ("phase", ["0.0", "0.0", "0.0", "0.0"]),
                    ("detuning", ["-30000000.0", "-30000000.0", "30000000.0", "30000000.0"]),
                )
            }
        ],
        "localDetuning": [],
    },
}
PRIVATE = {
    "user.name": "Ada Adams",
    "user.email": "ada@example.org",
    "workspace.name": "Photonics lab",
    "workflow.name": "Calibration of the new chip",
    "workflow.purpose": "To win the race",
    "workflow.tags": "chip, secret",
    "run.tags": "friday",
    "run.notes": "Coffee helps",
}
ERROR = {
    "code": "unsupported_operation",
    "category": "circuit",
    "stage": "validation",
    "message": "Operation 3 (foo) is no gate of the table",
    "hint": "Did you mean “t”?",
    "field": "circuitOperations",
    "operationIndex": 2,
    "problems": [
        {"message": "Operation 3 (foo) is no gate of the table", "operationIndex": 2},
        {"message": "Operation 5 (rx) needs one angle", "operationIndex": 4},
    ],
    "provider": {"id": "local", "nativeCode": None},
    "retry": {"mode": "fix_input", "safe": True, "afterSeconds": None},
    "submission": "not_sent",
    "billing": "none",
    "docsUrl": f"{ISSUER}/docs/errors/#unsupported_operation",
}

PRIVATE_KEY = signing.load_private_key(
    """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg
-----END PRIVATE KEY-----
"""
)
KEYS = signing.trusted_keys(signing.TrustedKey(PRIVATE_KEY.public_key()))


class Salts:
    """Stands for ``secrets.token_bytes``: the same bytes in every test run, never twice in one."""

    def __init__(self, seed="salts"):
        self.seed = seed
        self.drawn = 0

    def __call__(self, number):
        self.drawn += 1
        return hashlib.sha256(f"{self.seed} {self.drawn}".encode()).digest()[:number]


def completed(**changes):
    """A GHZ state on the local simulator, in circuit operations."""
    made = RunRecord(
        run_id="run_01JD9X4M7QZ3A1B2C3D4E5F6G7",
        workflow_id="wf_01JD9X4M7QZ3A1B2C3D4E5F6G7",
        title="GHZ state, calibration check 12",
        status="completed",
        attempt=1,
        retry_of=None,
        created_at=CREATED_AT,
        submitted_at=None,
        started_at=CREATED_AT + timedelta(seconds=1),
        finished_at=CREATED_AT + timedelta(seconds=3),
        source=_source(),
        route=RouteRecord(
            provider_id="local",
            device_id="braket_sv",
            mode="simulator",
            rationale="Exact and free.",
            context={"readiness": "ready", "limits": {"qubits": 20, "shots": 100_000}},
        ),
        shots=1000,
        seed=2**62 + 5,
        parameters={"theta": 0.5},
        result_types=(),
        submission="acknowledged",
        billing="none",
        outcome=Outcome(
            counts=GHZ_COUNTS,
            measured_qubits=(0, 1, 2),
            sampling=Sampling.MULTINOMIAL,
            versions={"amazon-braket-default-simulator": "1.41.2", "numpy": "2.4.6"},
            seconds=0.01,
        ),
        error=None,
        events=chain("run.requested", "run.validated", "run.queued", "run.started"),
        private=PRIVATE,
    )
    return replace(made, **changes)


def failed(**changes):
    """A run refused for what its circuit holds, so that nothing can be drawn."""
    unread = replace(_source(), openqasm="", operations=None, qubits=None)
    made = completed(
        title="Bell pair with a typo",
        status="failed",
        started_at=None,
        source=replace(unread, operation_count=None, depth=None),
        submission="not_sent",
        outcome=None,
        error=ERROR,
        events=chain("run.requested", "run.rejected"),
    )
    return replace(made, **changes)


def cancelled(**changes):
    """A run that a person stopped."""
    made = completed(
        status="cancelled",
        outcome=None,
        events=chain("run.requested", "run.cancel_requested", "run.cancelled"),
    )
    return replace(made, **changes)


def with_counts(counts, **changes):
    """A completed run with these counts."""
    bits = len(next(iter(counts)))
    outcome = replace(completed().outcome, counts=counts, measured_qubits=tuple(range(bits)))
    return completed(outcome=outcome, shots=sum(counts.values()), **changes)


def with_values(values=by_hand.SAMPLED, counts=by_hand.SAMPLED_COUNTS, **changes):
    """A completed run with these values: estimated from ``counts``, or exact where there are none.

    The circuit is that of :func:`completed` all the same.
    """
    outcome = Outcome(
        counts=counts,
        measured_qubits=tuple(range(len(next(iter(counts or ["00"]))))),
        sampling=Sampling.MULTINOMIAL if counts else Sampling.EXACT,
        versions=completed().outcome.versions,
        seconds=0.01,
        values=tuple(values),
    )
    return completed(
        outcome=outcome,
        shots=sum(counts.values()) if counts else 0,
        result_types=tuple(by_hand.types(values)),
        **changes,
    )


def exact(values=by_hand.EXACT, **changes):
    """A completed run with exact values, for which no shots were taken."""
    return with_values(values, None, **changes)


def analog(**changes):
    """Three atoms in a row, on the local simulator; the middle one is in its Rydberg state."""
    content = canonical.encode(ATOMS)
    return with_counts(
        {"010": 970, "101": 30},
        source=SourceRecord(
            kind="analogProgram",
            sha256=canonical.sha256(content),
            content=content,
            openqasm="",
            operations=None,
            qubits=3,
            operation_count=None,
            depth=None,
        ),
        **changes,
    )


def _source():
    content = canonical.encode(list(GHZ))
    return SourceRecord(
        kind="circuitOperations",
        sha256=canonical.sha256(content),
        content=content,
        openqasm=GHZ_OPENQASM,
        operations=GHZ,
        qubits=3,
        operation_count=3,
        depth=3,
    )


def chain(*kinds):
    """The lines of a trace of events of these kinds, a second apart."""
    lines, head = [], trace.GENESIS
    for place, kind in enumerate(kinds):
        lines.append(trace.line(place, CREATED_AT + timedelta(seconds=place), kind, {}, head))
        head = canonical.sha256(lines[-1])
    return tuple(lines)


@dataclass(frozen=True)
class Sealed:
    """A packet and what it was made of; ``files`` is everything in the archive, by path."""

    manifest: bytes
    files: dict
    openings: tuple

    @property
    def archive(self):
        return write(self.files)

    @property
    def payload(self):
        return {path: self.files[path] for path in self.facts.subjects}

    @property
    def facts(self):
        return manifests.parse(self.manifest)


def seal(record, *, salts=None, pdf=b"%PDF-1.7 for tests that do not look inside"):
    """The packet of ``record``, with a certificate of these bytes."""
    salts = salts or Salts()
    openings = disclosures.make(record.private, token_bytes=salts)
    files = payload.build(record, issuer=ISSUER, issued_at=SEALED_AT, token_bytes=salts)
    manifest = manifests.build(
        record,
        files=files,
        issuer=ISSUER,
        issued_at=SEALED_AT,
        predicate_type=ISSUER + manifests.MANIFEST_PREDICATE,
        openings=openings,
    )
    files |= {layout.MANIFEST: manifest, layout.BUNDLE: signing.sign(manifest, PRIVATE_KEY)}
    if pdf is not None:
        files[layout.CERTIFICATE] = pdf
        files[layout.CERTIFICATE_BUNDLE] = sign_certificate(pdf, manifest)
    return Sealed(manifest=manifest, files=files, openings=openings)


def sign_certificate(pdf, manifest, key=PRIVATE_KEY):
    """The signature file of a certificate of ``manifest``."""
    statement = statements.build_certificate(
        pdf,
        manifest_sha256=canonical.sha256(manifest),
        issuer=ISSUER,
        issued_at=SEALED_AT,
    )
    return signing.sign(statement, key)
