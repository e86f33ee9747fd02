"""What a certificate shows of the result of a run: its counts, its values, or both side by side."""

from collections.abc import Mapping

from evidence import layout
from evidence.certificates import counts, values
from evidence.certificates.tables import Result
from evidence.manifest import Manifest
from runs.contract import Status


def result(manifest: Manifest, files: Mapping[str, bytes]) -> Result:
    """Return the result of the run of ``manifest``; ``files`` is its checked payload.

    :raises KeyError: if ``files`` lacks a result that the manifest names.
    """
    counted = None
    if manifest.counts:
        counted = counts.read(files[layout.COUNTS], is_analog=manifest.is_analog)
    valued = values.read(files[layout.VALUES]) if manifest.values else None
    if counted and valued:
        left, note = counts.beside(counted)
        right, more = values.beside(valued)
        return Result("Counts and values", (left, right), f"{note} {more}")
    if counted:
        return Result("Counts", *counts.alone(counted))
    if valued:
        return Result("Values", *values.alone(valued))
    return Result("Counts" if manifest.run.shots else "Values", (), _nothing(manifest))


def _nothing(manifest: Manifest) -> str:
    what = "counts were measured" if manifest.run.shots else "values were computed"
    if manifest.run.status == Status.CANCELLED:
        return f"No {what}: a person stopped the run before it had a result."
    return f"No {what}: the run failed before it had a result."
