"""What must hold after a campaign, read from the database, the store and the clients' notes.

Each check returns what is wrong in words; nothing is right about a campaign but an empty list.
"""

import io
import json
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from django.db import connection
from django.db.models import Prefetch
from django_q.models import OrmQ, Schedule, Task

from accounts.models import AuditEvent
from evidence import store, trust
from evidence.models import Packet
from evidence.packet import verify_packet
from runs import trace
from runs.contract import Status
from runs.lifecycle import TRANSITIONS
from runs.models import Event, IdempotencyKey, Run
from tests.campaign.clients import uuid_of

# Which status an event leads to; the others leave it as it is.
LEADS_TO = {
    "run.claimed": Status.SUBMITTING,
    "run.started": Status.RUNNING,
    "run.attempt_lost": Status.QUEUED,
    "run.completed": Status.COMPLETED,
    "run.failed": Status.FAILED,
    "run.rejected": Status.FAILED,
    "run.cancelled": Status.CANCELLED,
}
ENDS = {"run.completed", "run.failed", "run.rejected", "run.cancelled"}
# What a run may end with whose runner or worker was killed again and again.
EXCUSED = {"provider_error", "provider_not_ready", "runner_limit_exceeded", "worker_lost"}


@dataclass
class Checker:
    """``asked`` is everything the clients asked for, ``ended`` what they saw a run end as."""

    asked: list
    ended: dict
    active_runs: int
    attempts: int
    # The database's time at the first request and when quiet had come.
    began: datetime
    quiet: datetime
    planted_results: int = 0
    canary: Path | None = None
    secrets: tuple = ()
    logs: tuple = ()
    _wrong: list = field(default_factory=list)
    _verified: dict = field(default_factory=dict)

    def wrong(self):
        """Return everything that does not hold."""
        self._wrong = []
        runs = list(
            Run.objects.select_related("source")
            .prefetch_related(Prefetch("events", Event.objects.order_by("seq")), "packets")
            .order_by("pk")
        )
        self._check_keys(runs)
        self._check_what_was_seen(runs)
        for run in runs:
            events = list(run.events.all())
            self._check_end(run)
            self._check_trace(run, events)
            self._check_result(run)
            self._check_times(run, events)
            self._check_evidence(run)
        self._check_active_limit(runs)
        self._check_audit()
        self._check_queue()
        self._check_secrets()
        return self._wrong

    def _expect(self, holds, words):
        if not holds:
            self._wrong.append(words)

    def _check_keys(self, runs):
        """Every acknowledged key is exactly one run; nothing came of anything else."""
        by_key = {row.key: row for row in IdempotencyKey.objects.all()}
        known = {run.pk for run in runs}
        for asked in self.asked:
            self._expect(asked.is_settled, f"{asked.key} was never answered")
            told = {run_id for _, run_id in asked.answers}
            self._expect(len(told) <= 1, f"{asked.key} was answered with {sorted(map(str, told))}")
            bound = by_key.get(asked.key)
            for run_id in filter(None, told):
                self._expect(uuid_of(run_id) in known, f"{asked.key} was told of a lost {run_id}")
                same = bound is not None and bound.run_id == uuid_of(run_id)
                self._expect(same, f"{asked.key} is not bound to {run_id}")
        made = {row.run_id for row in by_key.values()}
        creates = [asked for asked in self.asked if asked.path == "/runs/"]
        bound = [by_key[asked.key].run_id for asked in creates if asked.key in by_key]
        doubled = [str(pk) for pk, number in Counter(bound).items() if number > 1]
        self._expect(not doubled, f"runs that two keys made: {doubled}")
        self._expect(known == set(bound), f"runs without a key: {len(known - set(bound))}")
        self._expect(made <= known, "keys of runs that are not there")

    def _check_what_was_seen(self, runs):
        by_id = {run.public_id: run.status for run in runs}
        for run_id, status in self.ended.items():
            now = by_id.get(run_id)
            self._expect(now == status, f"{run_id} was seen {status} and is {now}")

    def _check_end(self, run):
        self._expect(run.is_terminal, f"{run.public_id} is stuck: {run.status}")
        held = run.lease_token or run.lease_until
        self._expect(not held, f"{run.public_id} has a lease left")
        if run.status == Status.FAILED and run.source.is_valid:
            excused = run.error_code in EXCUSED
            self._expect(excused, f"{run.public_id} failed with {run.error_code}")
        if run.status == Status.CANCELLED:
            asked = run.cancel_requested_at is not None
            self._expect(asked, f"{run.public_id} was cancelled by nobody")
        within = run.attempt - run.hand_backs <= self.attempts
        self._expect(within, f"{run.public_id} had {run.attempt} attempts")

    def _check_trace(self, run, events):
        lines = [bytes(event.line) for event in events]
        try:
            head = trace.verify(lines)
        except ValueError as error:
            self._expect(False, f"{run.public_id}: {error}")
            return
        whole = (head, len(lines)) == (run.trace_head, run.event_count)
        self._expect(whole, f"{run.public_id} has another trace than its row says")
        kinds = [json.loads(line)["type"] for line in lines]
        self._expect(
            kinds == [event.kind for event in events], f"{run.public_id} tells its trace otherwise"
        )
        ends = [kind for kind in kinds if kind in ENDS]
        self._expect(len(ends) == 1, f"{run.public_id} ended {len(ends)} times")
        claims = kinds.count("run.claimed")
        self._expect(claims == run.attempt, f"{run.public_id} was claimed {claims} times")
        self._follow(run, kinds)

    def _follow(self, run, kinds):
        """Walk the trace through the table of transitions."""
        status = Status.QUEUED
        for kind in kinds:
            after = LEADS_TO.get(kind, status)
            if kind == "run.cancel_requested" and status != Status.QUEUED:
                after = Status.CANCELLING
            legal = after == status or after in TRANSITIONS[status]
            self._expect(legal, f"{run.public_id} went from {status} to {after}")
            status = after
        self._expect(status == run.status, f"{run.public_id} is {run.status}, its trace {status}")

    def _check_result(self, run):
        if run.status != Status.COMPLETED:
            self._expect(run.counts is None, f"{run.public_id} has counts and is {run.status}")
            return
        counts = run.counts or {}
        total = sum(counts.values())
        self._expect(total == run.shots, f"{run.public_id}: {total} counts of {run.shots} shots")
        width = len(run.measured_qubits)
        fits = all(len(key) == width and set(key) <= {"0", "1"} for key in counts)
        self._expect(fits, f"{run.public_id} has outcomes of another width")

    def _check_times(self, run, events):
        moments = [run.created_at, run.submitted_at, run.started_at, run.finished_at, run.sealed_at]
        known = [moment for moment in moments if moment is not None]
        # Manifests, and so the time of sealing, are in milliseconds.
        ordered = all(
            later - earlier > timedelta(milliseconds=-1) for earlier, later in pairwise(known)
        )
        self._expect(ordered, f"{run.public_id} has times out of order: {known}")
        during = all(self.began <= moment <= self.quiet for moment in known)
        self._expect(during, f"{run.public_id} has times of another clock: {known}")
        told = [event.at for event in events]
        self._expect(told == sorted(told), f"{run.public_id} tells its trace out of order")

    def _check_evidence(self, run):
        packets = list(run.packets.all())
        if run.evidence_state == "not_requested":
            self._expect(not packets, f"{run.public_id} was sealed unasked")
            return
        self._expect(run.evidence_state == "ready", f"{run.public_id}: {run.evidence_state}")
        self._expect(len(packets) == 1, f"{run.public_id} was sealed {len(packets)} times")
        for packet in packets:
            named = (packet.pk, packet.manifest_sha256) == (run.packet_id, run.manifest_sha256)
            self._expect(named, f"{run.public_id} names another packet")
            self._check_packet(run, packet)

    def _check_packet(self, run, packet):
        try:
            archive = store.get(packet.archive_sha256)
        except store.StoreError as error:
            self._expect(False, f"{run.public_id}: {error}")
            return
        if packet.archive_sha256 not in self._verified:
            report = verify_packet(archive, trust.keys())
            self._verified[packet.archive_sha256] = report.is_good
        is_good = self._verified[packet.archive_sha256]
        self._expect(is_good, f"{run.public_id} has a packet that does not verify")
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            same = files.read("manifest.json") == bytes(packet.manifest)
        self._expect(same, f"{run.public_id} has another manifest in its archive")

    def _check_active_limit(self, runs):
        """Nobody ever had more runs underway than one person may."""
        changes = defaultdict(list)
        for run in runs:
            underway = False
            for event in run.events.all():
                ends = event.kind in ENDS or event.kind == "run.attempt_lost"
                if event.kind == "run.claimed":
                    changes[run.created_by_id].append((event.at, 1))
                    underway = True
                elif ends and underway:
                    changes[run.created_by_id].append((event.at, -1))
                    underway = False
        for person, moves in changes.items():
            most = active = 0
            for _, change in sorted(moves):
                active += change
                most = max(most, active)
            self._expect(most <= self.active_runs, f"person {person} had {most} runs underway")

    def _check_audit(self):
        sealed = Counter(
            AuditEvent.objects.filter(action="packet.sealed").values_list("object_id", flat=True)
        )
        packets = Counter(packet.public_id for packet in Packet.objects.all())
        self._expect(sealed == packets, "the audit log tells of other seals than there are")

    def _check_queue(self):
        self._expect(not OrmQ.objects.exists(), "entries are left in the queue")
        kept = Task.objects.count()
        self._expect(kept == self.planted_results, f"django-q2 kept {kept} results")
        ran = Schedule.objects.exclude(task=None).count()
        self._expect(not ran, f"{ran} planted schedules ran")
        if self.canary is not None:
            self._expect(not self.canary.exists(), "planted code was executed")

    def _check_secrets(self):
        """No token and no key that was issued lies in the database or in a log."""
        places = {path.name: path.read_bytes() for path in self.logs}
        places |= {f"table {name}": content for name, content in _tables()}
        for secret in self.secrets:
            for place, content in places.items():
                self._expect(secret.encode() not in content, f"a secret is at rest in {place}")


def _tables():
    """Yield every table of the database as text."""
    for name in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT t::text FROM "{name}" AS t')
            yield name, "\n".join(row[0] for row in cursor.fetchall()).encode()
