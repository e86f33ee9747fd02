"""Zip archives: the same files give the same bytes, and a stranger's archive cannot hurt. Core."""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from operator import attrgetter

MAX_ENTRIES = 200
MAX_EXPANDED_BYTES = 20 * 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = stat.S_IFREG | 0o644
_UNIX = 3
_LEVEL = 6
_ENCRYPTED, _SIZES_LATER, _UTF_8 = 0x1, 0x8, 0x800
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}){0,7}")
# What stands before the data of an entry, and at the end of all (APPNOTE.TXT 4.3.7 and 4.3.16).
_LOCAL, _END = struct.Struct("<4s4xH16xHH"), struct.Struct("<4s8xLLH")
_LOCAL_MARK, _LATER_MARK, _END_MARK = b"PK\3\4", b"PK\7\x08", b"PK\5\6"
_DAMAGED = "It is not a zip archive, or it is damaged."


class ArchiveError(ValueError):
    """An archive is damaged, too large, or of a kind that a packet never is."""


def write(files: Mapping[str, bytes]) -> bytes:
    """Return the zip of ``files`` by path: sorted, dated 1980-01-01, mode 0644.

    :raises ValueError: if a path is one that :func:`read` would refuse.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            if not _NAME.fullmatch(name):
                raise ValueError(f"not a path of a packet: {name!r}")
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _MODE << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name], compresslevel=_LEVEL)
    return buffer.getvalue()


def read(archive: bytes) -> dict[str, bytes]:
    """Return the files of a zip by path. Folders that other programs add are passed over.

    Nothing is written to disk, and never is more than :data:`MAX_EXPANDED_BYTES` unpacked,
    whatever sizes the archive claims.

    :raises ArchiveError: if it is no zip, damaged, encrypted, beyond the limits, or holds a
        path twice or one that leads elsewhere.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return _read(archive, opened.infolist())
    except ArchiveError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        NotImplementedError,
        ValueError,
        OverflowError,
    ) as problem:
        raise ArchiveError(_DAMAGED) from problem


def _read(archive: bytes, entries: Sequence[zipfile.ZipInfo]) -> dict[str, bytes]:
    if len(entries) > MAX_ENTRIES:
        raise ArchiveError(f"It holds more than {MAX_ENTRIES} entries.")
    starts = _starts(archive, entries)
    files: dict[str, bytes] = {}
    taken: set[str] = set()
    left = MAX_EXPANDED_BYTES
    for entry in entries:
        _check_entry(entry)
        if entry.filename.lower() in taken:
            raise ArchiveError(f"It holds {entry.filename} twice.")
        taken.add(entry.filename.lower())
        start = starts[entry.header_offset]
        content = _expand(entry, archive[start : start + entry.compress_size], left)
        left -= len(content)
        if not entry.is_dir():
            files[entry.filename] = content
    return files


def _starts(archive: bytes, entries: Sequence[zipfile.ZipInfo]) -> dict[int, int]:
    """Return where the data of each entry starts, by where its header does.

    The entries must follow one another from the first byte to the directory at the end, each under
    the name that the directory has for it: in what lies between them, another program could find
    other files.
    """
    starts: dict[int, int] = {}
    place = 0
    for entry in sorted(entries, key=attrgetter("header_offset")):
        if entry.header_offset != place:
            raise ArchiveError("It holds bytes that belong to none of its files.")
        mark, method, name, extra = _LOCAL.unpack_from(archive, place)
        place += _LOCAL.size
        if mark != _LOCAL_MARK or archive[place : place + name] != _name(entry):
            raise ArchiveError(_DAMAGED)
        if method != entry.compress_type:
            raise ArchiveError(_DAMAGED)
        starts[entry.header_offset] = place + name + extra
        place += name + extra + entry.compress_size
        if entry.flag_bits & _SIZES_LATER:
            place += 16 if archive[place : place + 4] == _LATER_MARK else 12
    mark, size, start, comment = _END.unpack(archive[-_END.size :])
    if (mark, start, start + size, comment) != (_END_MARK, place, len(archive) - _END.size, 0):
        raise ArchiveError("It holds bytes that belong to none of its files.")
    return starts


def _name(entry: zipfile.ZipInfo) -> bytes:
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF_8 else "cp437")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    # zipfile cuts names at a null byte; the name as it stands in the archive is the one to judge.
    if not _NAME.fullmatch(entry.orig_filename.removesuffix("/")):
        raise ArchiveError("It holds a path that no packet has.")
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        raise ArchiveError(f"{entry.filename} is encrypted or packed in an unusual way.")
    kind = stat.S_IFDIR if entry.is_dir() else stat.S_IFREG
    is_plain = stat.S_IFMT(entry.external_attr >> 16) in (0, kind)
    if not is_plain or (entry.is_dir() and entry.file_size):
        raise ArchiveError(f"{entry.filename} is not a plain file.")


def _expand(entry: zipfile.ZipInfo, packed: bytes, left: int) -> bytes:
    if entry.file_size > left:
        raise ArchiveError(f"It holds more than {MAX_EXPANDED_BYTES // 1024 // 1024} MiB.")
    data, is_whole = packed, True
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        data = inflater.decompress(packed, entry.file_size + 1)
        is_whole = inflater.eof and not inflater.unused_data
    if not is_whole or len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
        raise ArchiveError(_DAMAGED)
    return data
