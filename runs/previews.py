"""Looking at a request without recording it: what is wrong, or what it would be."""

from dataclasses import dataclass

from runs import offers, programs, routes
from runs.contract import RunRequest
from runs.errors import RunError
from runs.limits import Limits
from runs.offers import Offer
from runs.programs import Program


@dataclass(frozen=True)
class Preview:
    """The checked program and what its device offers, or the error that a run of it would get.

    A program that is too long to be read while somebody waits has neither; a run reads it.
    """

    program: Program | None = None
    offer: Offer | None = None
    error: RunError | None = None

    @property
    def is_valid(self) -> bool | None:
        """Whether a run would be accepted, None where that was not checked."""
        if self.error is not None:
            return False
        return None if self.program is None else True


def preview(request: RunRequest, limits: Limits) -> Preview:
    """Check ``request`` exactly as a submission under ``limits`` would."""
    try:
        is_long = programs.is_long(request, limits=limits)
        program = None if is_long else programs.check(request, limits)
        device = routes.find(request.provider_id, request.device_id, request.mode)
    except RunError as error:
        return Preview(error=error)
    return Preview(program=program, offer=offers.offer_of(device))
