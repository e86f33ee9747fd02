"""The makers keep the product's own promises, so that stories start from true states."""

import pytest

from evidence import store, trust
from evidence.packet import verify_packet
from runs import trace
from runs.contract import Status
from runs.models import Run
from tests import make


@pytest.mark.parametrize("status", list(Status))
def test_a_made_run_stands_in_its_status_with_a_chained_trace(workflow, operator, status):
    made = make.run(workflow, by=operator, status=status)

    made = Run.objects.get(pk=made.pk)
    lines = [bytes(event.line) for event in made.events.all()]
    assert made.status == status
    assert trace.verify(lines) == made.trace_head
    assert len(lines) == made.event_count


def test_a_made_packet_lies_in_the_store_and_verifies(workflow, operator, owner):
    packet = make.packet(make.run(workflow, by=operator))
    share = make.share(packet, by=operator, status="approved", decided_by=owner)

    archive = store.get(packet.archive_sha256)
    assert verify_packet(archive, trust.keys()).is_good
    assert len(archive) == packet.archive_bytes
    assert packet.run.evidence_state == "ready"
    assert share.archive_sha256 == packet.archive_sha256
