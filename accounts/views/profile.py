"""A person's own page under settings."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts import audit
from accounts.forms import ProfileForm
from accounts.views.door import UNPROCESSABLE, SignedInRequest


@login_required
def profile(request: SignedInRequest) -> HttpResponse:
    """Show and change name, time zone and theme."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_bound and form.is_valid():
        form.save()
        if form.changed_data:
            audit.record(
                "person.profile_changed",
                by=request.user,
                object_id=str(request.user.pk),
                fields=form.changed_data,
            )
        messages.success(request, "Your settings are saved.")
        return redirect("people:settings")
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "people/profile.html", {"form": form}, status=status)
