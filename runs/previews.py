"""Looking at a request without recording it: what is wrong, or what it would be."""

from dataclasses import dataclass

from django.conf import settings

from runs import offers, programs, routes
from runs.contract import RunRequest
from runs.errors import RunError
from runs.offers import Offer
from runs.programs import Program


@dataclass(frozen=True)
class Preview:
    """The checked program and what its device offers, or the error that a run of it would get."""

    program: Program | None = None
    offer: Offer | None = None
    error: RunError | None = None


def preview(request: RunRequest) -> Preview:
    """Check ``request`` exactly as a submission would."""
    try:
        program = programs.check(request, settings.RUN_LIMITS)
        device = routes.find(request.provider_id, request.device_id, request.mode)
    except RunError as error:
        return Preview(error=error)
    return Preview(program=program, offer=offers.offer_of(device))
