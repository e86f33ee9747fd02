"""The page of a sweep: how far it is, its plot, its points, and the way to stop it."""

import csv
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.door import SignedInRequest
from runs import drawing, lifecycle, permissions, sweeps
from runs.errors import RunError
from runs.models import Run, Sweep
from runs.sweeps import Measure, Sample

_EVERY_SECOND, _EVERY_THREE = 1_000, 3_000
_FEW = 20


@dataclass(frozen=True)
class Row:
    """One point as the page lists it: what was asked, where it stands, what is plotted of it."""

    run: Run
    asked: str
    sample: Sample | None


@dataclass(frozen=True)
class Reading:
    """A sweep as it is looked at: its runs, and which measure against which axis."""

    sweep: Sweep
    runs: list[Run]
    measures: list[Measure]
    axes: list[str]
    measure: Measure | None
    axis: str

    @classmethod
    def of(cls, request: HttpRequest, sweep: Sweep) -> "Reading":
        runs = sweeps.runs_with_results(sweep)
        measures, axes = sweeps.measures_of(runs), sweeps.axes_of(runs)
        asked, by = request.GET.get("show", ""), request.GET.get("by", "")
        measure = next((one for one in measures if one.key == asked), None)
        return cls(
            sweep=sweep,
            runs=runs,
            measures=measures,
            axes=axes,
            measure=measure or (measures[0] if measures else None),
            axis=by if by in axes else (axes[0] if axes else sweeps.SHOTS),
        )

    def rows(self) -> list[Row]:
        """Return the points in order."""
        return [Row(run, self._asked(run), self._sample(run)) for run in self.runs]

    def picture(self) -> str:
        """Return the plot, empty where no point has anything to show."""
        samples = [sample for run in self.runs if (sample := self._sample(run))]
        if not samples or self.measure is None:
            return ""
        return drawing.sweep_svg(
            samples, x_label=self.axis, y_label=self.measure.label, joined=len(self.axes) == 1
        )

    def _sample(self, run: Run) -> Sample | None:
        return sweeps.sample_of(run, self.measure, self.axis) if self.measure else None

    def _asked(self, run: Run) -> str:
        values = {**run.parameters, sweeps.SHOTS: run.shots}
        return ", ".join(f"{name} = {values[name]:.6g}" for name in self.axes if name in values)


def load(request: SignedInRequest, pk: UUID) -> Sweep:
    """Return a sweep that the person may see, or answer 404."""
    visible = Sweep.objects.visible_to(request.user)
    related = visible.select_related("workspace", "workflow", "created_by")
    return get_object_or_404(related, pk=pk)


@login_required
@require_safe
def sweep_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show a sweep."""
    return render(request, "sweeps/detail.html", _context(request, load(request, pk)))


@require_safe
def sweep_live(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer the live part; who is signed out is led to the sign-in page as a page of its own."""
    if request.user.is_authenticated:
        person = cast("SignedInRequest", request)
        return render(request, "sweeps/_live.html", _context(person, load(person, pk)))
    back = urlencode({"next": reverse("runs:sweep_detail", args=[pk])})
    login = f"{reverse(settings.LOGIN_URL)}?{back}"
    return HttpResponse(status=204, headers={"HX-Redirect": login})


def _context(request: SignedInRequest, sweep: Sweep) -> dict[str, Any]:
    reading = Reading.of(request, sweep)
    progress = sweeps.progress_of(reading.runs)
    may_operate = permissions.can_operate(request.user, sweep)
    first = reading.runs[0]
    query = urlencode({"show": reading.measure.key if reading.measure else "", "by": reading.axis})
    poll = {
        "url": f"{reverse('runs:sweep_live', args=[sweep.pk])}?{query}",
        "delay": _EVERY_SECOND if len(reading.runs) <= _FEW else _EVERY_THREE,
    }
    return {
        "sweep": sweep,
        "reading": reading,
        "rows": reading.rows(),
        "picture": reading.picture(),
        "progress": progress,
        "first": first,
        "may_operate": may_operate,
        "can_cancel": may_operate and lifecycle.can_cancel_sweep(sweep),
        "query": query,
        "poll": None if progress.is_over else poll,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sweep_cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask whether to cancel what is left, and ask for it."""
    sweep = load(request, pk)
    permissions.check_can_operate(request.user, sweep)
    if request.method != "POST":
        if not lifecycle.can_cancel_sweep(sweep):
            return redirect("runs:sweep_detail", sweep.pk)
        progress = sweeps.progress_of(sweeps.runs_of(sweep))
        return render(request, "sweeps/cancel.html", {"sweep": sweep, "progress": progress})
    try:
        lifecycle.cancel_sweep(sweep, by=request.user)
    except RunError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Cancellation asked for.")
    return redirect("runs:sweep_detail", sweep.pk)


@login_required
@require_safe
def sweep_points(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give the points as CSV: what was asked, and what is plotted with its 95 % interval."""
    sweep = load(request, pk)
    reading = Reading.of(request, sweep)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{sweep.public_id}.csv"'
    writer = csv.writer(answer, lineterminator="\n")
    names = [name for name in reading.axes if name != sweeps.SHOTS]
    shown = reading.measure.label if reading.measure else "value"
    writer.writerow(["point", "run", "status", *names, "shots", shown, "low", "high"])
    for row in reading.rows():
        run, seen = row.run, row.sample
        figures = (seen.y, seen.low, seen.high) if seen else ("", "", "")
        asked = [run.parameters.get(name, "") for name in names]
        place = cast("int", run.sweep_index) + 1
        writer.writerow([place, run.public_id, run.status, *asked, run.shots, *figures])
    return answer


@login_required
@require_safe
def sweep_plot(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give the plot as SVG."""
    sweep = load(request, pk)
    picture = Reading.of(request, sweep).picture()
    if not picture:
        raise Http404("This sweep has nothing to plot yet.")
    headers = {"Content-Disposition": f'attachment; filename="{sweep.public_id}.svg"'}
    return HttpResponse(picture, content_type="image/svg+xml", headers=headers)
