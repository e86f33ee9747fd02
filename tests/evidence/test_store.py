"""Evidence bytes are kept whole, found by digest, and never handed out damaged."""

import os

import pytest

from evidence import store
from runs import canonical

CONTENT = b"sealed bytes"
DIGEST = canonical.sha256(CONTENT)


def _files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_put_is_found_by_its_digest():
    assert store.put(CONTENT) == DIGEST
    assert store.get(DIGEST) == CONTENT


def test_the_folder_fans_out_by_the_first_digits(evidence_store):
    store.put(CONTENT)
    assert _files(evidence_store) == [evidence_store / DIGEST[:2] / DIGEST[2:4] / DIGEST]


def test_only_the_servers_own_user_may_read_the_files(evidence_store):
    store.put(CONTENT)
    (file,) = _files(evidence_store)
    assert file.stat().st_mode & 0o077 == 0


def test_the_same_bytes_twice_are_one_file_that_is_not_written_again(evidence_store):
    store.put(CONTENT)
    (file,) = _files(evidence_store)
    before = file.stat().st_mtime_ns
    store.put(CONTENT)
    assert [path.stat().st_mtime_ns for path in _files(evidence_store)] == [before]


def test_damaged_bytes_are_refused_with_the_digest_in_the_message(evidence_store):
    store.put(CONTENT)
    (file,) = _files(evidence_store)
    file.write_bytes(b"sealed byteZ")
    with pytest.raises(store.DamagedBytesError, match=DIGEST):
        store.get(DIGEST)


def test_missing_bytes_are_refused_with_the_digest_in_the_message():
    with pytest.raises(store.MissingBytesError, match=DIGEST):
        store.get(DIGEST)


def test_a_disk_that_fills_up_leaves_neither_half_a_file_nor_a_temporary_one(
    evidence_store, monkeypatch
):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.put(CONTENT)
    monkeypatch.undo()
    assert _files(evidence_store) == []
    assert store.put(CONTENT) == DIGEST
    assert store.get(DIGEST) == CONTENT


def test_an_object_store_serves_as_well(settings):
    backend = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "evidence": backend}
    store.put(CONTENT)
    store.put(CONTENT)
    assert store.get(DIGEST) == CONTENT
