"""Checkpoints: enters into the log what was sealed since the last, and signs its head. Worker only.

All of it is one transaction: of a checkpoint that is not finished nothing is left.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction

from accounts import audit, clock
from evidence import heads, keys, log, notices, signing, trust
from evidence.models import Checkpoint, LogEntry, Packet

logger = logging.getLogger(__name__)

_ROWS_AT_ONCE = 500


class LogError(Exception):
    """The log is not what was signed before, so no further head of it is signed."""


def make_due() -> Checkpoint | None:
    """Make a checkpoint, and hand it out, if one is due by the settings; return it.

    What stands in the way of it is logged, and it stays due.
    """
    hours, head = settings.EVIDENCE_CHECKPOINT_HOURS, log.latest()
    if not hours or (head and clock.now() < head.made_at + timedelta(hours=hours)):
        return None
    try:
        made = make()
    except (LogError, ImproperlyConfigured):
        logger.exception("No checkpoint of the evidence log can be made")
        return None
    if made is not None:
        notices.hand_out(made)
    return made


def make() -> Checkpoint | None:
    """Enter every packet that is not in the log yet, in order of sealing, and sign the new head.

    Returns None where nothing was sealed since, or another worker made one at this moment.

    :raises LogError: if the log no longer is what the last checkpoint signed.
    :raises ImproperlyConfigured: if there is no key to sign with.
    """
    try:
        return _make()
    except IntegrityError:
        logger.info("Another worker made this checkpoint")
        return None


@transaction.atomic
def _make() -> Checkpoint | None:
    unlogged = Packet.objects.filter(log_entry=None).order_by("sealed_at", "pk")
    fresh = list(unlogged.values_list("pk", "manifest_sha256"))
    if not fresh:
        return None
    logged = list(LogEntry.objects.order_by("index").values_list("manifest_sha256", flat=True))
    tree = _tree([*logged, *(digest for _, digest in fresh)])
    growth = _growth(tree, logged=len(logged))
    checkpoint = _sign(tree, growth, keys.private_key())
    _enter(fresh, tree, checkpoint, first=len(logged))
    audit.record("checkpoint.made", by=None, object_id=str(tree.size), root=checkpoint.root)
    return checkpoint


def _tree(digests: Iterable[str]) -> heads.Tree:
    try:
        return heads.Tree(bytes.fromhex(digest) for digest in digests)
    except ValueError as error:
        raise LogError("What stands for a packet is not a digest.") from error


def _growth(tree: heads.Tree, *, logged: int) -> Sequence[bytes]:
    """Return the proof that ``tree`` begins with the ``logged`` packets that were signed last."""
    head = log.latest()
    if head is None:
        if logged:
            raise LogError(f"{logged} packets are in the log, and no checkpoint is there of them.")
        return ()
    read = heads.read_note(head.note, trust.keys())
    signed = read.checkpoint
    if signed is None or not read.key_id:
        raise LogError(f"The checkpoint of {head.size} does not hold. {read.sentence}")
    if signed.size != logged:
        raise LogError(f"{signed.size} packets were signed to be in the log, and {logged} are.")
    proof = tree.growth(logged)
    if not heads.is_consistent(signed.root, tree.root, earlier=logged, size=tree.size, proof=proof):
        raise LogError(f"The log of {logged} packets is not the one that was signed.")
    return proof


def _sign(tree: heads.Tree, growth: Sequence[bytes], private_key: Ed25519PrivateKey) -> Checkpoint:
    head = heads.Checkpoint(log.origin(), tree.size, tree.root)
    return Checkpoint.objects.create(
        size=tree.size,
        root=tree.root.hex(),
        note=heads.sign_checkpoint(head, private_key),
        growth=[step.hex() for step in growth],
        key_id=signing.key_id(private_key.public_key()),
        made_at=clock.now(),
    )


def _enter(
    fresh: Iterable[tuple[UUID, str]], tree: heads.Tree, checkpoint: Checkpoint, *, first: int
) -> None:
    entries = (
        LogEntry(
            index=index,
            packet_id=packet,
            manifest_sha256=digest,
            checkpoint=checkpoint,
            path=[step.hex() for step in tree.path(index)],
        )
        for index, (packet, digest) in enumerate(fresh, start=first)
    )
    LogEntry.objects.bulk_create(entries, batch_size=_ROWS_AT_ONCE)
