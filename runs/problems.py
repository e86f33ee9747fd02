"""Errors as problem details (RFC 9457): the one form in which the API says what went wrong."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from accounts import current
from runs.contract import Billing, Submission
from runs.errors import ERRORS, RunError

MEDIA_TYPE = "application/problem+json"


def document(
    error: Mapping[str, Any], *, instance: str, run_id: str | None = None
) -> dict[str, Any]:
    """Return the problem document of an error payload.

    ``instance`` is the path of the run that records the error, or of the request that caused it.
    """
    kind = ERRORS[error["code"]]
    return {
        "type": error["docsUrl"],
        "title": kind.headline,
        "status": kind.http_status,
        "detail": error["message"],
        "instance": instance,
        **error,
        "runId": run_id,
        "requestId": current.request_id.get(),
    }


def payload(error: RunError) -> dict[str, Any]:
    """Return the payload of an error that no run records."""
    return error.as_json(
        docs_url=f"{settings.SITE_URL}/docs/errors/",
        provider_id=None,
        attempt=0,
        max_attempts=settings.RUN_LIMITS.attempts,
        submission=Submission.NOT_SENT.value,
        billing=Billing.NONE.value,
    )


def of(error: RunError, *, instance: str) -> dict[str, Any]:
    """Return the problem document of an error that no run records."""
    return document(payload(error), instance=instance)
