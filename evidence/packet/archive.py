"""Zip archives: the same files give the same bytes, and a stranger's archive cannot hurt. Core."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping

MAX_ENTRIES = 200
MAX_EXPANDED_BYTES = 20 * 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = stat.S_IFREG | 0o644
_UNIX = 3
_LEVEL = 6
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}){0,7}")


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
            return _read(opened)
    except ArchiveError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        ValueError,
        OverflowError,
        RuntimeError,
    ) as problem:
        raise ArchiveError("It is not a zip archive, or it is damaged.") from problem


def _read(opened: zipfile.ZipFile) -> dict[str, bytes]:
    entries = opened.infolist()
    if len(entries) > MAX_ENTRIES:
        raise ArchiveError(f"It holds more than {MAX_ENTRIES} entries.")
    files: dict[str, bytes] = {}
    taken: set[str] = set()
    left = MAX_EXPANDED_BYTES
    for entry in entries:
        if entry.is_dir() and not entry.file_size:
            continue
        _check_entry(entry)
        if entry.filename.lower() in taken:
            raise ArchiveError(f"It holds {entry.filename} twice.")
        taken.add(entry.filename.lower())
        files[entry.filename] = _expand(opened, entry, left)
        left -= len(files[entry.filename])
    return files


def _check_entry(entry: zipfile.ZipInfo) -> None:
    # zipfile cuts names at a null byte; the name as it stands in the archive is the one to judge.
    if not _NAME.fullmatch(entry.orig_filename):
        raise ArchiveError("It holds a path that no packet has.")
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        raise ArchiveError(f"{entry.filename} is encrypted or packed in an unusual way.")
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        raise ArchiveError(f"{entry.filename} is not a plain file.")


def _expand(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    if entry.file_size > left:
        raise ArchiveError(f"It holds more than {MAX_EXPANDED_BYTES // 1024 // 1024} MiB.")
    with opened.open(entry) as content:
        data = content.read(left + 1)
    if len(data) > left:
        raise ArchiveError(f"It holds more than {MAX_EXPANDED_BYTES // 1024 // 1024} MiB.")
    return data
