"""The published errors: one registry for the form, the API, the run page, the docs and evidence.

Anticipated failures are :class:`RunError` with a code of :data:`ERRORS`. Anything else is a bug and
is recorded as ``internal_error`` without detail. Core.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runs.errors.kinds import ERRORS, ErrorKind, Retry, Stage

__all__ = ["ERRORS", "AttemptLostError", "ErrorKind", "Problem", "Retry", "RunError", "Stage"]


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a request, and where. Lines and columns count from 1.

    ``field`` is the request's field in camelCase, ``operation_index`` counts from 0.
    """

    message: str
    field: str | None = None
    operation_index: int | None = None
    line: int | None = None
    column: int | None = None
    hint: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the members that have a value, in camelCase."""
        members = {
            "message": self.message,
            "field": self.field,
            "operationIndex": self.operation_index,
            "line": self.line,
            "column": self.column,
            "hint": self.hint,
        }
        return {name: value for name, value in members.items() if value is not None}


class RunError(Exception):
    """An anticipated failure with a published code and all the problems found at once."""

    def __init__(
        self,
        code: str,
        problems: Sequence[Problem] = (),
        *,
        stage: Stage | None = None,
        retry_after_seconds: int | None = None,
        native_code: str | None = None,
    ) -> None:
        self.kind = ERRORS[code]
        self.code = code
        self.problems = tuple(problems)
        self.stage = stage or self.kind.stage
        self.retry_after_seconds = retry_after_seconds
        self.native_code = native_code
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The first problem in words, or the headline where nothing particular is known."""
        return self.problems[0].message if self.problems else self.kind.headline

    def as_json(
        self,
        *,
        docs_url: str,
        provider_id: str | None,
        attempt: int,
        max_attempts: int,
        submission: str,
        billing: str,
    ) -> dict[str, Any]:
        """Return the error payload of the run record: the same on the run, in the API, in evidence.

        ``docs_url`` is the address of the page that has one anchor per code.
        """
        first = self.problems[0] if self.problems else None
        return {
            "code": self.code,
            "category": self.kind.category,
            "stage": self.stage.value,
            "message": self.message,
            "hint": (first and first.hint) or self.kind.advice,
            "field": first.field if first else None,
            "operationIndex": first.operation_index if first else None,
            "problems": [problem.as_json() for problem in self.problems],
            "provider": {"id": provider_id, "nativeCode": self.native_code},
            "retry": {
                "mode": self.kind.retry.value,
                "safe": submission != "sent_unconfirmed",
                "afterSeconds": self.retry_after_seconds,
                "attempt": attempt,
                "maxAttempts": max_attempts,
            },
            "submission": submission,
            "billing": billing,
            "docsUrl": f"{docs_url}#{self.code}",
        }


class AttemptLostError(RunError):
    """An attempt came to nothing by no fault of the run, and nothing of it goes on.

    ``reason`` is public and a key of :data:`runs.life.REASONS`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__("worker_lost")
        self.reason = reason
