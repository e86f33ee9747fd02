"""The log of sealed packets: places in order of sealing, signed heads, and what gives away a rewrite."""

from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import clock
from accounts.models import AuditEvent
from evidence import auditing, checkpoints, heads, keys, log, signing, trust
from evidence.models import Checkpoint, LogEntry, Packet
from tests import guards, make

ORIGIN = "testserver/evidence-log"


@pytest.fixture(autouse=True)
def key(db, settings, tmp_path):
    """The key of this test's worker signs packets and heads."""
    settings.EVIDENCE_SIGNING_KEY_FILE = str(tmp_path / "keys" / "evidence.pem")
    return keys.create()


@pytest.fixture
def sealed(workflow, operator):
    """Seal that many more runs."""

    def made(number=1):
        return [make.packet(make.run(workflow, by=operator)) for _ in range(number)]

    return made


def evidence_checkpoint(*arguments):
    out, err = StringIO(), StringIO()
    call_command("evidence_checkpoint", *arguments, stdout=out, stderr=err)
    return out.getvalue() or err.getvalue()


def test_packets_get_places_in_the_order_of_their_sealing(sealed):
    later, sooner = sealed(2)
    with guards.taken_down():
        Packet.objects.filter(pk=later.pk).update(sealed_at=timezone.now() + timedelta(hours=1))
    checkpoints.make()
    assert list(LogEntry.objects.values_list("index", "packet")) == [(0, sooner.pk), (1, later.pk)]


def test_a_checkpoint_is_a_note_over_the_tree_of_the_manifests(sealed):
    packets = sealed(3)
    head = checkpoints.make()
    read = heads.read_note(head.note, trust.keys())
    tree = heads.Tree(bytes.fromhex(packet.manifest_sha256) for packet in packets)
    assert read.verdict.is_good
    assert read.checkpoint == heads.Checkpoint(ORIGIN, 3, tree.root)
    assert (head.size, head.root, head.key_id) == (3, tree.root.hex(), read.key_id)
    assert AuditEvent.objects.filter(action="checkpoint.made", object_id="3").exists()


def test_each_checkpoint_goes_on_from_the_one_before(sealed):
    roots = []
    for number in (1, 2, 5, 1):
        sealed(number)
        roots.append(checkpoints.make())
    for before, after in pairwise(roots):
        assert heads.is_consistent(
            bytes.fromhex(before.root),
            bytes.fromhex(after.root),
            earlier=before.size,
            size=after.size,
            proof=log.hashes(after.growth),
        )
    assert [head.size for head in roots] == [1, 3, 8, 9]
    assert roots[0].growth == []


def test_what_a_packet_is_proved_by_is_proved_for_ever(sealed):
    first, *_ = sealed(3)
    checkpoints.make()
    before = log.proof(first.log_entry)
    sealed(4)
    checkpoints.make()
    assert log.proof(LogEntry.objects.get(packet=first)) == before
    for entry in LogEntry.objects.all():
        found = heads.check_proof(log.proof(entry).encode(), trust.keys())
        assert found.is_good
        assert (found.place, found.evidence_id) == (entry.place, entry.packet.manifest_sha256)


def test_nothing_is_signed_where_nothing_was_sealed(sealed):
    assert checkpoints.make() is None
    sealed()
    assert checkpoints.make().size == 1
    assert checkpoints.make() is None
    assert Checkpoint.objects.count() == 1


def test_nothing_is_left_of_a_checkpoint_that_is_not_finished(sealed, monkeypatch):
    sealed(2)
    with monkeypatch.context() as patch:
        patch.setattr(LogEntry.objects, "bulk_create", _crash)
        with pytest.raises(KeyboardInterrupt):
            checkpoints.make()
    assert not Checkpoint.objects.exists()
    assert checkpoints.make().size == 2


def _crash(*_, **__):
    raise KeyboardInterrupt


def test_of_two_workers_at_once_one_makes_it(sealed, monkeypatch):
    sealed(2)
    ours = checkpoints._growth

    def while_another_is_quicker(*arguments, **named):
        monkeypatch.setattr(checkpoints, "_growth", ours)
        found = ours(*arguments, **named)
        assert checkpoints.make().size == 2
        return found

    monkeypatch.setattr(checkpoints, "_growth", while_another_is_quicker)
    assert checkpoints.make() is None


def test_without_a_key_nothing_is_made(sealed, settings):
    sealed()
    settings.EVIDENCE_SIGNING_KEY_FILE = "/nowhere/evidence.pem"
    with pytest.raises(ImproperlyConfigured):
        checkpoints.make()
    assert not LogEntry.objects.exists()


class TestWhenOneIsDue:
    def test_the_first_is_due_with_the_first_packet_and_the_next_after_a_day(self, sealed):
        assert checkpoints.make_due() is None
        sealed()
        assert checkpoints.make_due().size == 1
        sealed()
        assert checkpoints.make_due() is None
        with guards.taken_down():
            Checkpoint.objects.update(made_at=clock.now() - timedelta(hours=24, seconds=1))
        assert checkpoints.make_due().size == 2

    def test_none_is_made_by_itself_where_the_settings_say_so(self, sealed, settings):
        settings.EVIDENCE_CHECKPOINT_HOURS = 0
        sealed()
        assert checkpoints.make_due() is None

    def test_it_is_written_and_mailed_where_the_settings_say_so(self, sealed, settings, tmp_path):
        settings.EVIDENCE_CHECKPOINT_FILE = str(tmp_path / "heads.txt")
        settings.EVIDENCE_CHECKPOINT_MAIL = ["archive@example.org"]
        sealed()
        head = checkpoints.make_due()
        assert (tmp_path / "heads.txt").read_text() == head.note
        (sent,) = mail.outbox
        assert sent.to == ["archive@example.org"]
        assert auditing.check(sent.body) == []

    def test_it_stands_though_the_file_cannot_be_written(self, sealed, settings, tmp_path, caplog):
        settings.EVIDENCE_CHECKPOINT_FILE = str(tmp_path)
        sealed()
        assert checkpoints.make_due().size == 1
        assert "The checkpoint of 1 could not be written" in caplog.text

    def test_what_stands_in_its_way_is_logged(self, sealed, settings, caplog):
        sealed()
        settings.EVIDENCE_SIGNING_KEY_FILE = "/nowhere/evidence.pem"
        assert checkpoints.make_due() is None
        assert "No checkpoint of the evidence log can be made" in caplog.text


class TestTheCommand:
    def test_it_prints_the_note_and_the_latest_where_nothing_is_new(self, sealed):
        assert evidence_checkpoint() == "Nothing is sealed yet.\n"
        sealed()
        printed = evidence_checkpoint()
        assert printed == Checkpoint.objects.get().note
        assert evidence_checkpoint() == printed

    def test_it_adds_each_checkpoint_to_a_file_once(self, sealed, tmp_path):
        path = tmp_path / "heads.txt"
        for _ in range(2):
            sealed()
            evidence_checkpoint("--write", str(path))
            evidence_checkpoint("--write", str(path))
        assert path.read_text() == "\n".join(
            head.note for head in Checkpoint.objects.order_by("size")
        )
        assert "is what was signed" in evidence_checkpoint("--check", "--against", str(path))

    def test_it_mails_where_addresses_are_set(self, sealed, settings):
        sealed()
        with pytest.raises(CommandError, match="EVIDENCE_CHECKPOINT_MAIL"):
            evidence_checkpoint("--mail")
        settings.EVIDENCE_CHECKPOINT_MAIL = ["archive@example.org"]
        evidence_checkpoint("--mail")
        assert Checkpoint.objects.get().note in mail.outbox[0].body

    def test_it_says_what_went_wrong(self, sealed, settings, tmp_path):
        sealed()
        with pytest.raises(CommandError, match="not handed out"):
            evidence_checkpoint("--write", str(tmp_path))
        with pytest.raises(CommandError, match="No such file"):
            evidence_checkpoint("--against", str(tmp_path / "none"))
        settings.EVIDENCE_SIGNING_KEY_FILE = "/nowhere/evidence.pem"
        sealed()
        with pytest.raises(CommandError, match="No usable private key"):
            evidence_checkpoint()


@pytest.fixture
def history(sealed):
    """A log of five packets under two checkpoints; return the packets."""
    packets = sealed(3)
    checkpoints.make()
    packets += sealed(2)
    checkpoints.make()
    assert auditing.check() == []
    return packets


def rewrite(rows, **values):
    """Write rows as somebody who owns the database."""
    with guards.taken_down():
        rows.update(**values)


@pytest.mark.usefixtures("history")
class TestARewriteIsNamed:
    def test_a_manifest_that_was_changed(self, history):
        rewrite(Packet.objects.filter(pk=history[1].pk), manifest=b"{}")
        assert auditing.check() == [
            f"Packet 2 ({history[1].public_id}): its manifest is not the one in the log.",
            f"Packet 2 ({history[1].public_id}): its signature does not hold.",
        ]

    def test_a_packet_that_was_sealed_again_under_the_same_key(self, workflow, operator):
        other = make.packet(make.run(workflow, by=operator))
        rewrite(LogEntry.objects.filter(index=1), packet=other)
        assert auditing.check() == [
            f"Packet 2 ({other.public_id}): its manifest is not the one in the log."
        ]

    def test_an_entry_that_follows_a_changed_packet(self):
        other = "ab" * 32
        rewrite(LogEntry.objects.filter(index=1), manifest_sha256=other)
        problems = auditing.check()
        assert "Place 2 of the log is not what was signed there." in problems
        assert "Place 1 of the log is not what was signed there." not in problems
        assert "The checkpoint of 3 was signed over another log than this one." in problems

    def test_a_place_that_was_emptied(self):
        with guards.taken_down():
            LogEntry.objects.filter(index=1).delete()
        problems = auditing.check()
        assert "Place 2 of the log is empty." in problems
        assert "The checkpoint of 5 covers 5 packets, and the log has 4." in problems

    def test_a_head_that_was_written_over(self):
        rewrite(Checkpoint.objects.filter(size=3), root="ab" * 32)
        problems = auditing.check()
        assert "The checkpoint of 3 is not the one that was signed." in problems
        assert "The checkpoint of 5 does not go on from the one before it." in problems

    def test_values_that_are_no_digests(self):
        rewrite(LogEntry.objects.filter(index=4), manifest_sha256="changed", path=[7])
        rewrite(Checkpoint.objects.filter(size=5), note="changed", growth=["changed"])
        assert len(auditing.check()) >= 4


class TestNoHeadIsSignedOverARewrite:
    @pytest.fixture(autouse=True)
    def one_more(self, history, sealed):  # noqa: ARG002  one more than those
        sealed()

    def test_of_an_entry(self):
        rewrite(LogEntry.objects.filter(index=1), manifest_sha256="ab" * 32)
        with pytest.raises(checkpoints.LogError, match="not the one that was signed"):
            checkpoints.make()
        with pytest.raises(CommandError, match="not the one that was signed"):
            evidence_checkpoint()
        assert checkpoints.make_due() is None

    def test_that_left_no_digest(self):
        rewrite(LogEntry.objects.filter(index=1), manifest_sha256="changed")
        with pytest.raises(checkpoints.LogError, match="not a digest"):
            checkpoints.make()

    def test_of_the_last_head(self):
        rewrite(Checkpoint.objects.filter(size=5), note="changed")
        with pytest.raises(checkpoints.LogError, match="The checkpoint of 5 does not hold"):
            checkpoints.make()

    def test_that_took_the_last_entries_away(self):
        with guards.taken_down():
            LogEntry.objects.filter(index=4).delete()
        with pytest.raises(checkpoints.LogError, match="5 packets were signed to be in the log"):
            checkpoints.make()

    def test_that_took_all_heads_away(self):
        with guards.taken_down():
            LogEntry.objects.update(checkpoint=5)
            Checkpoint.objects.filter(size=3).delete()
        assert "Place 1 of the log is not what was signed there." in auditing.check()


def test_whoever_holds_database_and_key_is_given_away_by_a_head_that_was_kept(history):
    kept = Checkpoint.objects.get(size=3).note
    with guards.taken_down():
        LogEntry.objects.all().delete()
        Checkpoint.objects.all().delete()
        Packet.objects.filter(pk=history[0].pk).update(sealed_at=timezone.now() + timedelta(days=1))
    checkpoints.make()
    assert auditing.check() == []
    assert auditing.check(kept) == [
        "The checkpoint of 3 in the file was signed over another log than this one."
    ]


def test_a_head_of_a_longer_log_gives_away_a_shorter_one(history):
    kept = Checkpoint.objects.get(size=5).note
    with guards.taken_down():
        LogEntry.objects.filter(index__gte=3).delete()
        Checkpoint.objects.filter(size=5).delete()
    assert auditing.check() == []
    assert auditing.check(kept) == [
        "The checkpoint of 5 in the file covers 5 packets, and the log has 3."
    ]


def test_a_file_has_checkpoints_of_ours_in_it(history):
    head = Checkpoint.objects.get(size=5)
    forged = heads.sign_checkpoint(heads.Checkpoint(ORIGIN, 5, b"x" * 32), signing.generate())
    assert auditing.check(f"Dear all,\n\n{head.note}\nGood night") == []
    assert auditing.check("nothing") == ["There is no checkpoint in the file."]
    (problem,) = auditing.check(forged)
    assert problem.startswith("A checkpoint in the file does not hold.")


def test_a_key_that_was_revoked_since_does_not_make_the_log_another(history, key):
    keys.revoke(key.kid, reason="Stolen")
    assert auditing.check() == []
