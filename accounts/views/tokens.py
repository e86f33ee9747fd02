"""API tokens under settings: list, make, show once, revoke."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import clock, tokens
from accounts.forms import TokenForm
from accounts.models import ApiToken
from accounts.views.door import UNPROCESSABLE, SignedInRequest, refuse


@login_required
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def token_list(request: SignedInRequest) -> HttpResponse:
    """List one's tokens; make one, and show its text this once."""
    form = TokenForm(request.POST or None)
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        try:
            token, text = tokens.issue(
                request.user,
                name=asked["name"],
                scopes=asked["scopes"],
                days=asked["days"],
                by=request.user,
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            return render(request, "people/token_made.html", {"token": token, "text": text})
    mine = ApiToken.objects.filter(user=request.user).order_by("-created_at")
    context = {"form": form, "tokens": mine, "now": clock.now()}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "people/tokens.html", context, status=status)


@login_required
def token_revoke(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask, then put a token of one's own out of force."""
    token = get_object_or_404(ApiToken, pk=pk, user=request.user)
    if request.method == "POST":
        tokens.revoke(token, by=request.user)
        messages.success(request, f"The token “{token.name}” no longer works.")
        return redirect("people:tokens")
    return render(request, "people/token_revoke.html", {"token": token})
