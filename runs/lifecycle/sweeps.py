"""Sweeps: many runs of one source asked for at once, which differ in parameters, shots or seed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts import audit, clock
from accounts.models import User
from runs import allowances, permissions, programs
from runs.contract import Lowered, RunRequest, SweepPlace
from runs.errors import Problem, RunError
from runs.lifecycle import checking, recording, requests
from runs.lifecycle.checking import Checked
from runs.models import Run, Source, Sweep, Workflow

_MEMBERS = {"parameters", "shots", "seed"}


class _RefusedError(Exception):
    """A point that cannot run: nothing of the sweep is kept, and this request is recorded."""

    def __init__(self, request: RunRequest) -> None:
        super().__init__()
        self.request = request


def submit_sweep(
    request: RunRequest, points: Sequence[Mapping[str, Any]], *, workflow: Workflow, by: User
) -> Sweep | Run:
    """Make a run for each of ``points``, or the one refused run where a point cannot run.

    A point has ``parameters``, which are added to those of ``request``, and ``shots`` and
    ``seed``, which take the place of its own. Either all points become runs or none does.

    :raises PermissionDenied: if ``by`` may not operate the workflow.
    :raises RunError: ``invalid_request`` if there are no points or too many, or one has other
        members; and whatever :func:`runs.lifecycle.submit` raises.
    """
    requests.check_may_submit(workflow, by=by)
    _check(request, points)
    sweep = Sweep(
        workspace=workflow.workspace,
        workflow=workflow,
        created_by=by,
        name=request.name,
        points=[dict(point) for point in points],
        created_at=clock.now(),
    )
    try:
        return _save(sweep, _checked(sweep, request, points), by=by)
    except _RefusedError as refused:
        return requests.submit(refused.request, workflow=workflow, by=by)


def _checked(
    sweep: Sweep, request: RunRequest, points: Sequence[Mapping[str, Any]]
) -> list[Checked]:
    """Check every point; what they have in common is made once."""
    limits = allowances.limits_of(sweep.workspace_id)
    place, content = SweepPlace(sweep.pk, 0, len(points)), None
    checked = []
    for index, point in enumerate(points):
        single = at_point(request, point, index=index, points=len(points))
        asked = replace(single, sweep=replace(place, index=index))
        one = checking.check(asked, limits, content=content)
        if one.error is not None:
            raise _RefusedError(single)
        if index == 0:
            place = replace(place, is_read_at_once=_is_small(one.lowered, points))
            content = one.content
        checked.append(one)
    return checked


@transaction.atomic
def _save(sweep: Sweep, checked: Sequence[Checked], *, by: User) -> Sweep:
    """Write what was checked, with one row for all points whose programs are equal."""
    recording.check_room(by, runs=len(checked))
    sweep.save(force_insert=True)
    sources: dict[str, Source] = {}
    for one in checked:
        bound = one.parameters_sha256
        if bound not in sources:
            sources[bound] = recording.keep_source(one, workflow=sweep.workflow)
        run = recording.record(one, sources[bound], workflow=sweep.workflow, by=by)
        if run.error is not None:
            raise _RefusedError(replace(one.request, sweep=None))
    audit.record(
        "sweep.requested",
        by=by,
        workspace=sweep.workspace,
        object_id=sweep.public_id,
        points=len(checked),
    )
    return sweep


def _is_small(lowered: Lowered | None, points: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether reading a source for each point takes no longer than reading a large one."""
    if lowered is None or lowered.operation_count is None:
        return False
    return lowered.operation_count * len(points) <= settings.RUN_LIMITS.operations


def at_point(
    request: RunRequest, point: Mapping[str, Any], *, index: int, points: int
) -> RunRequest:
    """Return the request of one point; its title says which of how many it is."""
    place = f"({index + 1} of {points})"
    room = settings.RUN_LIMITS.name_characters - len(place) - 1
    return replace(
        request,
        name=f"{request.name[:room]} {place}" if request.name else f"Point {place}",
        parameters={**request.parameters, **point.get("parameters", {})},
        shots=point.get("shots", request.shots),
        seed=point.get("seed", request.seed),
    )


def _check(request: RunRequest, points: Sequence[Mapping[str, Any]]) -> None:
    programs.check_title(request.name)
    most = settings.RUN_LIMITS.sweep_points
    if not 1 <= len(points) <= most:
        message = f"A sweep has 1 to {most} points, and here are {len(points)}"
        raise RunError("invalid_request", [Problem(message, field="points")])
    problems = [
        Problem(f"Point {index + 1} has a member “{name}”; it may have {', '.join(_MEMBERS)}")
        for index, point in enumerate(points)
        for name in sorted(point.keys() - _MEMBERS)
    ]
    if problems:
        raise RunError("invalid_request", problems)


def can_cancel_sweep(sweep: Sweep) -> bool:
    """Tell whether something of a sweep is left to be cancelled."""
    return sweep.runs.open().filter(cancel_requested_at=None).exists()


@transaction.atomic
def cancel_sweep(sweep: Sweep, *, by: User) -> Sweep:
    """Ask for the cancellation of every run of a sweep that has not ended.

    :raises PermissionDenied: if ``by`` may not operate the sweep.
    :raises RunError: ``state_conflict`` if all of its runs have ended.
    """
    permissions.check_can_operate(by, sweep)
    sweep = Sweep.objects.select_for_update(no_key=True).get(pk=sweep.pk)
    waiting = list(sweep.runs.open().filter(cancel_requested_at=None).order_by("-sweep_index"))
    if not waiting:
        message = "Every run of this sweep has ended, so nothing is left to cancel."
        raise RunError("state_conflict", [Problem(message)])
    for run in waiting:
        _cancel_unless_ended(run, by=by)
    sweep.cancel_requested_at = sweep.cancel_requested_at or clock.now()
    sweep.save(update_fields=["cancel_requested_at"])
    audit.record(
        "sweep.cancel_requested", by=by, workspace=sweep.workspace, object_id=sweep.public_id
    )
    return sweep


def _cancel_unless_ended(run: Run, *, by: User) -> None:
    try:
        requests.cancel(run, by=by)
    except RunError as error:
        if error.code != "state_conflict":
            raise
