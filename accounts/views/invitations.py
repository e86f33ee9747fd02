"""Invitations: sent and withdrawn by owners, opened from the mail, accepted or declined."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import invitations, mails, permissions
from accounts.forms import InvitationForm
from accounts.models import Invitation, User
from accounts.views.door import SignedInRequest, refuse
from accounts.views.workspaces import page, workspace_of


@login_required
@require_POST
def invite(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Invite an address into a workspace and send the mail."""
    workspace = workspace_of(request, pk)
    permissions.check_can_own(request.user, workspace)
    form = InvitationForm(request.POST, prefix="invite")
    if form.is_valid():
        asked = form.cleaned_data
        try:
            invitation, text = invitations.invite(
                workspace, email=asked["email"], role=asked["role"], by=request.user
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            _send(request, invitation, text)
            return redirect("people:workspace", workspace.pk)
    return page(request, workspace, invitation_form=form)


def _send(request: SignedInRequest, invitation: Invitation, text: str) -> None:
    try:
        mails.send_invitation(invitation, text=text)
    except OSError:
        messages.error(
            request,
            f"The mail to {invitation.email} could not be sent. Invite the address again later.",
        )
    else:
        messages.success(request, f"{invitation.email} has been invited by e-mail.")


@login_required
@require_POST
def withdraw(request: SignedInRequest, pk: UUID, invitation: UUID) -> HttpResponse:
    """Take an invitation back."""
    workspace = workspace_of(request, pk)
    found = get_object_or_404(Invitation, workspace=workspace, pk=invitation)
    invitations.withdraw(found, by=request.user)
    messages.success(request, f"The invitation to {found.email} no longer works.")
    return redirect("people:workspace", workspace.pk)


def invitation_link(request: HttpRequest, text: str) -> HttpResponse:
    """Open an invitation from its mail: what it is, and the one next step."""
    invitation = invitations.find(text)
    if invitation is None:
        return render(request, "people/invitation_over.html", status=404)
    if request.method == "POST" and isinstance(request.user, User):
        return _answered(request, invitation)  # type: ignore[arg-type]
    is_for_me = isinstance(request.user, User) and invitations.is_for(invitation, request.user)
    context = {"invitation": invitation, "is_for_me": is_for_me}
    return render(request, "people/invitation.html", context)


@login_required
def invitation_list(request: SignedInRequest) -> HttpResponse:
    """List the invitations that wait for an answer, to any address one has verified."""
    waiting = invitations.open_for(request.user)
    return render(request, "people/invitations.html", {"invitations": waiting})


@login_required
@require_POST
def answer(request: SignedInRequest, invitation: UUID) -> HttpResponse:
    """Accept or decline an invitation of one's own."""
    found = invitations.open_for(request.user).filter(pk=invitation).first()
    if found is None:
        raise Http404
    return _answered(request, found)


def _answered(request: SignedInRequest, invitation: Invitation) -> HttpResponse:
    if request.POST.get("answer") == "decline":
        invitations.decline(invitation, by=request.user)
        messages.success(request, f"You have declined to join “{invitation.workspace}”.")
        return redirect("people:workspaces")
    try:
        invitations.join(invitation, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("people:workspaces")
    messages.success(request, f"You are a member of “{invitation.workspace}” now.")
    return redirect("people:workspace", invitation.workspace_id)
