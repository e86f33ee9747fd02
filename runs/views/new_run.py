"""The form of a run: shown, looked at while it is filled in, submitted once."""

import uuid
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import identifiers
from accounts.models import User
from accounts.views.door import SignedInRequest
from runs import (
    allowances,
    idempotency,
    lifecycle,
    permissions,
    pictures,
    previews,
    programs,
    results,
    routes,
)
from runs.analog.drawing import program_svg as analog_svg
from runs.channels import CHANNELS
from runs.errors import Problem, RunError
from runs.forms import drafts, templates
from runs.forms.operations import Row
from runs.forms.run import SOURCES, RunForm
from runs.gates import GATES
from runs.models import Run, Sweep, Workflow
from runs.programs import Program

_BLANK_ROWS = 2
_CSRF_FIELD = "csrfmiddlewaretoken"


def _workflow(request: SignedInRequest, pk: UUID) -> Workflow:
    visible = Workflow.objects.visible_to(request.user).select_related("workspace")
    workflow = get_object_or_404(visible, pk=pk)
    permissions.check_can_operate(request.user, workflow)
    return workflow


@login_required
@require_http_methods(["GET", "POST"])
def run_new(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show the form; change its table; or submit the run and lead to its page."""
    workflow = _workflow(request, pk)
    if request.method == "GET":
        form = RunForm(initial=_initial(request, workflow))
        return _page(request, workflow, form)
    act = request.POST.get("act", "run")
    if act != "run":
        form = RunForm(_started(request.POST, act), initial={})
        _change_table(form, act)
        return _page(request, workflow, form, is_checked=False)
    form = RunForm(request.POST, initial={})
    if not form.is_valid():
        problems = tuple(form.row_problems())
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(request, workflow, form, problems=problems, status=status)
    return _submit(request, workflow, form)


def _initial(request: SignedInRequest, workflow: Workflow) -> dict[str, Any]:
    """Where the form starts: at a run to repeat, a template, or the workflow's own defaults."""
    origin = request.GET.get("from", "")
    if origin:
        try:
            run_id = identifiers.decode("run", origin)
        except ValueError:
            run_id = None
        run = get_object_or_404(Run.objects.visible_to(request.user), pk=run_id)
        return drafts.of_run(run)
    return drafts.fresh(workflow, template=request.GET.get("template", ""))


def _started(data: QueryDict, act: str) -> QueryDict:
    """Give a run that starts from a template a device that carries it, and a name.

    A name that the person chose stays.
    """
    start = templates.BY_SLUG.get(act.removeprefix("template-"))
    if start is None:
        return data
    started = data.copy()
    started["device"] = start.device(data.get("device", ""))
    for name, value in start.fields.items():
        started[name] = value
    if data.get("name", "").strip() in {"", *templates.NAMES}:
        started["name"] = start.name
    return started


def _change_table(form: RunForm, act: str) -> None:
    """Add or remove an operation, or start from a template; everything else stays as typed."""
    verb, _, what = act.partition("-")
    if verb == "add":
        form.rows.append(Row())
    elif verb == "remove" and what in map(str, range(len(form.rows))):
        del form.rows[int(what)]
    elif verb == "template" and what in templates.BY_SLUG:
        form.rows = templates.BY_SLUG[what].rows


def _made(form: RunForm, *, workflow: Workflow, by: User) -> Run | Sweep:
    points = form.cleaned_data["sweep"]
    if points:
        return lifecycle.submit_sweep(form.request(), points, workflow=workflow, by=by)
    return lifecycle.submit(form.request(), workflow=workflow, by=by)


def _submit(request: SignedInRequest, workflow: Workflow, form: RunForm) -> HttpResponse:
    """Submit once: the same key again leads to the same run."""

    def act() -> idempotency.Answer:
        made = _made(form, workflow=workflow, by=request.user)
        if isinstance(made, Sweep):
            return idempotency.Answer(HTTPStatus.ACCEPTED, {"sweepId": made.public_id})
        status = HTTPStatus.UNPROCESSABLE_ENTITY if made.error else HTTPStatus.ACCEPTED
        return idempotency.Answer(status, {"runId": made.public_id}, made)

    fields = {
        name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"
    }
    try:
        key = request.POST.get("idempotency_key") or None
        asked = {"path": request.path, "fields": fields}
        answer = idempotency.once(act, key=key, request=asked, by=request.user)
    except RunError as error:
        problems = error.problems or (Problem(error.message),)
        return _page(request, workflow, form, problems=problems, status=error.kind.http_status)
    if answer.run is None:
        return redirect("runs:sweep_detail", identifiers.decode("swp", answer.body["sweepId"]))
    if answer.run.error is None:
        return redirect("runs:detail", answer.run.pk)
    return _refused(request, workflow, form, answer.run)


def _refused(request: SignedInRequest, workflow: Workflow, form: RunForm, run: Run) -> HttpResponse:
    """Show the form again with what the run was refused for."""
    assert run.error is not None
    problems = tuple(
        Problem(
            told["message"], told.get("field"), told.get("operationIndex"), hint=told.get("hint")
        )
        for told in run.error["problems"]
    )
    return _page(
        request,
        workflow,
        form,
        problems=problems or (Problem(run.error["message"]),),
        refused_run=run,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _page(
    request: SignedInRequest,
    workflow: Workflow,
    form: RunForm,
    *,
    problems: tuple[Problem, ...] = (),
    refused_run: Run | None = None,
    is_checked: bool = True,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    told = [one for problem in problems if (one := _tell(problem, form))]
    if form.is_bound and is_checked:
        told += _form_problems(form)
    told.sort(key=_place_on_page)
    context = {
        "workflow": workflow,
        "form": form,
        "rows": [*form.rows, *(Row() for _ in range(_BLANK_ROWS))],
        "problems": told,
        "refused_run": refused_run,
        "idempotency_key": str(uuid.uuid4()),
        "editors": SOURCES,
        "templates": templates.STARTS,
        "gates": GATES.values(),
        "most_points": settings.RUN_LIMITS.sweep_points,
        "channels": CHANNELS.values(),
        "noisy_devices": [one.device_id for one in routes.DEVICES if one.carries_noise],
        "devices": drafts.device_cards(allowances.limits_of(workflow.workspace_id)),
        "chosen_device": form["device"].value(),
    }
    return render(request, "runs/new.html", context, status=status)


def _tell(problem: Problem, form: RunForm) -> dict[str, str] | None:
    """Say ``problem`` beside its control; return it for the summary where no field holds it."""
    place, target = problem.operation_index, form.target_of(problem)
    text = f"{problem.message}. {problem.hint}" if problem.hint else problem.message
    if place is not None and place < len(form.rows):
        form.rows[place].refuse(text)
    name = "device" if target == "id_device_0" else target.removeprefix("id_")
    if name not in form.fields:
        return {"text": text, "target": target}
    form.add_error(name, text)
    return None


def _place_on_page(told: dict[str, str]) -> int:
    """Order problems as the sections of the form: before, in, and after the circuit."""
    if told["target"] in {"id_device_0", "id_shots", "id_seed", "id_route_rationale"}:
        return 0
    return 2 if told["target"] in {"id_name", "id_tags"} else 1


def _form_problems(form: RunForm) -> list[dict[str, str]]:
    return [
        {"text": str(error), "target": "id_device_0" if name == "device" else f"id_{name}"}
        if name != "__all__"
        else {"text": str(error), "target": "op-0"}
        for name, errors in form.errors.items()
        for error in errors
    ]


@login_required
@require_POST
def run_preview(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show what the filled-in form would run, or what is wrong with it, without recording it."""
    limits = allowances.limits_of(_workflow(request, pk).workspace_id)
    form = RunForm(request.POST, initial={})
    context: dict[str, Any] = {"form": form}
    if form.is_empty:
        return render(request, "runs/_preview.html", {"is_empty": True})
    if form.is_valid():
        run_request = form.first_request()
        if programs.is_long(run_request, limits=limits):
            return render(request, "runs/_preview.html", {**context, "is_long": True})
        preview = previews.preview(run_request, limits)
        context |= {
            "preview": preview,
            "shots": run_request.shots,
            "points": len(form.cleaned_data["sweep"]),
        }
        if preview.program:
            asked = preview.program.result_types
            context["gives"] = results.summary(asked, shots=run_request.shots)
            context["picture"] = _picture(preview.program, shots=run_request.shots)
        if preview.error:
            context["problems"] = [
                {"text": problem.message, "target": form.target_of(problem)}
                for problem in preview.error.problems
            ]
    else:
        context["problems"] = _form_problems(form)
    return render(request, "runs/_preview.html", context)


def _picture(program: Program, *, shots: int) -> str | None:
    if program.analog is not None:
        return analog_svg(program.analog, title="The program as it is now")
    title = "The circuit as it is now"
    return pictures.program_svg(program.lowered(), title=title, shots=shots, error=None)
