"""The history of runs, and the way to a new one."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.views.door import SignedInRequest
from runs import history
from runs.contract import Mode, Status
from runs.errors import ERRORS, Stage
from runs.models import Workflow

_WORKFLOWS_LISTED = 200
# Codes that a saved run can have: everything that is not refused at the door.
_CODES = {code: kind.headline for code, kind in ERRORS.items() if kind.stage is not Stage.REQUEST}


@dataclass(frozen=True)
class Pill:
    """A filter in force, and the address without it."""

    words: str
    remove: str


@login_required
@require_GET
def run_list(request: SignedInRequest) -> HttpResponse:
    """Show the runs of one's workspaces, newest first, as the address filters them."""
    filters = history.Filters.read(request.GET, request.GET.getlist("status"))
    page = history.page(
        request.user,
        filters,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    visible = Workflow.objects.visible_to(request.user).order_by("name", "pk")
    names = {workflow.public_id: workflow.name for workflow in visible[:_WORKFLOWS_LISTED]}
    context = {
        "filters": filters,
        "page": page,
        "shown": _shown(len(page.runs)),
        "pills": _pills(filters, names),
        "newer": filters.address(before=page.newer) if page.newer else "",
        "older": filters.address(after=page.older) if page.older else "",
        "statuses": [(status.value, status.value.capitalize()) for status in Status],
        "modes": [(mode.value, mode.value.capitalize()) for mode in Mode],
        "devices": history.DEVICES.items(),
        "workflows": names.items(),
        "codes": _CODES.items(),
        "is_first_use": not page.runs and not filters and not request.GET,
    }
    return render(request, "runs/list.html", context)


def _shown(runs: int) -> str:
    return f"Showing {runs} run{'' if runs == 1 else 's'}, newest first"


def _pills(filters: history.Filters, workflows: dict[str, str]) -> list[Pill]:
    words: dict[str, Callable[[str], str]] = {
        "q": lambda value: f"“{value}”",
        "status": str.capitalize,
        "mode": str.capitalize,
        "device": history.DEVICES.__getitem__,
        "workflow": lambda value: workflows.get(value, value),
        "code": lambda value: f"Failed with {value}",
    }
    return [
        Pill(words[name](value), filters.without(name, value).address())
        for name, value in filters.pairs()
    ]


@login_required
@require_GET
def run_start(request: SignedInRequest) -> HttpResponse:
    """Lead to the form of a new run: straight away where there is one workflow to choose."""
    roles = [Role.OWNER, Role.OPERATOR]
    mine = Workflow.objects.open().filter(
        workspace__memberships__user=request.user, workspace__memberships__role__in=roles
    )
    workflows = list(mine.select_related("workspace").order_by("-pk")[:_WORKFLOWS_LISTED])
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    if not workflows:
        messages.info(request, "A run belongs to a workflow, so name one first.")
        return redirect(reverse("runs:workflow_new") + query)
    if len(workflows) == 1:
        return redirect(reverse("runs:new", args=[workflows[0].pk]) + query)
    return render(request, "runs/start.html", {"workflows": workflows})
