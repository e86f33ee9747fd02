"""Heads of the log of sealed packets, to be kept outside of this database. Core.

Each sealed manifest is a leaf of one Merkle tree, in the order of sealing. A *checkpoint* is the
signed root of the tree at one size; whoever keeps one can show that nothing it covers was changed,
taken away or put in between, and a *proof* ties one packet to it. The data of a leaf is the SHA-256
of the manifest (32 bytes), so an evidence id is enough to check a proof.
"""

from evidence.heads.merkle import Tree, is_consistent, is_included, leaf_hash
from evidence.heads.notes import (
    Checkpoint,
    ReadNote,
    read_note,
    sign_checkpoint,
    verifier_key,
    witness_request,
)
from evidence.heads.proofs import Finding, Proof, check_proof, is_proof

__all__ = [
    "Checkpoint",
    "Finding",
    "Proof",
    "ReadNote",
    "Tree",
    "check_proof",
    "is_consistent",
    "is_included",
    "is_proof",
    "leaf_hash",
    "read_note",
    "sign_checkpoint",
    "verifier_key",
    "witness_request",
]
