"""Journeys through the real worker: the web's side here, everything else in other processes."""

from pathlib import Path

import pytest

from evidence import store, trust
from evidence.packet import verify_packet
from runs import lifecycle, trace
from runs.contract import RunRequest
from tests import make
from tests.runs.processes import wait_until

SECONDS = 60
ENDS = {
    "run.completed": "completed",
    "run.failed": "failed",
    "run.rejected": "failed",
    "run.cancelled": "cancelled",
}


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("worker")


@pytest.fixture
def submit(workflow, operator):
    """Ask for a run, a Bell pair unless something else is said."""

    def submitted(**changes):
        request = {
            "mode": "simulator",
            "provider_id": "local",
            "device_id": "braket_sv",
            "shots": 1000,
            "source_kind": "circuitOperations",
            "circuit_operations": make.BELL,
            "name": "Bell pair",
            **changes,
        }
        return lifecycle.submit(RunRequest(**request), workflow=workflow, by=operator)

    return submitted


@pytest.fixture
def sealed(settings):
    """Wait until a run has ended and is sealed, and see that it is whole."""

    def settled(run, *, seconds=SECONDS):
        wait_until(lambda: _is_settled(run), seconds=seconds)
        lines = [bytes(line) for line in run.events.order_by("seq").values_list("line", flat=True)]
        assert trace.verify(lines) == run.trace_head
        assert len(lines) == run.event_count
        assert [ENDS[kind] for kind in _ends(run)] == [run.status]
        packet = run.packets.get()
        assert (packet.pk, packet.manifest_sha256) == (run.packet_id, run.manifest_sha256)
        report = verify_packet(store.get(packet.archive_sha256), trust.keys())
        assert report.is_good, report.as_json()
        assert packet.certificate.pages >= 1
        return run

    return settled


def _is_settled(run):
    run.refresh_from_db()
    return run.evidence_state in {"ready", "build_failed"}


def _ends(run):
    kinds = run.events.order_by("seq").values_list("kind", flat=True)
    return [kind for kind in kinds if kind in ENDS]
