"""The page of a run, and its live part, which asks again at a pace that the server sets."""

import json
import re
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.views.door import SignedInRequest
from runs import analog, attempts, curl, lifecycle, permissions, waiting, wording
from runs.contract import EvidenceState, Mode, SourceKind, Status
from runs.explain import Explanation, explain
from runs.life import MEANINGS
from runs.models import Run
from runs.timeline import stages
from runs.waiting import Place

_CIRCUIT_VIEWS = {"diagram": "Diagram", "operations": "Operations", "openqasm": "OpenQASM 3"}
_ANALOG_VIEWS = {"diagram": "Drawing", "program": "Program (JSON)"}
_SAME_SOURCE_COUNTED = 100
_RETRIES_LISTED = 20
# Milliseconds until the next poll: quick after a submit, then calmer, then slow.
_FIRST_POLLS = (100, 200, 400)
_SECOND_POLLS, _MINUTE_POLLS = 13, 43
_EVERY_SECOND, _EVERY_TWO, _SLOW, _HARDWARE_FIRST, _HARDWARE = 1_000, 2_000, 15_000, 15_000, 60_000
_FRESH_SECONDS = 10
_NUMBER = re.compile("[0-9]{1,5}")


def load(request: SignedInRequest, pk: UUID) -> Run:
    """Return the run with what its page needs, or answer 404."""
    visible = Run.objects.visible_to(request.user)
    related = visible.select_related("workspace", "workflow", "source", "created_by", "retry_of")
    return get_object_or_404(related, pk=pk)


@login_required
@require_GET
def run_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show a run: where it stands, what came of it, from what, by which way, with which proof."""
    run = load(request, pk)
    fresh = (timezone.now() - run.created_at).total_seconds() < _FRESH_SECONDS
    polls, place = 0 if fresh else _SECOND_POLLS, waiting.place_of(run)
    return render(request, "runs/detail.html", _context(request, run, place, polls))


@require_GET
def run_live(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lead to the sign-in page as a page of its own where the session has ended."""
    if request.user.is_authenticated:
        return _live(cast("SignedInRequest", request), pk)
    back = urlencode({"next": reverse("runs:detail", args=[pk])})
    login = f"{reverse(settings.LOGIN_URL)}?{back}"
    return HttpResponse(status=204, headers={"HX-Redirect": login})


def _live(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Answer the live part where it changed, or just the next poll where it did not."""
    run = load(request, pk)
    polls, place = _whole(request.GET.get("n", "")) + 1, waiting.place_of(run)
    if _is_unsettled(run) and request.GET.get("seen") == _version(run, place):
        poll = _poll(request, run, place, polls)
        answer = render(request, "runs/_poll.html", {"run": run, "poll": poll})
        answer["HX-Retarget"] = "#poll"
        return answer
    return render(request, "runs/_live.html", _context(request, run, place, polls))


def _whole(text: str) -> int:
    return int(text) if _NUMBER.fullmatch(text) else 0


def _is_unsettled(run: Run) -> bool:
    """Tell whether the page will still change by itself."""
    sealing = {EvidenceState.PENDING, EvidenceState.BUILDING}
    return not run.is_terminal or run.evidence_state in sealing


def _version(run: Run, place: Place | None) -> str:
    where = f".{place.position}.{place.is_held:d}" if place else ""
    return f"{run.status}.{run.event_count}.{run.evidence_state}{where}"


def _poll(request: SignedInRequest, run: Run, place: Place | None, polls: int) -> dict[str, Any]:
    query = {"n": str(polls), "seen": _version(run, place), "view": _view(request, run)}
    return {
        "url": f"{reverse('runs:live', args=[run.pk])}?{urlencode(query)}",
        "delay": delay(run, polls),
    }


def delay(run: Run, polls: int) -> int:
    """Return the milliseconds until the next poll, after ``polls`` of them."""
    if run.mode == Mode.HARDWARE and run.status == Status.SUBMITTED:
        return _HARDWARE_FIRST if polls < len(_FIRST_POLLS) else _HARDWARE
    if polls < len(_FIRST_POLLS):
        return _FIRST_POLLS[polls]
    if polls < _SECOND_POLLS:
        return _EVERY_SECOND
    return _EVERY_TWO if polls < _MINUTE_POLLS else _SLOW


def _views(run: Run) -> dict[str, str]:
    is_analog = run.source.kind == SourceKind.ANALOG_PROGRAM
    return _ANALOG_VIEWS if is_analog else _CIRCUIT_VIEWS


def _view(request: SignedInRequest, run: Run) -> str:
    view = request.GET.get("view", "")
    return view if view in _views(run) else "diagram"


def _program_text(run: Run) -> str:
    """Return the program in the language that it is kept in, or as it was sent."""
    if run.source.kind == SourceKind.ANALOG_PROGRAM:
        return analog.write(json.loads(run.source.text))
    return run.source.openqasm or run.source.text


def _context(request: SignedInRequest, run: Run, place: Place | None, polls: int) -> dict[str, Any]:
    may_operate = permissions.can_operate(request.user, run)
    explanation = _explanation(run)
    same = Run.objects.filter(source=run.source_id).exclude(pk=run.pk).order_by()
    return {
        "run": run,
        "source": run.source,
        "place": place,
        "stages": stages(run, attempts=attempts.most(run)),
        "may_operate": may_operate,
        "can_cancel": may_operate and lifecycle.can_cancel(run),
        "can_retry": may_operate and lifecycle.can_retry(run),
        "meaning": _meaning(run),
        "explanation": explanation,
        "refused": explanation.headline if explanation and run.attempt == 0 else "",
        "nothing": "No counts were measured" if run.shots else "No values were computed",
        "actions": _actions(run, explanation) if may_operate else [],
        "again_url": again_url(run),
        "is_analog": run.source.kind == SourceKind.ANALOG_PROGRAM,
        "view": _view(request, run),
        "views": _views(run).items(),
        "program_text": _program_text(run),
        "events": _trace(run),
        "same_source": same[:_SAME_SOURCE_COUNTED].count(),
        "retries": list(run.retries.only("name", "status").order_by("pk")[:_RETRIES_LISTED]),
        "attempts": attempts.of(run) if run.attempt > 1 else (),
        "max_attempts": attempts.most(run),
        "active_runs": settings.RUN_LIMITS.active_runs_per_user,
        "curl": curl.command(_body(run), site_url=settings.SITE_URL),
        "poll": _poll(request, run, place, polls) if _is_unsettled(run) else None,
    }


def _meaning(run: Run) -> str:
    status = Status(run.status)
    own = wording.SIMULATED if run.mode == Mode.SIMULATOR else {}
    return own.get(status, MEANINGS[status])


def _explanation(run: Run) -> Explanation | None:
    if run.error is None:
        return None
    return explain(
        run.error, evidence_state=run.evidence_state, operations=run.source.operation_count
    )


def again_url(run: Run) -> str:
    """Return the address of the form that starts from ``run``."""
    form = reverse("runs:new", args=[run.workflow_id])
    return f"{form}?{urlencode({'from': run.public_id})}"


@dataclass(frozen=True)
class Line:
    """One line of the trace, ready to be shown. ``detail`` is private to the workspace."""

    at: Any
    title: str
    details: str

    @classmethod
    def of(cls, event: Any) -> "Line":
        return cls(event.at, wording.title(event.kind), wording.details(event.data))


def _trace(run: Run) -> list[Line]:
    """Return the lines of the run, and the one that sealing added to the trace of the packet."""
    lines = [Line.of(event) for event in run.events.order_by("seq")]
    if run.sealed_at is not None:
        lines.append(
            Line(run.sealed_at, wording.title("evidence.sealed"), "last line of the packet’s trace")
        )
    return lines


@dataclass(frozen=True)
class Action:
    """A way on from an error; the first of a list is the best."""

    key: str
    label: str
    icon: str
    url: str


def _actions(run: Run, explanation: Explanation | None) -> list[Action]:
    if explanation is None:
        return []
    again = Action("again", "Run again with changes", "pencil", again_url(run))
    if lifecycle.can_retry(run):
        retry = Action(
            "retry", "Retry this run", "rotate-ccw", reverse("runs:retry", args=[run.pk])
        )
        return [retry, again]
    index = explanation.operation_index
    if index is not None:
        return [Action("again", f"Fix operation {index + 1}", "pencil", f"{again.url}#op-{index}")]
    if explanation.code == "unsupported_provider_path":
        return [Action("again", "Choose another route", "pencil", again.url)]
    return [again]


def _body(run: Run) -> dict[str, Any]:
    body = {
        "workflowId": run.workflow.public_id,
        "mode": run.mode,
        "providerId": run.provider_id,
        "deviceId": run.device_id,
        "shots": run.shots,
        "seed": run.seed,
        "sourceKind": run.source.kind,
    }
    if run.source.kind == SourceKind.CIRCUIT_OPERATIONS:
        body["circuitOperations"] = json.loads(run.source.text)
    elif run.source.kind == SourceKind.ANALOG_PROGRAM:
        body["analogProgram"] = json.loads(run.source.text)
    else:
        body["source"] = run.source.text
    optional = {
        "parameters": run.parameters,
        "resultTypes": run.result_types,
        "routeRationale": run.route_rationale,
        "name": run.name,
    }
    return body | {name: value for name, value in optional.items() if value}
