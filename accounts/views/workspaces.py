"""Workspaces under settings: one's own list, and each one's page with its members."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import invitations, permissions, workspaces
from accounts.forms import InvitationForm, RoleForm, WorkspaceForm
from accounts.models import Invitation, Membership, Workspace
from accounts.views.door import UNPROCESSABLE, SignedInRequest, refuse


@login_required
def workspace_list(request: SignedInRequest) -> HttpResponse:
    """List the workspaces one is a member of, and make another."""
    form = WorkspaceForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = workspaces.create(form.cleaned_data["name"], by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, f"The workspace “{made}” is yours.")
            return redirect("people:workspace", made.pk)
    mine = (
        Membership.objects.filter(user=request.user)
        .select_related("workspace")
        .annotate(people=Count("workspace__memberships"))
        .order_by("workspace__name", "workspace_id")
    )
    context = {
        "form": form,
        "memberships": mine,
        "invitations": invitations.open_for(request.user),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "people/workspaces.html", context, status=status)


@login_required
def workspace_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show a workspace with its members and, to owners, its open invitations."""
    return page(request, workspace_of(request, pk))


@login_required
@require_POST
def rename(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give a workspace another name."""
    workspace = workspace_of(request, pk)
    permissions.check_can_own(request.user, workspace)
    form = WorkspaceForm(request.POST, prefix="rename")
    if form.is_valid():
        try:
            workspaces.rename(workspace, name=form.cleaned_data["name"], by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, f"The workspace is called “{workspace}” now.")
            return redirect("people:workspace", workspace.pk)
    return page(request, workspace_of(request, pk), rename_form=form)


@login_required
@require_POST
def change_role(request: SignedInRequest, pk: UUID, member: int) -> HttpResponse:
    """Give a member another role."""
    workspace = workspace_of(request, pk)
    membership = get_object_or_404(workspace.memberships.select_related("user"), pk=member)
    try:
        workspaces.change_role(membership, role=request.POST.get("role", ""), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        role = membership.get_role_display().lower()
        messages.success(request, f"{membership.user} is {role} now.")
    return redirect("people:workspace", workspace.pk)


@login_required
def remove(request: SignedInRequest, pk: UUID, member: int) -> HttpResponse:
    """Ask, then take a member out of the workspace, or leave it."""
    workspace = workspace_of(request, pk)
    membership = get_object_or_404(workspace.memberships.select_related("user"), pk=member)
    leaves = membership.user_id == request.user.pk
    if not leaves:
        permissions.check_can_own(request.user, workspace)
    problem = ""
    if request.method == "POST":
        try:
            workspaces.remove(membership, by=request.user)
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            return _removed(request, membership, leaves=leaves)
    context = {
        "workspace": workspace,
        "membership": membership,
        "leaves": leaves,
        "problem": problem,
    }
    status = UNPROCESSABLE if problem else 200
    return render(request, "people/member_remove.html", context, status=status)


def _removed(request: SignedInRequest, membership: Membership, *, leaves: bool) -> HttpResponse:
    if leaves:
        messages.success(request, f"You have left “{membership.workspace}”.")
        return redirect("people:workspaces")
    messages.success(request, f"{membership.user} is no longer a member.")
    return redirect("people:workspace", membership.workspace_id)


def workspace_of(request: SignedInRequest, pk: UUID) -> Workspace:
    """Return a workspace that one is a member of; any other does not exist."""
    workspace: Workspace = get_object_or_404(Workspace.objects.visible_to(request.user), pk=pk)
    return workspace


def page(
    request: SignedInRequest,
    workspace: Workspace,
    *,
    rename_form: WorkspaceForm | None = None,
    invitation_form: InvitationForm | None = None,
) -> HttpResponse:
    """Answer with the page of a workspace; a form with errors makes it 422."""
    members = list(workspace.memberships.select_related("user").order_by("joined_at", "id"))
    may_own = permissions.can_own(request.user, workspace)
    pending = Invitation.objects.open().filter(workspace=workspace).order_by("-invited_at")
    form_with_errors = next((form for form in (rename_form, invitation_form) if form), None)
    context = {
        "workspace": workspace,
        "may_own": may_own,
        "members": [
            (member, RoleForm(initial={"role": member.role}, auto_id=f"member-{member.pk}-%s"))
            for member in members
        ],
        "mine": next(member for member in members if member.user_id == request.user.pk),
        "pending": pending.select_related("invited_by") if may_own else [],
        "rename_form": rename_form
        or WorkspaceForm(initial={"name": workspace.name}, prefix="rename"),
        "invitation_form": invitation_form or InvitationForm(prefix="invite"),
        "form_with_errors": form_with_errors,
    }
    status = UNPROCESSABLE if form_with_errors else 200
    return render(request, "people/workspace.html", context, status=status)
