"""The exact source of a request as bytes, whatever it is. Core."""

from typing import Any

import rfc8785

from runs import canonical
from runs.contract import RunRequest, SourceKind
from runs.qasm import normal_newlines

_DEEPEST = 16


def snapshot(request: RunRequest) -> bytes:
    """Return the exact source of ``request``, also where it is not valid.

    Operations and analog programs are canonical JSON (RFC 8785), text is UTF-8 with normal
    newlines. What canonical JSON cannot hold, such as NaN, stands in it as a string.
    """
    if request.source_kind == SourceKind.CIRCUIT_OPERATIONS:
        return _encoded(request.circuit_operations or [])
    if request.source_kind == SourceKind.ANALOG_PROGRAM:
        return _encoded(request.analog_program)
    return normal_newlines(request.source).encode("utf-8", "backslashreplace")


def _encoded(value: Any) -> bytes:
    try:
        return canonical.encode(value)
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError):
        return canonical.encode(_holdable(value))


def _holdable(value: Any, depth: int = 0) -> Any:
    """Return ``value`` with strings in place of what canonical JSON cannot hold."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, list | tuple):
        return [_holdable(element, depth + 1) for element in value]
    if isinstance(value, dict):
        return {_text(key): _holdable(element, depth + 1) for key, element in value.items()}
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float) and abs(value) <= canonical.LARGEST_INTEGER:
        return value
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, int) and abs(value) > canonical.LARGEST_INTEGER:
        value = hex(value)
    return str(value).encode("utf-8", "backslashreplace").decode()
