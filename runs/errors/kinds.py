"""The registry of published errors: what each code says and what to do about it. Core."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    REQUEST = "request"
    PERMISSION = "permission"
    VALIDATION = "validation"
    PREFLIGHT = "preflight"
    SUBMIT = "submit"
    QUEUE = "queue"
    EXECUTE = "execute"
    FETCH = "fetch"
    INTERNAL = "internal"


class Retry(StrEnum):
    """What repeating the request would do."""

    NONE = "none"
    FIX_INPUT = "fix_input"
    SAME_TOKEN = "same_token"
    NEW_RUN = "new_run"
    LATER = "later"


@dataclass(frozen=True)
class ErrorKind:
    """One published code. ``headline`` names the cause, ``advice`` the next step, in a sentence."""

    code: str
    category: str
    stage: Stage
    http_status: int
    retry: Retry
    headline: str
    advice: str


def _kinds(*kinds: ErrorKind) -> Mapping[str, ErrorKind]:
    return {kind.code: kind for kind in kinds}


# fmt: off
ERRORS = _kinds(
    ErrorKind(
        "workflow_not_found", "request", Stage.REQUEST, 404, Retry.FIX_INPUT,
        "This workflow does not exist, or you cannot see it",
        "Choose one of your own workflows, or ask its owner to invite you to the workspace.",
    ),
    ErrorKind(
        "permission_denied", "request", Stage.PERMISSION, 403, Retry.NONE,
        "You may see this, but not do that",
        "Ask an owner of the workspace to do it, or to give you the role that may.",
    ),
    ErrorKind(
        "unsupported_provider_path", "route", Stage.PREFLIGHT, 422, Retry.FIX_INPUT,
        "QuantumRuns cannot send runs along this route",
        "Choose a provider, device and mode that belong together; the form lists those that do.",
    ),
    ErrorKind(
        "invalid_circuit", "circuit", Stage.VALIDATION, 422, Retry.FIX_INPUT,
        "The program is not well formed",
        "Correct the marked place and run again; the same program fails the same way.",
    ),
    ErrorKind(
        "unsupported_operation", "circuit", Stage.VALIDATION, 422, Retry.FIX_INPUT,
        "The program uses an operation that this route does not offer",
        "Replace the marked operation by gates of the table, or choose a device that has it.",
    ),
    ErrorKind(
        "runner_limit_exceeded", "limit", Stage.PREFLIGHT, 422, Retry.FIX_INPUT,
        "The run is larger than this runner allows",
        "Ask for fewer qubits, shots or operations, or choose a device that allows more.",
    ),
    ErrorKind(
        "provider_quota", "provider", Stage.SUBMIT, 429, Retry.LATER,
        "The provider refused the run: its quota is used up",
        "Wait until the quota renews, or choose another device.",
    ),
    ErrorKind(
        "spending_limit_exceeded", "limit", Stage.PREFLIGHT, 402, Retry.LATER,
        "The run would cost more than the workspace may spend",
        "Ask for fewer shots, choose the simulator, or ask an owner to raise the budget.",
    ),
    ErrorKind(
        "timeout", "execution", Stage.EXECUTE, 504, Retry.NEW_RUN,
        "The run did not end within its time",
        "Make the program smaller or ask for fewer shots, then run it again.",
    ),
    ErrorKind(
        "provider_not_ready", "provider", Stage.PREFLIGHT, 409, Retry.LATER,
        "The device is not ready to take runs",
        "Wait until it is online again, or choose another device.",
    ),
    ErrorKind(
        "provider_throttled", "provider", Stage.SUBMIT, 429, Retry.LATER,
        "The provider asked us to slow down and did not take the run",
        "Retry in a few minutes; nothing was sent.",
    ),
    ErrorKind(
        "provider_auth_failed", "provider", Stage.SUBMIT, 409, Retry.LATER,
        "The provider did not accept the workspace's connection",
        "Ask an owner to test and renew the provider connection.",
    ),
    ErrorKind(
        "provider_rejected", "provider", Stage.SUBMIT, 422, Retry.FIX_INPUT,
        "The provider refused the program",
        "Read what the device accepts, change the program or the route, and run again.",
    ),
    ErrorKind(
        "provider_error", "provider", Stage.EXECUTE, 502, Retry.NEW_RUN,
        "The provider failed while it ran the program",
        "Retry as a new run; the program itself was accepted.",
    ),
    ErrorKind(
        "result_unavailable", "provider", Stage.FETCH, 502, Retry.NEW_RUN,
        "The run ended, but no usable result came back",
        "Retry as a new run; what came back was damaged or missing, so it was not stored.",
    ),
    ErrorKind(
        "submission_unconfirmed", "provider", Stage.SUBMIT, 502, Retry.SAME_TOKEN,
        "The run was sent, and the answer was lost",
        "Wait: we look for the task at the provider before anything is sent again.",
    ),
    ErrorKind(
        "worker_lost", "execution", Stage.EXECUTE, 500, Retry.NEW_RUN,
        "The worker or its runner was lost while the program ran, more often than we try again",
        "Retry as a new run; if it happens again, tell the operator of this server.",
    ),
    ErrorKind(
        "invalid_request", "request", Stage.REQUEST, 400, Retry.FIX_INPUT,
        "The request is not well formed",
        "Correct the fields that are named and send it again.",
    ),
    ErrorKind(
        "not_authenticated", "request", Stage.REQUEST, 401, Retry.FIX_INPUT,
        "The request carries no valid sign-in",
        "Send an API token that is in force as “Authorization: Bearer …”, or sign in.",
    ),
    ErrorKind(
        "not_found", "request", Stage.REQUEST, 404, Retry.FIX_INPUT,
        "There is nothing at this address, or you cannot see it",
        "Check the identifier; what belongs to another workspace does not exist for you.",
    ),
    ErrorKind(
        "method_not_allowed", "request", Stage.REQUEST, 405, Retry.FIX_INPUT,
        "This address does not take that method",
        "Use one of the methods that the Allow header names.",
    ),
    ErrorKind(
        "unsupported_media_type", "request", Stage.REQUEST, 415, Retry.FIX_INPUT,
        "The API takes JSON only",
        "Send the body as application/json.",
    ),
    ErrorKind(
        "payload_too_large", "request", Stage.REQUEST, 413, Retry.FIX_INPUT,
        "The request body is too large",
        "Keep the body within the size the docs give.",
    ),
    ErrorKind(
        "state_conflict", "request", Stage.REQUEST, 409, Retry.NONE,
        "This cannot be done in the present state",
        "Read the object again and see what it allows now.",
    ),
    ErrorKind(
        "idempotency_mismatch", "request", Stage.REQUEST, 422, Retry.FIX_INPUT,
        "This idempotency key was used for a different request",
        "Use a new key for a new request; a key belongs to one body for ever.",
    ),
    ErrorKind(
        "idempotency_in_progress", "request", Stage.REQUEST, 409, Retry.SAME_TOKEN,
        "The first request with this idempotency key is still in work",
        "Send the same request with the same key again in a moment.",
    ),
    ErrorKind(
        "rate_limited", "limit", Stage.REQUEST, 429, Retry.LATER,
        "Too many requests in a short time",
        "Wait for the time that the Retry-After header gives.",
    ),
    ErrorKind(
        "concurrency_limit", "limit", Stage.REQUEST, 429, Retry.LATER,
        "Too many runs are waiting",
        "Wait until some have ended, or cancel queued runs of yours.",
    ),
    ErrorKind(
        "internal_error", "internal", Stage.INTERNAL, 500, Retry.NEW_RUN,
        "Something went wrong on our side",
        "Retry as a new run; if it happens again, send the operator the request id.",
    ),
)
# fmt: on
