"""What one does to a run: cancel, retry, seal, rename. What cannot be undone asks first."""

import uuid
from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views.door import SignedInRequest
from runs import idempotency, lifecycle, permissions
from runs.errors import RunError
from runs.explain import explain
from runs.forms.annotation import AnnotationForm
from runs.models import Run
from runs.views.run import again_url, load


def _attempt(request: SignedInRequest, run: Run, act: Callable[[], Run], done: str) -> HttpResponse:
    """Do ``act`` and lead to the run it returns; a refusal is told on the page of ``run``."""
    try:
        changed = act()
    except RunError as error:
        messages.error(request, error.message)
        return redirect("runs:detail", run.pk)
    messages.success(request, done)
    return redirect("runs:detail", changed.pk)


@login_required
@require_http_methods(["GET", "POST"])
def run_cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask whether to cancel, saying what it costs, and ask for the cancellation."""
    run = load(request, pk)
    permissions.check_can_operate(request.user, run)
    if request.method == "POST":
        done = "Cancellation asked for."
        return _attempt(request, run, lambda: lifecycle.cancel(run, by=request.user), done)
    if not lifecycle.can_cancel(run):
        return redirect("runs:detail", run.pk)
    return render(request, "runs/cancel.html", {"run": run})


@login_required
@require_http_methods(["GET", "POST"])
def run_retry(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask whether to retry, saying whether it is safe, and submit the same again as a new run."""
    run = load(request, pk)
    permissions.check_can_operate(request.user, run)
    if request.method == "POST":
        done = "Retried as a new run."
        return _attempt(request, run, lambda: _retry_once(request, run), done)
    explanation = explain(run.error, evidence_state=run.evidence_state) if run.error else None
    context = {
        "run": run,
        "explanation": explanation,
        "can_retry": lifecycle.can_retry(run),
        "again_url": again_url(run),
        "idempotency_key": str(uuid.uuid4()),
    }
    return render(request, "runs/retry.html", context)


def _retry_once(request: SignedInRequest, run: Run) -> Run:
    """Retry, or return the run that the same page, sent before, made."""

    def act() -> idempotency.Answer:
        again = lifecycle.retry(run, by=request.user)
        return idempotency.Answer(HTTPStatus.ACCEPTED, {"runId": again.public_id}, again)

    key = request.POST.get("idempotency_key") or None
    asked = {"path": request.path}
    made = idempotency.once(act, key=key, request=asked, by=request.user).run
    assert made is not None
    return made


@login_required
@require_POST
def run_seal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask for the evidence of a run that was made without."""
    run = load(request, pk)
    done = "The evidence is being sealed."
    return _attempt(request, run, lambda: lifecycle.request_evidence(run, by=request.user), done)


@login_required
@require_http_methods(["GET", "POST"])
def run_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change the name, tags and notes of a run."""
    run = load(request, pk)
    permissions.check_can_operate(request.user, run)
    form = AnnotationForm(request.POST or None, run=run)
    if form.is_bound and form.is_valid():
        lifecycle.annotate(run, **form.cleaned_data, by=request.user)
        messages.success(request, "Name, tags and notes are changed.")
        return redirect("runs:detail", run.pk)
    status = 422 if form.is_bound else 200
    return render(request, "runs/edit.html", {"run": run, "form": form}, status=status)
