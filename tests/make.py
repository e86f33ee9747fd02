"""Makers: rows in any state, as the product itself would have left them.

They write rows directly, so that a story can start in the middle. Every maker satisfies the
database's constraints, and every trace is truly chained. Where a story is about *how* a row came
to be, take the product's own door instead.
"""

import itertools
import secrets
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone

from accounts.models import Membership, User, Workspace
from evidence import disclosures, layout, payload, signing, store
from evidence import manifest as manifests
from evidence.models import Packet, Share, SigningKey
from evidence.packet import write
from runs import canonical, record, trace
from runs.contract import TERMINAL, Status
from runs.errors import ERRORS, Problem, RunError
from runs.models import Event, Run, Source, Sweep, Workflow
from tests import guards
from tests.runs import results_by_hand

BELL = [
    {"gate": "h", "targets": [0]},
    {"gate": "cnot", "controls": [0], "targets": [1]},
]
BELL_COUNTS = {"00": 493, "11": 507}
PASSWORD = "correct horse battery staple"

_serial = itertools.count(1)
_KEY = signing.generate()

_REQUESTED = ["run.requested", "run.validated", "run.queued"]
_CLAIMED = [*_REQUESTED, "run.claimed"]
_STARTED = [*_CLAIMED, "run.started"]
_REJECTED = ["run.requested", "run.rejected"]
_TRACES = {
    Status.QUEUED: _REQUESTED,
    Status.SUBMITTING: _CLAIMED,
    Status.SUBMITTED: [*_CLAIMED, "run.submitted"],
    Status.UNCONFIRMED: [*_CLAIMED, "run.unconfirmed"],
    Status.RUNNING: _STARTED,
    Status.CANCELLING: [*_STARTED, "run.cancel_requested"],
    Status.COMPLETED: [*_STARTED, "run.completed"],
    Status.FAILED: [*_STARTED, "run.failed"],
    Status.CANCELLED: [*_REQUESTED, "run.cancel_requested", "run.cancelled"],
}
_STEP = timedelta(milliseconds=120)


def user(email=None, *, name="", password=PASSWORD, **fields):
    """A person who can sign in with ``PASSWORD``. Without an address they get one."""
    email = email or f"person{next(_serial)}@example.org"
    return User.objects.create_user(email, password, name=name, **fields)


def verified(user, email=None):
    """Let ``user`` sign in through the pages: their address counts as confirmed."""
    email = email or user.email
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=email == user.email)
    return user


def workspace(name="Lab", *, owner, operator=None, viewer=None):
    """A workspace with an owner and, where given, an operator and a viewer."""
    made = Workspace.objects.create(name=name)
    for role, person in (("owner", owner), ("operator", operator), ("viewer", viewer)):
        if person is not None:
            Membership.objects.create(workspace=made, user=person, role=role)
    return made


def workflow(workspace, *, by, name="Bell state calibration", archived=False, **fields):
    """A workflow; ``archived=True`` archives it."""
    if archived:
        fields["archived_at"] = timezone.now()
    return Workflow.objects.create(workspace=workspace, created_by=by, name=name, **fields)


def source(workspace, *, operations=None, openqasm3=None, analog=None, qubits=2, is_read=True):
    """A source snapshot: operations (a Bell pair by default), OpenQASM 3, or an analog program.

    With ``is_read=False`` nobody has read it to the end.
    """
    if analog is not None:
        return _analog_source(workspace, canonical.encode(analog), qubits)
    if openqasm3 is not None:
        kind, content, operations = "openqasm3", openqasm3.encode(), None
    else:
        operations = BELL if operations is None else operations
        kind, content = "circuitOperations", canonical.encode(operations)
    made, _ = Source.objects.get_or_create(
        workspace=workspace,
        kind=kind,
        sha256=canonical.sha256(content),
        defaults={
            "content": content,
            **(_read(operations, openqasm3, qubits) if is_read else {}),
        },
    )
    return made


def _read(operations, openqasm3, qubits):
    return {
        "openqasm": openqasm3 or _openqasm(operations, qubits),
        "operations": operations,
        "measured_qubits": list(range(qubits)),
        "qubits": qubits,
        "operation_count": len(operations) if operations is not None else 2,
        "depth": len(operations) if operations is not None else 2,
    }


def _analog_source(workspace, content, atoms):
    made, _ = Source.objects.get_or_create(
        workspace=workspace,
        kind="analogProgram",
        sha256=canonical.sha256(content),
        defaults={"content": content, "measured_qubits": list(range(atoms)), "qubits": atoms},
    )
    return made


def run(workflow, *, by, status="completed", counts=None, error_code=None, **fields):
    """A run in any status, with a truly chained trace of how it came there.

    ``counts`` are those of a completed run (a Bell pair's by default, none with ``shots=0``), and
    ``values`` its result values, if any; ``error_code`` is that of a failed one.
    ``evidence_state`` is ``pending`` unless given. Other fields go to the row.
    """
    status = Status(status)
    made_source = fields.pop("source", None) or source(workflow.workspace)
    at = fields.pop("created_at", None) or datetime.now(UTC).replace(microsecond=0)
    kinds = _TRACES[status]
    values = {
        "name": "Bell pair",
        "mode": "simulator",
        "provider_id": "local",
        "device_id": "braket_sv",
        "shots": 1000,
        "seed": 7,
        "evidence_state": "pending",
    }
    if status is Status.COMPLETED:
        is_exact = fields.get("shots") == 0
        values |= _result(made_source, None if is_exact else counts or BELL_COUNTS)
    if "values" in fields:
        values["result_types"] = results_by_hand.types(fields["values"])
    if status is Status.FAILED:
        code = error_code or "invalid_circuit"
        kinds = _REJECTED if ERRORS[code].stage in {"validation", "preflight"} else kinds
        values |= {"error": error(code), "error_code": code}
    made = Run(
        workspace=workflow.workspace,
        workflow=workflow,
        source=made_source,
        created_by=by,
        created_at=at,
        status=status,
        **{**values, **_times(status, kinds, at), **fields},
    )
    lines = [_chained(made, kind, at=at + place * _STEP) for place, kind in enumerate(kinds)]
    made.save(force_insert=True)
    Event.objects.bulk_create(lines)
    return made


def sweep(workflow, *, by, points=3, name="Sweep", status="completed"):
    """A sweep of that many points in one status, whose ``theta`` is 0, 1, 2 and so on."""
    made = Sweep.objects.create(
        workspace=workflow.workspace,
        workflow=workflow,
        created_by=by,
        name=name,
        points=[{"parameters": {"theta": float(place)}} for place in range(points)],
        created_at=datetime.now(UTC),
    )
    for place, point in enumerate(made.points):
        run(workflow, by=by, status=status, sweep=made, sweep_index=place, **point)
    return made


def event(run, kind, *, at=None, data=None, detail=None):
    """Append one line to the trace of ``run``, chained to the one before.

    To a run that has ended nothing is appended but by who owns the database.
    """
    made = _chained(run, kind, at=at or timezone.now(), data=data, detail=detail)
    with guards.taken_down() if run.is_terminal else nullcontext():
        run.save(update_fields=["event_count", "trace_head"])
    made.save(force_insert=True)
    return made


def _chained(run, kind, *, at, data=None, detail=None):
    line = trace.line(run.event_count, at, kind, data or {}, run.trace_head)
    made = Event(
        run=run,
        seq=run.event_count,
        at=at,
        kind=kind,
        data=data or {},
        detail=detail or {},
        line=line,
        sha256=canonical.sha256(line),
    )
    run.event_count += 1
    run.trace_head = made.sha256
    return made


def error(code="invalid_circuit", message=None):
    """The error payload of a failed run."""
    problems = [Problem(message)] if message else []
    return RunError(code, problems).as_json(
        docs_url="http://testserver/docs/errors/",
        provider_id="local",
        attempt=1,
        max_attempts=3,
        submission="not_sent",
        billing="none",
    )


def signing_key(**fields):
    """The public half of the key that signs what is made here."""
    public = _KEY.public_key()
    values = {"public_pem": signing.public_pem(public), "is_development": True, **fields}
    made, _ = SigningKey.objects.get_or_create(kid=signing.key_id(public), defaults=values)
    return made


def packet(run):
    """A packet over ``run``, which becomes ``ready``: signed, whole but for its certificate.

    Printing takes a second, so a story about certificates takes the fixture ``seal`` instead.
    """
    facts, sealed_at = record.of(run), timezone.now().replace(microsecond=0)
    issued = {"issuer": settings.SITE_URL, "issued_at": sealed_at}
    openings = disclosures.make(facts.private, token_bytes=secrets.token_bytes)
    files = payload.build(facts, **issued, token_bytes=secrets.token_bytes)
    predicate_type = settings.SITE_URL + manifests.MANIFEST_PREDICATE
    manifest = manifests.build(
        facts, **issued, files=files, openings=openings, predicate_type=predicate_type
    )
    bundle = signing.sign(manifest, _KEY)
    archive = write({**files, layout.MANIFEST: manifest, layout.BUNDLE: bundle})
    made = Packet.objects.create(
        workspace=run.workspace,
        run=run,
        manifest=manifest,
        manifest_sha256=canonical.sha256(manifest),
        bundle=bundle,
        key=signing_key(),
        archive_sha256=store.put(archive),
        archive_bytes=len(archive),
        file_count=len(files) + 2,
        openings=list(openings),
        sealed_at=sealed_at,
    )
    run.evidence_state, run.packet_id = "ready", made.id
    run.manifest_sha256, run.sealed_at = made.manifest_sha256, sealed_at
    run.save(update_fields=["evidence_state", "packet_id", "manifest_sha256", "sealed_at"])
    return made


def share(packet, *, by, status="requested", decided_by=None, **fields):
    """A share of ``packet`` asked for by ``by``; its link's token is nowhere, only a digest."""
    now = timezone.now()
    values = {"label": "For the referees", "expires_at": now + timedelta(days=30), **fields}
    if status != "requested":
        decided_by = decided_by or by
        values |= {"decided_by": decided_by, "decided_at": now, "self_approved": decided_by == by}
    if status in {"approved", "revoked"}:
        values.setdefault("token_sha256", canonical.sha256(f"token {next(_serial)}".encode()))
        values.setdefault("archive_sha256", packet.archive_sha256)
    if status == "revoked":
        values |= {"revoked_by": decided_by, "revoked_at": now}
    return Share.objects.create(
        workspace=packet.workspace, packet=packet, requested_by=by, status=status, **values
    )


def _times(status, kinds, at):
    times = {}
    if status in TERMINAL:
        times["finished_at"] = at + (len(kinds) - 1) * _STEP
    if "run.claimed" in kinds:
        times |= {"submitted_at": at + 3 * _STEP, "attempt": 1}
    if "run.started" in kinds:
        times |= {"started_at": at + 4 * _STEP, "submission": "acknowledged"}
    if "run.submitted" in kinds:
        times["submission"] = "acknowledged"
    if "run.unconfirmed" in kinds:
        times["submission"] = "sent_unconfirmed"
    if "run.cancel_requested" in kinds:
        times["cancel_requested_at"] = at + kinds.index("run.cancel_requested") * _STEP
    if status in {Status.SUBMITTING, Status.RUNNING, Status.CANCELLING}:
        times |= {"lease_token": "ab" * 16, "lease_until": at + timedelta(seconds=45)}
    return times


def _result(source, counts):
    return {
        "counts": counts,
        "shots": sum(counts.values()) if counts else 0,
        "measured_qubits": source.measured_qubits,
        "sampling": "exact-probabilities-multinomial" if counts else "exact-values",
        "versions": {"amazon-braket-default-simulator": "1.41.2"},
        "execution_seconds": 0.012,
    }


def _openqasm(operations, qubits):
    lines = ["OPENQASM 3.0;", 'include "stdgates.inc";', f"qubit[{qubits}] q;"]
    names = {"cnot": "cx"}
    for operation in operations:
        gate = operation["gate"]
        places = [*operation.get("controls", []), *operation.get("targets", [])]
        angle = f"({operation['angle']})" if "angle" in operation else ""
        wires = ", ".join(f"q[{place}]" for place in places)
        lines.append(f"{names.get(gate, gate)}{angle} {wires};")
    return "\n".join(lines) + "\n"
