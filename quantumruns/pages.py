"""The public pages, and the pages that say what went wrong."""

import random
from collections import Counter
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.urls import reverse
from django.views.decorators.http import require_safe

from evidence import manifest as manifests
from runs import canonical, gallery
from runs.drawing import circuit_svg
from runs.timeline import Stage, State

_EXAMPLE_SHOTS = 1000
_EXAMPLE_SEED = 11
_PASSED = [
    Stage("Validated", "list-checks", State.DONE),
    Stage("Queued", "clock", State.DONE),
    Stage("Submitted", "send", State.DONE),
    Stage("Ran", "cpu", State.DONE),
    Stage("Measured", "gauge", State.DONE, note="1,000 shots"),
    Stage("Sealed", "shield-check", State.SEAL),
]


def home(request: HttpRequest) -> HttpResponse:
    """Show what QuantumRuns is; people who are signed in go to their runs."""
    if request.user.is_authenticated:
        return redirect("runs:list")
    return render(request, "home.html", {"example": example()})


@cache
def example() -> dict[str, Any]:
    """Return the W state of the gallery as a packet shows it, counted from its known outcomes.

    The mark is that of the circuit and its counts, so that it is a mark of something.
    """
    template = next(one for one in gallery.TEMPLATES if one.slug == "w-state")
    drawn = random.Random(_EXAMPLE_SEED).choices(["001", "010", "100"], k=_EXAMPLE_SHOTS)  # noqa: S311 - a picture
    counts = dict(Counter(drawn))
    return {
        "name": template.name,
        "circuit": circuit_svg(template.circuit, title="Circuit of the example", ident="example"),
        "counts": counts,
        "shots": _EXAMPLE_SHOTS,
        "stages": _PASSED,
        "sha256": canonical.sha256(canonical.encode([template.operations, counts])),
    }


def predicate(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Lead from the type of a signed statement to the page that explains it."""
    return redirect(reverse("docs:page", args=["evidence-packets"]) + "#how-it-is-signed")


@require_safe
def manifest_schema(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Give the JSON Schema of the manifests that are sealed here."""
    content = canonical.encode(manifests.schema(issuer=settings.SITE_URL))
    return HttpResponse(content, content_type="application/schema+json")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Say that a form was too old to be taken, and how to go on."""
    return render(request, "errors/csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that it was our fault, with the request's id; asks neither session nor database."""
    request_id = getattr(request, "request_id", "")
    page = loader.render_to_string("500.html", {"request_id": request_id})
    return HttpResponse(page, status=500)
