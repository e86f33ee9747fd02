"""Finds out all about a request that can be found before a row is held or written."""

from dataclasses import dataclass, replace
from typing import Self

from runs import canonical, programs
from runs.contract import Lowered, RunRequest
from runs.errors import RunError, Stage
from runs.limits import Limits


@dataclass(frozen=True)
class Content:
    """The exact source of a request, valid or not, and its digest."""

    data: bytes
    sha256: str

    @classmethod
    def of(cls, request: RunRequest) -> Self:
        """Return what ``request`` sent. All points of a sweep send the same."""
        data = programs.snapshot(request)
        return cls(data, canonical.sha256(data))


@dataclass(frozen=True)
class Checked:
    """A request that was looked at under ``limits``; ``error`` is what is wrong with it.

    ``lowered`` is what its source comes to, or nothing yet where a worker reads it.
    """

    request: RunRequest
    limits: Limits
    content: Content
    parameters_sha256: str
    lowered: Lowered | None
    error: RunError | None


def check(request: RunRequest, limits: Limits, *, content: Content | None = None) -> Checked:
    """Look at a request, whose ``content`` may be known from another point of its sweep.

    :raises RunError: ``invalid_request`` if it is such that it is not recorded.
    """
    lowered, error = _read(request, limits)
    if error is not None and error.kind.stage is Stage.REQUEST:
        raise error
    bound = canonical.sha256(canonical.encode(dict(request.parameters)))
    return Checked(
        request=request,
        limits=limits,
        content=content or Content.of(request),
        parameters_sha256=bound if request.parameters else "",
        lowered=lowered,
        error=error,
    )


def _read(request: RunRequest, limits: Limits) -> tuple[Lowered | None, RunError | None]:
    place = request.sweep
    is_first = place is None or place.index == 0
    if place is not None and not is_first:
        # The first point is read at once; all of them together are not more than one run may be.
        share = max(1, limits.preview_statements // place.points)
        limits = replace(limits, preview_statements=share)
    is_left = place is not None and not place.is_read_at_once
    try:
        if is_left or programs.is_long(request, limits=limits):
            programs.check_outline(request, limits, is_scanned=not is_first)
            return None, None
        return programs.check(request, limits).lowered(), None
    except RunError as error:
        return None, error
