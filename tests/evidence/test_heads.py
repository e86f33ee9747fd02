"""Merkle trees, signed notes and proofs, held to the published vectors and to every small case."""

import base64
import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from evidence import heads, signing
from evidence.heads import Checkpoint, Proof, Tree, merkle, notes
from evidence.signing import TrustedKey, Verdict

# The tree of the reference implementation of Certificate Transparency (RFC 6962).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
PATHS = {  # (leaf, size): the path
    (0, 1): [],
    (0, 8): [A, B, C],
    (5, 8): [D, E, ROOTS[4]],
    (2, 3): [ROOTS[2]],
    (1, 5): [ROOTS[1], B, D],
}
GROWTHS = {  # (earlier, size): the proof
    (1, 1): [],
    (1, 8): [A, B, C],
    (6, 8): [F, E, ROOTS[4]],
    (2, 5): [B, D],
}
# The note of the tests of golang.org/x/mod/sumdb/note.
POEM = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"


def hexes(hashes):
    return [one.hex() for one in hashes]


def data(number):
    return hashlib.sha256(b"%d" % number).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_the_reference(size):
    assert Tree(LEAVES[:size]).root.hex() == ROOTS[size]
    assert Tree(LEAVES).root_at(size).hex() == ROOTS[size]


@pytest.mark.parametrize(("leaf", "size"), PATHS)
def test_the_paths_are_those_of_the_reference(leaf, size):
    assert hexes(Tree(LEAVES[:size]).path(leaf)) == PATHS[leaf, size]


@pytest.mark.parametrize(("earlier", "size"), GROWTHS)
def test_the_proofs_of_growth_are_those_of_the_reference(earlier, size):
    assert hexes(Tree(LEAVES[:size]).growth(earlier)) == GROWTHS[earlier, size]


@pytest.mark.parametrize("size", range(1, 20))
def test_every_leaf_is_shown_to_be_in_its_place_and_in_no_other(size):
    tree = Tree(data(number) for number in range(size))
    for index in range(size):
        path, leaf = tree.path(index), merkle.leaf_hash(data(index))
        places = [
            place
            for place in range(size)
            if heads.is_included(leaf, index=place, size=size, path=path, root=tree.root)
        ]
        assert places == [index]
        for wrong in (path[:-1], (*path, tree.root), tuple(reversed(path))):
            is_same = wrong == path
            found = heads.is_included(leaf, index=index, size=size, path=wrong, root=tree.root)
            assert found == is_same


@pytest.mark.parametrize("size", range(1, 20))
def test_growth_is_shown_from_every_earlier_size_and_no_other_history(size):
    tree = Tree(data(number) for number in range(size))
    for earlier in range(1, size + 1):
        root, proof = tree.root_at(earlier), tree.growth(earlier)
        sizes = {"earlier": earlier, "size": size, "proof": proof}
        other = Tree(data(number + 1) for number in range(earlier)).root
        assert heads.is_consistent(root, tree.root, **sizes)
        assert not heads.is_consistent(other, tree.root, **sizes)
        assert not heads.is_consistent(root, other, **sizes)
        if proof:
            assert not heads.is_consistent(root, tree.root, **{**sizes, "proof": proof[:-1]})
            assert not heads.is_consistent(root, tree.root, **{**sizes, "proof": (*proof, root)})


def test_a_leaf_is_never_taken_for_a_node():
    left, right = (merkle.leaf_hash(data(number)) for number in range(2))
    assert Tree([left + right]).root != Tree([data(0), data(1)]).root


@pytest.mark.parametrize(("index", "size"), [(-1, 1), (1, 1), (0, 0), (5, 2)])
def test_no_path_leads_to_a_leaf_that_is_not_there(index, size):
    root = Tree(LEAVES[:size]).root
    assert not heads.is_included(merkle.leaf_hash(b""), index=index, size=size, path=(), root=root)


def test_what_no_tree_has_is_not_asked_for():
    with pytest.raises(ValueError, match="from 0 to 7"):
        Tree(LEAVES).path(8)
    with pytest.raises(ValueError, match="from 0 to 8"):
        Tree(LEAVES).growth(9)


def test_the_note_is_the_one_of_the_reference_to_the_byte():
    seed = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
    key = Ed25519PrivateKey.from_private_bytes(seed)
    assert heads.verifier_key("PeterNeumann", key.public_key()) == PETER
    assert notes.sign_text(POEM, name="PeterNeumann", private_key=key) == f"{POEM}\n{PETERS_LINE}"


def test_the_hash_of_another_published_key_agrees():
    raw = base64.b64decode("ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop")[1:]
    assert notes.key_hash("EnochRoot", Ed25519PublicKey.from_public_bytes(raw)).hex() == "af0cfe78"


KEY = signing.generate()
KEYS = signing.trusted_keys(TrustedKey(KEY.public_key()))
HEAD = Checkpoint("runs.example.org/evidence-log", 8, Tree(LEAVES).root)
NOTE = heads.sign_checkpoint(HEAD, KEY)


def test_a_checkpoint_is_read_back():
    read = heads.read_note(NOTE, KEYS)
    assert read.verdict is Verdict.VALID
    assert read.checkpoint == HEAD
    assert read.key_id == signing.key_id(KEY.public_key())


def test_signatures_of_witnesses_are_passed_over():
    witness = notes.sign_text(HEAD.text, name="witness.example", private_key=signing.generate())
    line = witness.split("\n\n")[1]
    assert heads.read_note(NOTE + line, KEYS).verdict is Verdict.VALID
    assert heads.read_note(f"{HEAD.text}\n{line}", KEYS).verdict is Verdict.UNKNOWN_KEY


def test_a_key_under_another_name_is_unknown():
    note = notes.sign_text(HEAD.text, name="elsewhere.example/log", private_key=KEY)
    assert heads.read_note(note, KEYS).verdict is Verdict.UNKNOWN_KEY


@pytest.mark.parametrize(
    ("status", "verdict"), [("retired", Verdict.KEY_RETIRED), ("revoked", Verdict.UNTRUSTED)]
)
def test_what_became_of_the_key_is_said(status, verdict):
    keys = signing.trusted_keys(TrustedKey(KEY.public_key(), status=status))
    assert heads.read_note(NOTE, keys).verdict is verdict


SIGNED = NOTE.split("\n\n")[1]


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        NOTE.replace("\n8\n", "\n9\n"),
        NOTE.replace("\n8\n", "\n08\n"),
        NOTE.replace("\n8\n", "\n٨\n"),
        NOTE.replace("\n8\n", f"\n{'9' * 5000}\n"),
        NOTE.replace("\n8\n", "\n-8\n"),
        NOTE.replace(".org", ".net", 1).replace("— runs.example.org", "— runs.example.net"),
        NOTE.replace("\n\n", "\nan extension\n\n"),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("\n", "\r\n"),
        NOTE.removesuffix("\n"),
        NOTE.replace("— ", "- "),
        NOTE + "x" * 70_000,
        NOTE + SIGNED * 64,
        NOTE[:-2] + "\n",
        f"{HEAD.origin}\n8\n\n{SIGNED}",
        f"{HEAD.origin}\n8\nAAAA\n\n{SIGNED}",
    ],
)
def test_whatever_is_not_the_note_that_was_signed_is_not_good(note):
    read = heads.read_note(note, KEYS)
    assert not read.verdict.is_good
    assert read.sentence.endswith(".")


@pytest.mark.parametrize("name", ["", "two words", "a+b", "tab\there"])
def test_a_log_has_a_name_that_notes_can_have(name):
    with pytest.raises(ValueError, match="cannot name a key"):
        heads.sign_checkpoint(replace(HEAD, origin=name), KEY)


DIGESTS = [data(number) for number in range(5)]
LOG = Tree(DIGESTS)
LOG_NOTE = heads.sign_checkpoint(Checkpoint("runs.example.org/evidence-log", 5, LOG.root), KEY)
PROOF = Proof(3, LOG.path(3), LOG_NOTE, DIGESTS[3])
TEXT = PROOF.text


def test_a_proof_says_what_it_is_about_and_is_good():
    found = heads.check_proof(TEXT.encode(), KEYS)
    assert found.is_good
    assert found.evidence_id == DIGESTS[3].hex()
    assert (found.place, found.checkpoint.size) == (4, 5)
    assert found.sentence.startswith("Packet 4 of the 5 in the log runs.example.org/evidence-log.")


def test_its_text_is_that_of_the_specification():
    encoded = [base64.b64encode(step).decode() for step in (DIGESTS[3], *LOG.path(3))]
    assert TEXT.split("\n")[:6] == [
        "c2sp.org/tlog-proof@v1",
        f"extra {encoded[0]}",
        "index 3",
        *encoded[1:],
    ]
    assert TEXT.endswith(f"\n\n{LOG_NOTE}")


def test_a_proof_without_the_extra_line_needs_to_be_told_the_packet():
    bare = replace(PROOF, extra=b"").text.encode()
    assert heads.check_proof(bare, KEYS, evidence_id=DIGESTS[3].hex()).is_good
    assert heads.check_proof(bare, KEYS).verdict is Verdict.INVALID


def test_the_first_and_only_packet_of_a_log_has_an_empty_path():
    note = heads.sign_checkpoint(Checkpoint("a.example/log", 1, Tree(DIGESTS[:1]).root), KEY)
    assert heads.check_proof(Proof(0, (), note, DIGESTS[0]).text.encode(), KEYS).is_good


def test_a_proof_by_somebody_elses_key_is_told_apart():
    note = heads.sign_checkpoint(Checkpoint("a.example/log", 5, LOG.root), signing.generate())
    found = heads.check_proof(replace(PROOF, note=note).text.encode(), KEYS)
    assert found.verdict is Verdict.UNKNOWN_KEY


@pytest.mark.parametrize(
    "text",
    [
        replace(PROOF, extra=DIGESTS[2]).text,
        replace(PROOF, extra=b"short").text,
        replace(PROOF, index=2).text,
        replace(PROOF, index=5).text,
        replace(PROOF, path=LOG.path(2)).text,
        replace(PROOF, path=LOG.path(3) * 40).text,
        replace(PROOF, path=[b"short"]).text,
        replace(PROOF, note=NOTE).text,
        replace(PROOF, note="").text,
        TEXT.replace("@v1", "@v2"),
        TEXT.replace("index 3", "index 03"),
        TEXT.replace("index 3\n", ""),
        TEXT.replace("\n\n", "\n"),
        TEXT.replace("=\n", "\n"),
        TEXT + "x" * 140_000,
        "",
    ],
)
def test_whatever_is_not_the_proof_of_this_packet_is_not_good(text):
    found = heads.check_proof(text.encode(), KEYS)
    assert not found.is_good
    assert found.sentence.endswith(".")


def test_bytes_that_are_no_text_are_refused():
    assert not heads.check_proof(b"\xff\xfe", KEYS).is_good
    assert not heads.check_proof(TEXT.encode(), KEYS, evidence_id="not hexadecimal").is_good
    assert not heads.check_proof(TEXT.encode(), KEYS, evidence_id=DIGESTS[2].hex()).is_good


def test_a_proof_for_another_packet_is_refused_though_it_is_good_for_its_own():
    assert heads.check_proof(TEXT.encode(), KEYS).is_good
    assert not heads.check_proof(TEXT.encode(), KEYS, evidence_id=DIGESTS[2].hex()).is_good
