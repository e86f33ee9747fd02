"""Collecting what is wrong with a request, so that all of it is reported at once. Core."""

import math

from runs.errors import Problem, RunError

_ORDER = (
    "invalid_request",
    "unsupported_provider_path",
    "invalid_circuit",
    "unsupported_operation",
    "runner_limit_exceeded",
)
MOST = 50


class Findings:
    """Problems found so far, under the code that each of them has."""

    def __init__(self) -> None:
        self._found: list[tuple[str, Problem]] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        operation_index: int | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        """Remember a problem."""
        problem = Problem(message, field, operation_index, line, column, hint)
        self._found.append((code, problem))

    def take(self, error: RunError) -> None:
        """Remember the problems of ``error``."""
        self._found.extend((error.code, problem) for problem in error.problems)

    def raise_if_any(self) -> None:
        """Raise what was found: the gravest code, its problems first, by line, at most 50 of them.

        :raises RunError: if anything was found.
        """
        if not self._found:
            return
        ranked = sorted(self._found, key=lambda found: (_rank(found[0]), _line(found[1])))
        problems = [problem for _, problem in ranked[:MOST]]
        if len(ranked) > MOST:
            problems.append(Problem(f"There are {len(ranked) - MOST:,} more problems like these"))
        raise RunError(ranked[0][0], problems)


def _line(problem: Problem) -> float:
    return math.inf if problem.line is None else problem.line


def _rank(code: str) -> int:
    return _ORDER.index(code) if code in _ORDER else len(_ORDER)


def shown(value: object, *, most: int = 40) -> str:
    """Return ``value`` as a short text that is safe to repeat in a message."""
    text = value if isinstance(value, str) else _json_like(value)
    printable = "".join(character if character.isprintable() else "?" for character in text)
    return printable if len(printable) <= most else f"{printable[: most - 1]}…"


def _json_like(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, int) and value.bit_length() > 128:  # noqa: PLR2004 - longer than 40 digits
        return "a very large number"
    return str(value)
