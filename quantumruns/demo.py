"""The demonstration workspace: three people, and runs that the worker really executes."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts import clock, invitations, workspaces
from accounts.models import Role, User, Workspace
from evidence import shares
from evidence.models import Packet, Profile, ShareStatus
from runs import gallery, lifecycle, workflows
from runs.analog import gallery as analog_gallery
from runs.analog.gallery import AnalogTemplate
from runs.contract import EvidenceState, Mode, RunRequest, SourceKind
from runs.models import Run, Workflow

NAME = "Demonstration lab"
PEOPLE = (
    (Role.OWNER, "owner@quantumruns.example", "Mira Okafor"),
    (Role.OPERATOR, "operator@quantumruns.example", "Jonas Weber"),
    (Role.VIEWER, "viewer@quantumruns.example", "Lin Chen"),
)
_PATIENCE = timedelta(minutes=5)
_POLL_SECONDS = 0.2


class WorkerMissingError(Exception):
    """The runs were not executed in time."""


@dataclass(frozen=True)
class Demo:
    """What was made; passwords and the link's address are in nobody else's hands."""

    passwords: dict[str, str]
    run: Run
    packet: Packet
    link: str


def existing() -> Workspace | None:
    """Return the demonstration workspace, if there is one and it was finished."""
    workspace = _begun()
    finished = workspace and workspace.shares.filter(status=ShareStatus.APPROVED).exists()
    return workspace if finished else None


def create(*, say: Callable[[str], None]) -> Demo:
    """Make the workspace, have its runs executed and sealed, and approve a share.

    What an interrupted start has begun is finished, with new passwords: nobody saw the old ones.

    :raises WorkerMissingError: if no worker does it within five minutes.
    """
    with transaction.atomic():
        workspace = _begun() or _begin()
        passwords = _new_passwords()
    owner, operator = (_member(workspace, role) for role in (Role.OWNER, Role.OPERATOR))
    runs = list(workspace.runs.order_by("pk"))
    for run in runs:
        if run.evidence_state == EvidenceState.BUILD_FAILED:
            lifecycle.request_evidence(run, by=operator)
    _wait_for_evidence(runs, say=say)
    packet = Packet.objects.get(run=runs[0])
    share = shares.request(
        packet,
        label="Journal review, round 1",
        purpose="Two referees want to see the counts behind figure 2.",
        profile=Profile.FULL,
        expires_at=clock.now() + timedelta(days=settings.SHARE_DAYS),
        by=operator,
    )
    share, token = shares.approve(share, expires_at=share.expires_at, label=share.label, by=owner)
    link = settings.SITE_URL + reverse("evidence:review", args=[token])
    return Demo(passwords, runs[0], packet, link)


def _begun() -> Workspace | None:
    """Return the workspace that was made here; anybody may call one of theirs the same."""
    owners = {"memberships__role": Role.OWNER, "memberships__user__email": PEOPLE[0][1]}
    return Workspace.objects.filter(name=NAME, **owners).order_by("pk").first()


def _begin() -> Workspace:
    """Make people, workspace and runs: all of them or, at a fault, none."""
    people = [_person(email, name) for _, email, name in PEOPLE]
    owner, operator, _ = people
    workspace = workspaces.create(NAME, by=owner)
    for user, (role, email, _) in list(zip(people, PEOPLE, strict=True))[1:]:
        _, text = invitations.invite(workspace, email=email, role=role, by=owner)
        invitations.accept(text, by=user)
    for workflow, request in _requests(workspace, by=operator):
        lifecycle.submit(request, workflow=workflow, by=operator)
    return workspace


def _person(email: str, name: str) -> User:
    user = User.objects.create_user(email, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _new_passwords() -> dict[str, str]:
    passwords = {email: secrets.token_urlsafe(12) for _, email, _ in PEOPLE}
    for user in User.objects.filter(email__in=passwords):
        user.set_password(passwords[user.email])
        user.save(update_fields=["password"])
    return passwords


def _member(workspace: Workspace, role: Role) -> User:
    email = next(email for its, email, _ in PEOPLE if its == role)
    return User.objects.get(email=email, memberships__workspace=workspace)


def _requests(workspace: Workspace, *, by: User) -> Iterator[tuple[Workflow, RunRequest]]:
    entanglement = workflows.create(
        workspace,
        name="Entanglement baselines",
        purpose="The states that every later measurement is compared with.",
        tags=["baseline"],
        by=by,
    )
    algorithms = workflows.create(
        workspace,
        name="Textbook algorithms",
        purpose="Small instances with known answers.",
        tags=["teaching"],
        by=by,
    )
    yield entanglement, _run_of("ghz", "GHZ state, calibration check 12", shots=4096)
    yield entanglement, _run_of("bell", "Bell pair, baseline")
    yield entanglement, _run_of("w-state", "W state on the density matrix", device_id="braket_dm")
    for slug in ("qft", "grover", "bernstein-vazirani", "teleportation", "vqe", "random"):
        yield algorithms, _run_of(slug, gallery.BY_SLUG[slug].name)
    yield entanglement, _analog(analog_gallery.BY_SLUG["rydberg-chain"])
    yield algorithms, _refused("Toffoli with a repeated qubit", _REPEATED_QUBIT)
    yield algorithms, _refused("Gate that no device here has", _UNKNOWN_GATE)


_REPEATED_QUBIT: list[dict[str, object]] = [
    {"gate": "h", "targets": [0]},
    {"gate": "cnot", "controls": [0], "targets": [1]},
    {"gate": "ccnot", "controls": [0, 1], "targets": [1]},
]
_UNKNOWN_GATE: list[dict[str, object]] = [
    {"gate": "h", "targets": [0]},
    {"gate": "fsim", "targets": [0, 1], "angle": 0.3},
]


def _run_of(slug: str, name: str, *, shots: int = 1000, device_id: str = "braket_sv") -> RunRequest:
    return RunRequest(
        mode=Mode.SIMULATOR,
        provider_id="local",
        device_id=device_id,
        shots=shots,
        source_kind=SourceKind.OPENQASM3,
        source=gallery.BY_SLUG[slug].openqasm,
        route_rationale="Exact reference for the same circuit on hardware.",
        name=name,
    )


def _analog(template: AnalogTemplate) -> RunRequest:
    return RunRequest(
        mode=Mode.SIMULATOR,
        provider_id="local",
        device_id="braket_ahs",
        shots=1000,
        source_kind=SourceKind.ANALOG_PROGRAM,
        analog_program=template.program,
        route_rationale="Exact reference for the same program on neutral atoms.",
        name=f"{template.name} in Z₂ order",
    )


def _refused(name: str, operations: list[dict[str, object]]) -> RunRequest:
    return RunRequest(
        mode=Mode.SIMULATOR,
        provider_id="local",
        device_id="braket_sv",
        shots=1000,
        source_kind=SourceKind.CIRCUIT_OPERATIONS,
        circuit_operations=operations,
        name=name,
    )


def _wait_for_evidence(runs: list[Run], *, say: Callable[[str], None]) -> None:
    deadline = time.monotonic() + _PATIENCE.total_seconds()
    sealed = -1
    while sealed < len(runs):
        if time.monotonic() > deadline:
            raise WorkerMissingError(f"Only {sealed} of {len(runs)} runs were executed and sealed.")
        time.sleep(_POLL_SECONDS)
        ids = [run.pk for run in runs]
        ready = Run.objects.filter(pk__in=ids, evidence_state=EvidenceState.READY).count()
        if ready != sealed:
            sealed = ready
            say(f"{sealed} of {len(runs)} runs executed and sealed")
