"""Why a statement is not accepted. Core."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from openqasm3 import ast

from runs.errors.findings import shown


class Refusal(Exception):  # noqa: N818 - it is caught where the statement is known
    """A statement that is not accepted, and why. An empty message repeats an older problem.

    ``node`` is the smallest part of the source that is to blame, once it is known.
    """

    def __init__(self, message: str, *, code: str = "invalid_circuit", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint or None
        self.node: ast.QASMNode | None = None

    def blame(self, node: ast.QASMNode) -> "Refusal":
        """Blame ``node``, unless a smaller part of the source is known to be at fault."""
        if self.node is None and node.span is not None:
            self.node = node
        return self


class Exhausted(Refusal):
    """The program asks for more work than its budget; nothing after it is looked at."""


class Undeclared(Refusal):
    """A name that stands for nothing; ``known`` are those that do."""

    def __init__(self, name: str, known: Collection[str]) -> None:
        super().__init__(f"{shown(name)} is not declared")
        self.name = name
        self.known = known

    def meaning(self, otherwise: str, also: Collection[str] = ()) -> "Undeclared":
        """Say which name may have been meant, or what to do ``otherwise``."""
        near = nearest(self.name, [*self.known, *also])
        self.hint = f"Did you mean {near}?" if near else otherwise
        return self


def unsupported(message: str, *, hint: str = "") -> Refusal:
    """Return the refusal of something that is well formed, but not offered."""
    return Refusal(message, code="unsupported_operation", hint=hint)


def too_large(message: str, *, hint: str = "") -> Refusal:
    """Return the refusal of something that is more than this runner takes."""
    return Refusal(message, code="runner_limit_exceeded", hint=hint)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the one of ``known`` that ``name`` was most likely to be, or nothing."""
    spelled = {word.lower(): word for word in known}
    near = get_close_matches(name[:40].lower(), spelled, 3)
    near.sort(key=lambda word: word[:1] != name[:1].lower())
    return spelled[near[0]] if near else ""
