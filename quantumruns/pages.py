"""The public pages, and the pages that say what went wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def home(request: HttpRequest) -> HttpResponse:
    """Show what QuantumRuns is; people who are signed in go to their runs."""
    if request.user.is_authenticated:
        return redirect("runs:list")
    return render(request, "home.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Say that a form was too old to be taken, and how to go on."""
    return render(request, "errors/csrf.html", status=403)
