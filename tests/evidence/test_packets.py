"""Sealing: what ends becomes a packet, once, and a fault of the evidence never touches the run."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.core.files.storage import storages
from django.utils import timezone

from accounts.models import AuditEvent
from evidence import copies, keys, layout, packets, store, trust
from evidence import manifest as manifests
from evidence.certificates import issuing
from evidence.models import Packet, SigningKey
from evidence.packet import read, verify_packet
from runs import canonical
from runs.models import Run
from tests import make


@pytest.fixture
def run(workflow, operator):
    return make.run(workflow, by=operator, name="Bell pair", notes="Ask Ada first")


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled"])
def test_a_run_that_ended_becomes_a_packet_that_verifies(workflow, operator, seal, status):
    run = make.run(workflow, by=operator, status=status)
    packet = seal(run)
    report = verify_packet(store.get(packet.archive_sha256), trust.keys())
    assert report.is_good, report.as_json()
    assert report.evidence_id == packet.manifest_sha256 == run.manifest_sha256
    assert (run.status, run.evidence_state, run.packet_id) == (status, "ready", packet.pk)
    assert run.sealed_at == packet.sealed_at
    assert report.manifest.run.run_id == run.public_id
    assert report.manifest.issued_at == packet.sealed_at


def test_the_rows_say_what_the_bytes_are(run, seal):
    packet = seal(run)
    archive = store.get(packet.archive_sha256)
    files = read(archive)
    assert files[layout.MANIFEST] == bytes(packet.manifest)
    assert files[layout.BUNDLE] == bytes(packet.bundle)
    assert packet.file_count == len(files)
    assert packet.archive_bytes == len(archive)
    certificate = packet.certificate
    pdf = store.get(certificate.pdf_sha256)
    assert files[layout.CERTIFICATE] == pdf
    assert files[layout.CERTIFICATE_BUNDLE] == bytes(certificate.bundle)
    assert certificate.pdf_bytes == len(pdf)
    assert certificate.pages == len(pikepdf.open(BytesIO(pdf)).pages) == 1


def test_sealing_is_in_the_audit_log(run, seal):
    packet = seal(run)
    event = AuditEvent.objects.get(action="packet.sealed")
    assert event.object_id == packet.public_id
    assert event.data["manifest"] == packet.manifest_sha256
    assert event.data["run"] == run.public_id


def test_private_values_are_in_the_workspaces_own_copy_and_nowhere_else(run, seal):
    packet = seal(run)
    shared = verify_packet(store.get(packet.archive_sha256), trust.keys())
    own = verify_packet(copies.own(packet), trust.keys())
    assert shared.disclosed == {}
    assert own.is_good
    assert own.disclosed["run.notes"] == "Ask Ada first"
    assert own.disclosed["user.email"] == run.created_by.email
    assert own.evidence_id == shared.evidence_id


def test_a_run_is_sealed_once(run, seal):
    seal(run)
    assert seal(run) is None
    assert Packet.objects.count() == 1


@pytest.mark.parametrize(
    "state", [{"status": "running"}, {"evidence_state": "not_requested"}], ids=str
)
def test_what_runs_or_was_not_asked_for_is_left_alone(workflow, operator, seal, state):
    run = make.run(workflow, by=operator, **state)
    before = run.evidence_state
    assert seal(run) is None
    assert run.evidence_state == before


def test_two_workers_at_once_make_one_packet(run, seal, monkeypatch):
    build = packets.sealing.build

    def second_worker_comes_by(record, **when):
        assert packets.seal(run.pk) is None
        return build(record, **when)

    monkeypatch.setattr(packets.sealing, "build", second_worker_comes_by)
    assert seal(run) is not None
    assert Packet.objects.count() == 1


def test_a_worker_whose_lease_ran_out_keeps_nothing(run, seal, monkeypatch):
    build = packets.sealing.build

    def lease_runs_out(record, **when):
        monkeypatch.setattr(packets.sealing, "build", build)
        past = timezone.now() - timedelta(seconds=1)
        Run.objects.filter(pk=run.pk).update(evidence_lease_until=past)
        assert packets.seal(run.pk) is not None
        return build(record, **when)

    monkeypatch.setattr(packets.sealing, "build", lease_runs_out)
    assert seal(run) is None
    assert run.evidence_state == "ready"
    assert Packet.objects.count() == 1


def test_a_fault_is_logged_and_tried_three_times_and_the_run_stays_as_it_was(
    run, seal, monkeypatch, caplog
):
    monkeypatch.delenv(issuing.SOCKET_VARIABLE)
    for attempt, minutes in ((1, 1), (2, 10)):
        assert seal(run) is None
        assert (run.evidence_state, run.evidence_attempts) == ("pending", attempt)
        wait = run.evidence_lease_until - timezone.now()
        assert timedelta(minutes=minutes - 0.5) < wait <= timedelta(minutes=minutes)
        assert seal(run) is None, "not before its time"
        assert run.evidence_attempts == attempt
        Run.objects.filter(pk=run.pk).update(evidence_lease_until=timezone.now())
    assert seal(run) is None
    assert (run.status, run.evidence_state) == ("completed", "build_failed")
    assert len(caplog.records) == 3
    assert "Traceback" in caplog.text
    assert run.public_id in caplog.text
    assert seal(run) is None
    assert Packet.objects.count() == 0


def test_a_full_store_leaves_no_row(run, seal, monkeypatch, caplog):
    def full(content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "put", full)
    assert seal(run) is None
    assert run.evidence_state == "pending"
    assert Packet.objects.count() == 0
    monkeypatch.undo()


def test_bytes_are_in_the_store_before_a_row_names_them(run, seal, monkeypatch, caplog):
    def no_database(*arguments, **values):
        raise RuntimeError("The database went away")

    monkeypatch.setattr(Packet.objects, "create", no_database)
    seal(run)
    assert Packet.objects.count() == 0
    assert storages["evidence"].listdir(".")[0]


def test_what_a_dead_worker_was_building_is_given_back(run, seal):
    past = timezone.now() - timedelta(seconds=1)
    Run.objects.filter(pk=run.pk).update(
        evidence_state="building", evidence_lease_until=past, evidence_attempts=1
    )
    assert packets.release_expired() == 1
    run.refresh_from_db()
    assert (run.evidence_state, run.evidence_lease_until) == ("pending", None)
    assert packets.release_expired() == 0
    assert seal(run) is not None


def test_a_worker_that_died_three_times_over_it_gives_up(run, seal):
    past = timezone.now() - timedelta(seconds=1)
    Run.objects.filter(pk=run.pk).update(
        evidence_state="building", evidence_lease_until=past, evidence_attempts=3
    )
    assert packets.release_expired() == 1
    run.refresh_from_db()
    assert run.evidence_state == "build_failed"


def test_a_live_worker_is_not_disturbed(run, seal):
    soon = timezone.now() + timedelta(minutes=1)
    Run.objects.filter(pk=run.pk).update(
        evidence_state="building", evidence_lease_until=soon, evidence_attempts=1
    )
    assert packets.release_expired() == 0
    assert seal(run) is None


def test_what_does_not_verify_is_not_sealed(run, seal, caplog):
    kid = SigningKey.objects.get().kid
    other = keys.signing.generate()
    SigningKey.objects.filter(kid=kid).update(
        public_pem=keys.signing.public_pem(other.public_key())
    )
    assert seal(run) is None
    assert "SealError" in caplog.text
    assert Packet.objects.count() == 0


def test_the_title_is_the_one_at_sealing(run, seal):
    packet = seal(run)
    Run.objects.filter(pk=run.pk).update(name="Something else")
    assert manifests.parse(bytes(packet.manifest)).run.title == "Bell pair"
    assert canonical.sha256(bytes(packet.manifest)) == packet.manifest_sha256
