"""Reading a sweep: how far it is, what can be plotted of it, and against what."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, TextField
from django.db.models.functions import Cast, Length

from runs import results
from runs.contract import TERMINAL, Status
from runs.models import Run, Sweep, Workflow
from runs.results import Kind, ResultType
from runs.statistics import wilson_interval

SHOTS = "shots"
_MOST_OUTCOMES = 16
_LISTED = 5
_Z95 = 1.959963984540054  # of the standard normal distribution
_PLOTTED = {Kind.EXPECTATION, Kind.VARIANCE}
# In characters of JSON: results beyond this are for the page of their run, since 100 of them
# together would take minutes and gigabytes. All outcomes of 12 qubits are within it.
_LARGEST = {"counts": 128 * 1024, "values": 256 * 1024}


@dataclass(frozen=True)
class Progress:
    """How many runs of a sweep there are in each status."""

    total: int
    by_status: Mapping[str, int]

    @property
    def ended(self) -> int:
        return sum(number for status, number in self.by_status.items() if status in TERMINAL)

    @property
    def waiting(self) -> int:
        return self.by_status.get(Status.QUEUED, 0)

    @property
    def underway(self) -> int:
        return self.total - self.ended - self.waiting

    @property
    def completed(self) -> int:
        return self.by_status.get(Status.COMPLETED, 0)

    @property
    def failed(self) -> int:
        return self.by_status.get(Status.FAILED, 0)

    @property
    def cancelled(self) -> int:
        return self.by_status.get(Status.CANCELLED, 0)

    @property
    def is_over(self) -> bool:
        return self.ended == self.total


@dataclass(frozen=True)
class Measure:
    """What is plotted: the share of an outcome, or the value of a result type.

    ``key`` names it in addresses (``outcome-11``, ``value-0``), ``label`` on pages.
    """

    key: str
    label: str
    outcome: str = ""
    place: int = 0


@dataclass(frozen=True)
class Sample:
    """One point of the plot. ``low`` and ``high`` bound ``y`` at 95 % for shot noise alone.

    They are ``y`` itself where the value is exact.
    """

    x: float
    y: float
    low: float
    high: float


def runs_of(sweep: Sweep) -> list[Run]:
    """Return the runs of a sweep in the order of its points, without counts and values."""
    return list(sweep.runs.defer(*_LARGEST).order_by("sweep_index"))


def runs_with_results(sweep: Sweep) -> list[Run]:
    """Return the runs of a sweep in order; results too large to be plotted are None."""
    runs = runs_of(sweep)
    for name, most in _LARGEST.items():
        sized = sweep.runs.annotate(size=Length(Cast(name, TextField()))).order_by()
        found = dict(sized.filter(size__lte=most).values_list("pk", name))
        for run in runs:
            setattr(run, name, found.get(run.pk))
    return runs


def progress_of(runs: Sequence[Run]) -> Progress:
    """Return how many of ``runs`` there are in each status."""
    return Progress(len(runs), Counter(run.status for run in runs))


def latest_of(workflow: Workflow) -> list[tuple[Sweep, Progress]]:
    """Return the newest sweeps of a workflow, newest first, and how far they are."""
    newest = list(workflow.sweeps.order_by("-pk")[:_LISTED])
    counted = Run.objects.filter(sweep__in=newest).order_by().values_list("sweep", "status")
    by_sweep: dict[UUID, dict[str, int]] = {sweep.pk: {} for sweep in newest}
    for sweep_id, status, number in counted.annotate(number=Count("pk")):
        by_sweep[sweep_id][status] = number
    return [
        (sweep, Progress(sum(by_sweep[sweep.pk].values()), by_sweep[sweep.pk])) for sweep in newest
    ]


def axes_of(runs: Iterable[Run]) -> list[str]:
    """Return what differs from run to run and can be an axis: parameters first, then shots."""
    seen: dict[str, set[float]] = {}
    for run in runs:
        for name, value in (*run.parameters.items(), (SHOTS, run.shots)):
            seen.setdefault(name, set()).add(value)
    names = [name for name, values in seen.items() if len(values) > 1]
    return sorted(names, key=lambda name: (name == SHOTS, name))


def measures_of(runs: Sequence[Run]) -> list[Measure]:
    """Return what can be plotted: values first, then outcomes, the most frequent one first."""
    types = [ResultType.of(one) for one in runs[0].result_types] if runs else []
    values = [
        Measure(f"value-{place}", results.label(one), place=place)
        for place, one in enumerate(types)
        if one.kind in _PLOTTED
    ]
    together: Counter[str] = Counter()
    for run in runs:
        together.update(run.counts or {})
    outcomes = [
        Measure(f"outcome-{bits}", f"Share of {bits}", outcome=bits)
        for bits, _ in together.most_common(_MOST_OUTCOMES)
    ]
    return values + outcomes


def sample_of(run: Run, measure: Measure, axis: str) -> Sample | None:
    """Return the point of one run, or None where it has none (yet)."""
    x = run.shots if axis == SHOTS else run.parameters.get(axis)
    if x is None or run.status != Status.COMPLETED:
        return None
    if measure.outcome:
        return _share(run, measure.outcome, x)
    return _value(run, measure.place, x)


def _share(run: Run, outcome: str, x: float) -> Sample | None:
    if run.counts is None:
        return None
    count = run.counts.get(outcome, 0)
    low, high = wilson_interval(count, run.shots)
    return Sample(x, count / run.shots, low, high)


def _value(run: Run, place: int, x: float) -> Sample | None:
    found: Mapping[str, Any] = run.values[place] if run.values else {}
    if "value" not in found:
        return None
    y, half = found["value"], _Z95 * found.get("standardError", 0.0)
    return Sample(x, y, y - half, y + half)
