"""Evidence bytes under their own digest: written once and whole, checked on every read.

The place is Django's storage ``evidence``: a folder, or an object store where one is configured.
"""

import os
import tempfile
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages

from runs import canonical


class StoreError(Exception):
    """Bytes that a row names cannot be handed out."""


class MissingBytesError(StoreError):
    """Nothing lies in the store under this digest."""


class DamagedBytesError(StoreError):
    """What lies in the store under this digest is something else."""


def put(content: bytes) -> str:
    """Keep ``content`` and return its SHA-256. Keeping the same bytes again changes nothing."""
    digest = canonical.sha256(content)
    storage, name = storages["evidence"], _name(digest)
    if not storage.exists(name):
        _write(storage, name, content)
    return digest


def get(sha256: str) -> bytes:
    """Return the bytes whose digest is ``sha256``.

    :raises MissingBytesError: if there are none.
    :raises DamagedBytesError: if they no longer have that digest.
    """
    try:
        with storages["evidence"].open(_name(sha256)) as file:
            content: bytes = file.read()
    except FileNotFoundError as error:
        raise MissingBytesError(f"The evidence store has nothing under {sha256}.") from error
    if canonical.sha256(content) != sha256:
        raise DamagedBytesError(f"The evidence store holds damaged bytes under {sha256}.")
    return content


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def _write(storage: Storage, name: str, content: bytes) -> None:
    if isinstance(storage, FileSystemStorage):
        _write_file(Path(storage.path(name)), content)
    else:  # an object store takes a whole object or none
        storage.save(name, ContentFile(content))


def _write_file(path: Path, content: bytes) -> None:
    """Write so that the name, once it is there, always stands for the whole content."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
