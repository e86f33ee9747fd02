"""Archives: the same files give the same bytes, and no archive of a stranger does harm."""

import io
import stat
import struct
import warnings
import zipfile

import pytest

from evidence.packet import ArchiveError, read, write
from evidence.packet.archive import MAX_ENTRIES, MAX_EXPANDED_BYTES

FILES = {"manifest.json": b"{}", "result/counts.json": b"[]" * 100, "README.md": b"# Read"}


def test_what_was_written_is_read_back():
    assert read(write(FILES)) == FILES


def test_the_order_of_the_files_does_not_matter():
    assert write(FILES) == write(dict(reversed(FILES.items())))


def test_entries_are_sorted_dated_1980_and_plain():
    with zipfile.ZipFile(io.BytesIO(write(FILES))) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(FILES)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {stat.S_IFREG | 0o644}


def test_other_programs_can_read_it(tmp_path):
    (tmp_path / "packet.zip").write_bytes(write(FILES))
    with zipfile.ZipFile(tmp_path / "packet.zip") as archive:
        assert archive.testzip() is None


def _zip(*entries, compression=zipfile.ZIP_DEFLATED):
    """A zip of (name or ZipInfo, content) pairs, made without any of our own care."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(buffer, "w", compression) as archive:
            for name, content in entries:
                archive.writestr(name, content)
    return buffer.getvalue()


def test_folders_that_other_programs_add_are_passed_over():
    assert read(_zip(("result/", b""), ("result/counts.json", b"{}"))) == {
        "result/counts.json": b"{}"
    }


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "a/../../evil",
        "/etc/passwd",
        "a//b",
        "./a",
        "a/./b",
        "C:\\evil",
        "a\\b",
        ".hidden",
        "a b",
        "naïve",
        "a\nb",
        "a" * 101,
        "/".join("abcdefghi"),
        "-\u202egnp.exe",
    ],
)
def test_paths_that_no_packet_has_are_refused(name):
    with pytest.raises(ArchiveError, match="path that no packet has"):
        read(_zip((name, b"x")))


def test_a_path_that_hides_behind_a_null_byte_is_refused():
    archive = _zip(("manifest.jsonXevil", b"x")).replace(b"jsonXevil", b"json\x00evil")
    with pytest.raises(ArchiveError):
        read(archive)


@pytest.mark.parametrize("again", ["manifest.json", "MANIFEST.json"])
def test_a_path_that_is_there_twice_is_refused(again):
    with pytest.raises(ArchiveError, match="twice"):
        read(_zip(("manifest.json", b"{}"), (again, b"[]")))


def test_links_are_refused():
    link = zipfile.ZipInfo("manifest.json")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(ArchiveError, match="not a plain file"):
        read(_zip((link, b"/etc/passwd")))


def test_too_many_entries_are_refused():
    entries = [(f"f{number}", b"") for number in range(MAX_ENTRIES + 1)]
    with pytest.raises(ArchiveError, match="more than 200 entries"):
        read(_zip(*entries))
    assert len(read(_zip(*entries[:-1]))) == MAX_ENTRIES


def test_a_bomb_is_refused():
    bomb = _zip(("bomb", bytes(MAX_EXPANDED_BYTES + 1)))
    assert len(bomb) < MAX_EXPANDED_BYTES // 500
    with pytest.raises(ArchiveError, match="more than 20 MiB"):
        read(bomb)


def test_a_bomb_in_parts_is_refused():
    part = bytes(MAX_EXPANDED_BYTES // 4 + 1)
    with pytest.raises(ArchiveError, match="more than 20 MiB"):
        read(_zip(*((f"part{number}", part) for number in range(4))))


def test_a_bomb_that_lies_about_its_size_is_not_unpacked():
    bomb = bytearray(_zip(("bomb", bytes(MAX_EXPANDED_BYTES + 1))))
    for place in (bomb.find(b"PK\x03\x04") + 22, bomb.find(b"PK\x01\x02") + 24):
        bomb[place : place + 4] = struct.pack("<I", 10)
    with pytest.raises(ArchiveError):
        read(bytes(bomb))


def test_an_encrypted_entry_is_refused():
    archive = bytearray(_zip(("manifest.json", b"{}")))
    for place in (archive.find(b"PK\x03\x04") + 6, archive.find(b"PK\x01\x02") + 8):
        archive[place] |= 1
    with pytest.raises(ArchiveError, match="encrypted"):
        read(bytes(archive))


def test_an_unusual_compression_is_refused():
    with pytest.raises(ArchiveError, match="unusual"):
        read(_zip(("manifest.json", b"{}"), compression=zipfile.ZIP_LZMA))


@pytest.mark.parametrize("at", [0, 40, -30])
def test_a_damaged_archive_is_refused(at):
    archive = bytearray(write(FILES))
    archive[at] ^= 0xFF
    with pytest.raises(ArchiveError):
        read(bytes(archive))


@pytest.mark.parametrize("archive", [b"", b"PK", b"no zip at all", write(FILES)[:-30]])
def test_what_is_no_archive_is_refused(archive):
    with pytest.raises(ArchiveError, match="not a zip archive"):
        read(archive)


@pytest.mark.parametrize("name", ["../evil", "/evil", "", "a\\b"])
def test_a_path_that_would_be_refused_is_never_written(name):
    with pytest.raises(ValueError, match="not a path of a packet"):
        write({name: b""})
