"""What a campaign has to tell: where its kills landed, what else broke, and what came of the runs."""

from collections import Counter

from runs.models import Run
from tests.campaign.nemesis import STAGES


def lines(site, nemesis, *, seed, seconds):
    """Return the report, a line at a time."""
    runs = list(Run.objects.order_by("pk"))
    yield f"Fault campaign, seed {seed}, {seconds:.0f} s of faults, then quiet"
    yield ""
    yield from _kills(nemesis)
    yield ""
    for name, number in sorted(nemesis.breakdowns.items()):
        yield f"  {number:4}  {name}"
    yield f"  {site.proxy.cuts:4}  messages met a random cut"
    yield ""
    yield f"{nemesis.faults} faults, {len(runs)} runs, {_keys(site)}"
    yield f"Runs by status: {_counts(Counter(run.status for run in runs))}"
    failed = Counter(run.error_code for run in runs if run.error_code)
    yield f"Failed by code: {_counts(failed)}"
    attempts = Counter(run.attempt for run in runs)
    yield f"Runs by attempts: {_counts(dict(sorted(attempts.items())))}"
    yield f"Evidence: {_counts(Counter(run.evidence_state for run in runs))}"
    yield f"Asked to ended: {_quantiles(_waits(runs, site.jumps))}"


def _kills(nemesis):
    yield f"  {'Stage of the run':26} Killed"
    for stage in STAGES:
        victims = [
            f"{number} {victim}"
            for (name, victim), number in nemesis.kills.items()
            if name == stage.name
        ]
        yield f"  {stage.name:26} {', '.join(sorted(victims)) or 'nothing'}"


def _keys(site):
    asked = [one for person in site.people for one in person.history]
    unknown = sum(one.unknown for one in asked)
    reads = sum(person.reads for person in site.people)
    return f"{len(asked)} keys, {unknown} attempts without an answer, {reads} reads"


def _counts(counts):
    return ", ".join(f"{number} × {name}" for name, number in counts.items()) or "none"


def _waits(runs, jumps):
    """Return the seconds that runs took, without what the clock jumped in between."""
    return sorted(
        (run.finished_at - run.created_at).total_seconds()
        - sum(
            seconds
            for at, seconds in jumps
            if run.created_at.timestamp() < at <= run.finished_at.timestamp()
        )
        for run in runs
        if run.attempt and run.finished_at
    )


def _quantiles(waits):
    if not waits:
        return "no runs"
    p50, p95 = (waits[int(share * (len(waits) - 1))] for share in (0.5, 0.95))
    return f"p50 {p50:.1f} s, p95 {p95:.1f} s, most {waits[-1]:.1f} s"
