"""Pages of workflows: list, one with its runs, create, edit, archive and restore."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.views.door import SignedInRequest
from runs import history, permissions, sweeps, workflows
from runs.forms.workflow import WorkflowForm
from runs.models import Workflow

_LISTED = 100


def _workflow(request: SignedInRequest, pk: UUID) -> Workflow:
    visible = Workflow.objects.visible_to(request.user).select_related("workspace", "created_by")
    return get_object_or_404(visible, pk=pk)


@login_required
@require_GET
def workflow_list(request: SignedInRequest) -> HttpResponse:
    """List the workflows of one's workspaces, or those that are archived."""
    archived = request.GET.get("show") == "archived"
    visible = Workflow.objects.visible_to(request.user).select_related("workspace", "created_by")
    shown = visible.filter(archived_at__isnull=not archived).order_by("-pk")
    listed = list(shown[:_LISTED])
    activity = workflows.activity(listed)
    operated = permissions.operated_by(request.user)
    context = {
        "rows": [(workflow, activity[workflow.pk]) for workflow in listed],
        "archived": archived,
        "has_archived": archived or visible.filter(archived_at__isnull=False).exists(),
        "several_workspaces": len({workflow.workspace_id for workflow in listed}) > 1,
        "operated": operated,
        "operates": bool(operated),
    }
    return render(request, "workflows/list.html", context)


@login_required
@require_GET
def workflow_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show a workflow, its numbers and its runs."""
    workflow = _workflow(request, pk)
    filters = history.Filters(workflow=workflow.public_id)
    page = history.page(
        request.user,
        filters,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "workflow": workflow,
        "activity": workflows.activity([workflow])[workflow.pk],
        "page": page,
        "sweeps": sweeps.latest_of(workflow),
        "newer": f"?before={page.newer}" if page.newer else "",
        "older": f"?after={page.older}" if page.older else "",
        "may_operate": permissions.can_operate(request.user, workflow),
        "history_url": reverse("runs:list") + filters.address(),
    }
    return render(request, "workflows/detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def workflow_new(request: SignedInRequest) -> HttpResponse:
    """Create a workflow; who came on the way to a first run goes on to it."""
    if not permissions.operated_by(request.user):
        raise PermissionDenied(
            "You can view this workspace, but only owners and operators may add workflows to it."
        )
    form = WorkflowForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        workflow = workflows.create(form.chosen_workspace, by=request.user, **form.values())
        messages.success(request, f"{workflow.name} is ready for its first run.")
        if request.GET:
            return redirect(f"{reverse('runs:new', args=[workflow.pk])}?{request.GET.urlencode()}")
        return redirect("runs:workflow_detail", workflow.pk)
    return _form(request, form, {"title": "New workflow"})


@login_required
@require_http_methods(["GET", "POST"])
def workflow_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change a workflow."""
    workflow = _workflow(request, pk)
    permissions.check_can_operate(request.user, workflow)
    form = WorkflowForm(request.POST or None, user=request.user, workflow=workflow)
    if request.method == "POST" and form.is_valid():
        workflows.change(workflow, by=request.user, **form.values())
        messages.success(request, "The workflow is changed.")
        return redirect("runs:workflow_detail", workflow.pk)
    return _form(request, form, {"title": "Edit workflow", "workflow": workflow})


def _form(request: SignedInRequest, form: WorkflowForm, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "workflows/form.html", {"form": form, **context}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def workflow_archive(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask whether to archive a workflow, and do it."""
    workflow = _workflow(request, pk)
    permissions.check_can_operate(request.user, workflow)
    if request.method == "POST":
        workflows.archive(workflow, by=request.user)
        messages.success(request, f"{workflow.name} is archived.")
        return redirect("runs:workflow_list")
    return render(request, "workflows/archive.html", {"workflow": workflow})


@login_required
@require_http_methods(["GET", "POST"])
def workflow_restore(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask whether to restore a workflow, and do it."""
    workflow = _workflow(request, pk)
    permissions.check_can_operate(request.user, workflow)
    if request.method == "POST":
        workflows.restore(workflow, by=request.user)
        messages.success(request, f"{workflow.name} takes runs again.")
        return redirect("runs:workflow_detail", workflow.pk)
    return render(request, "workflows/restore.html", {"workflow": workflow})
