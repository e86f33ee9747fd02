"""The record of a run on a page: its wire, its rows in a list, its mark and its evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from evidence.exclusions import DISCLOSABLE, NAMED
from evidence.mark import mark_svg
from evidence.models import Packet, Share
from quantumruns.ui.library import register
from quantumruns.ui.markup import STATUS_CHIPS, chip, mode_marker, svg
from quantumruns.ui.numbers import UTC, duration, moment_text, number, zone_name, zone_of
from runs import routes, timeline
from runs.contract import EvidenceState, Status
from runs.models import Run, Workflow

_DEVICES: dict[tuple[str, str], str] = {
    (device.provider_id, device.device_id): device.name for device in routes.DEVICES
}
_SHORT_DEVICES: dict[tuple[str, str], str] = {
    ("local", "braket_sv"): "State vector",
    ("local", "braket_dm"): "Density matrix",
}
_PROVIDERS: dict[str, str] = {name: provider.name for name, provider in routes.PROVIDERS.items()}
_LEFT_OUT = len(DISCLOSABLE) + len(NAMED)


@register.filter
def device_name(run: Run) -> str:
    """Return the name of a run's device, or its identifier where we know no such device."""
    return _DEVICES.get((run.provider_id, run.device_id), run.device_id)


@register.filter
def provider_name(run: Run) -> str:
    """Return the name of a run's provider, or its identifier where we know no such provider."""
    return _PROVIDERS.get(run.provider_id, run.provider_id)


@register.filter
def default_device_name(workflow: Workflow) -> str:
    """Return the name of the device that a workflow's new runs start on."""
    device = workflow.default_device_id
    return _DEVICES.get((workflow.default_provider_id, device), device)


@register.simple_tag
def fringe(digest: str, size: int = 60) -> SafeString:
    """Return the fringe mark of a digest; it always stands beside the digest itself."""
    return svg(mark_svg(digest, size=size))


@lru_cache(maxsize=2048)
def small_fringe(digest: str) -> SafeString:
    """Return the mark for a row of a list, as an image of its own: one node instead of thirty."""
    drawn = mark_svg(digest, size=22)
    for character, code in _IN_DATA_URI:
        drawn = drawn.replace(character, code)
    return svg(
        f'<img class="fringe" src="data:image/svg+xml,{drawn}" width="22" height="22" alt="">'
    )


_IN_DATA_URI = (("%", "%25"), ('"', "'"), ("#", "%23"), ("<", "%3C"), (">", "%3E"))


@register.inclusion_tag("components/wire.html", takes_context=True)
def wire(
    context: Context, stages: Sequence[timeline.Stage], *, utc: bool = False
) -> dict[str, Any]:
    """Draw the stages of :mod:`runs.timeline` as a circuit's wire, with times where known."""
    zone = UTC if utc else _zone(context)
    return {"stages": [(stage, _note(stage, zone)) for stage in stages]}


def _note(stage: timeline.Stage, zone: ZoneInfo) -> str:
    if stage.at is not None:
        return moment_text(stage.at, "clock", zone)
    return duration(stage.seconds) if stage.seconds is not None else stage.note


def _zone(context: Context) -> ZoneInfo:
    return zone_of(getattr(context.get("request"), "user", None))


@dataclass(frozen=True)
class Row:
    """A run in a list, all of it ready to be written."""

    url: str
    title: str
    public_id: str
    chip: SafeString
    mode: SafeString
    device: str
    device_name: str
    shots: str
    spent: str
    mark: SafeString | str
    evidence: str
    at: str
    started: str


@register.inclusion_tag("components/run_rows.html", takes_context=True)
def run_rows(context: Context, runs: Sequence[Run], caption: str = "Runs") -> dict[str, Any]:
    """Show runs as a table, as cards on a phone; one query tells how many links each has."""
    zone, now, address = _zone(context), timezone.now(), reverse("runs:list")
    shares = live_shares(run.packet_id for run in runs)
    return {
        "rows": [_row(run, shares.get(run.packet_id, 0), now, zone, address) for run in runs],
        "caption": caption,
        "zone": zone_name(now, zone),
    }


def live_shares(packets: Iterable[UUID | None]) -> dict[UUID | None, int]:
    """Return how many links to each packet work now; packets without any are left out."""
    known = [packet for packet in packets if packet is not None]
    if not known:
        return {}
    counted = Share.objects.live().filter(packet__in=known).order_by().values_list("packet")
    return dict(counted.annotate(links=Count("pk")))


def _row(run: Run, shares: int, now: datetime, zone: ZoneInfo, address: str) -> Row:
    local = run.created_at.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else " %Y"
    sealed = run.evidence_state == EvidenceState.READY
    return Row(
        url=f"{address}{run.public_id}/",
        title=run.title,
        public_id=run.public_id,
        chip=chip(*STATUS_CHIPS[run.status]),
        mode=mode_marker(run.mode),
        device=_SHORT_DEVICES.get((run.provider_id, run.device_id), run.device_id),
        device_name=device_name(run),
        shots=number(run.shots) if run.shots or run.status == Status.FAILED else "exact",
        spent=spent(run, now),
        mark=small_fringe(run.manifest_sha256) if sealed else "",
        evidence=_evidence_words(run, shares),
        at=run.created_at.isoformat(timespec="seconds"),
        started=local.strftime(f"%-d %b{year}, %H:%M"),
    )


def spent(run: Any, now: datetime) -> str:
    """Return how long a run took, or has taken so far, or where it was stopped."""
    if run.finished_at is None:
        since = run.started_at or run.created_at
        words = "so far" if run.started_at else "in the queue"
        return f"{duration(max((now - since).total_seconds(), 0))} {words}"
    if run.started_at is None:
        return "Cancelled in the queue" if run.status == Status.CANCELLED else "Did not start"
    return duration(timeline.ran_seconds(run))


def _evidence_words(run: Run, shares: int) -> str:
    if shares:
        return "1 share" if shares == 1 else f"{shares} shares"
    if run.evidence_state == EvidenceState.READY:
        return "Sealed"
    if run.evidence_state == EvidenceState.NOT_REQUESTED:
        return "Not requested"
    if run.evidence_state == EvidenceState.BUILD_FAILED:
        return "Sealing failed"
    return "Being sealed" if run.is_terminal else "After the run"


@register.inclusion_tag("components/evidence_panel.html", takes_context=True)
def evidence_panel(context: Context, run: Run, *, may_operate: bool) -> dict[str, Any]:
    """Show where a run's evidence stands, and the way to its packet, certificate and shares."""
    packet = None
    if run.packet_id is not None:
        columns = ["sealed_at", "file_count", "archive_bytes", "manifest_sha256"]
        packet = Packet.objects.only(*columns).get(pk=run.packet_id)
    return {
        "run": run,
        "packet": packet,
        "shares": live_shares([run.packet_id]).get(run.packet_id, 0),
        "left_out": _LEFT_OUT,
        "may_operate": may_operate,
        "request": context.get("request"),
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def activity_bar(activity: Any) -> SafeString:
    """Return a small bar of a workflow's runs of 30 days: completed, failed, other."""
    if not activity.total:
        return format_html('<span class="muted">{}</span>', "None")
    shares = [
        ("done", activity.completed),
        ("fail", activity.failed),
        ("rest", activity.cancelled + activity.open),
    ]
    parts, start = [], 0.0
    for name, runs in shares:
        width = 100 * runs / activity.total
        if runs:
            parts.append(
                format_html(
                    '<rect class="{}" x="{}%" width="{}%" height="8"/>',
                    name,
                    f"{start:.1f}",
                    f"{width:.1f}",
                )
            )
        start += width
    bar = "".join(parts)
    return format_html(
        '<span class="activity"><svg aria-hidden="true" width="72" height="8">{}</svg>'
        '<span class="num">{}</span></span>',
        svg(bar),
        number(activity.total),
    )
