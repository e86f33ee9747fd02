"""What went wrong, in the order people ask: the cause, the place, three answers, the way on. Core.

Everything is read from the error payload that is stored, answered by the API and sealed, so the
run page, the packet and the reviewer's page say the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runs.errors import ERRORS, Retry

_BEFORE = {"request", "permission", "validation", "preflight"}
_RETRIES = {
    Retry.NONE: "A retry changes nothing.",
    Retry.FIX_INPUT: (
        "A retry with the same program and route fails the same way. Change them first."
    ),
    Retry.SAME_TOKEN: (
        "Not yet. The provider may have run it; we look for the task before anything is sent again."
    ),
    Retry.NEW_RUN: "Yes. A retry is a new run of the same source on the same route.",
    Retry.LATER: "Yes, later. A retry is a new run of the same source on the same route.",
}
_KEPT = {
    "ready": "Your request, this error and the trace are sealed as evidence.",
    "not_requested": "Your request, this error and the trace are kept. You can seal them later.",
    "build_failed": (
        "Your request, this error and the trace are kept. Sealing them failed and can be repeated."
    ),
}
_PLACE = re.compile(r"(Operation|Line) \d")
_KEPT_MEANWHILE = "Your request, this error and the trace are kept and are being sealed."


@dataclass(frozen=True)
class Explanation:
    """An error in words. ``problems`` are those beyond the first, each with its place."""

    code: str
    headline: str
    message: str
    place: str
    hint: str
    problems: tuple[str, ...]
    happened: str
    retry: str
    kept: str
    operation_index: int | None


def explain(
    error: Mapping[str, Any], *, evidence_state: str, operations: int | None = None
) -> Explanation:
    """Return an error payload in words. ``operations`` is how many the circuit has, if known."""
    kind = ERRORS.get(error["code"], ERRORS["internal_error"])
    problems = error["problems"]
    first = problems[0] if problems else {}
    return Explanation(
        code=error["code"],
        headline=kind.headline,
        message=_sentence(error["message"]) if error["message"] != kind.headline else "",
        place="" if _names_its_place(first) else place(first, operations),
        hint=error["hint"] or kind.advice,
        problems=tuple(_with_place(problem, operations) for problem in problems[1:]),
        happened=_happened(error),
        retry=_retry(error),
        kept=_KEPT.get(evidence_state, _KEPT_MEANWHILE),
        operation_index=error["operationIndex"],
    )


def place(problem: Mapping[str, Any], operations: int | None = None) -> str:
    """Return where a problem is: ``Operation 3 of 6``, ``Line 4, column 7``, or nothing."""
    index = problem.get("operationIndex")
    if index is not None:
        total = f" of {operations}" if operations and index < operations else ""
        return f"Operation {index + 1}{total}"
    if problem.get("line") is not None:
        column = f", column {problem['column']}" if problem.get("column") is not None else ""
        return f"Line {problem['line']}{column}"
    return ""


def _with_place(problem: Mapping[str, Any], operations: int | None) -> str:
    where = "" if _names_its_place(problem) else place(problem, operations)
    return _sentence(f"{where}: {problem['message']}" if where else problem["message"])


def _names_its_place(problem: Mapping[str, Any]) -> bool:
    return bool(_PLACE.match(problem.get("message", "")))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _happened(error: Mapping[str, Any]) -> str:
    if error["stage"] in _BEFORE:
        return "It stopped before submission. Nothing reached the provider, nothing was charged."
    return f"{_sent(error['submission'])} {_paid(error['billing'])}"


def _sent(submission: str) -> str:
    if submission == "not_sent":
        return "It was not sent to the provider."
    if submission == "sent_unconfirmed":
        return "It was sent, and the provider’s answer was lost."
    return "The provider took it, and it ended without a result."


def _paid(billing: str) -> str:
    if billing == "charged":
        return "The provider charged for it."
    if billing in {"estimated", "unknown"}:
        return "The provider may charge for it."
    return "Nothing was charged."


def _retry(error: Mapping[str, Any]) -> str:
    retry = error["retry"]
    if not retry["safe"]:
        return _RETRIES[Retry.SAME_TOKEN]
    text = _RETRIES[Retry(retry["mode"])]
    if retry["afterSeconds"]:
        return f"{text} Wait at least {retry['afterSeconds']} seconds."
    return text
