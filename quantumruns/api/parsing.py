"""Reads request bodies: strict JSON (RFC 8259, and I-JSON's limits of RFC 7493), bounded.

Whatever two JSON readers could take for two different things is refused, so that the digest, the
record and the run are all of the same request.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser

from runs.errors import Problem, RunError

_DEPTH = 32
_LARGEST_INTEGER = 2**53 - 1
_INTEGER_CHARACTERS = 17
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


class StrictJSONParser(BaseParser):
    """Takes ``application/json`` only, and only what every reader reads the same way."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - the signature is the framework's
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        """Return the value of a body.

        :raises RunError: ``payload_too_large`` above the limit, ``invalid_request`` for the rest.
        """
        content = stream.read(settings.API_BODY_BYTES + 1)
        if len(content) > settings.API_BODY_BYTES:
            limit = settings.API_BODY_BYTES // 1024
            message = f"The body is larger than {limit} KiB."
            raise RunError("payload_too_large", [Problem(message)])
        return parse(content)


def parse(content: bytes) -> Any:
    """Return the value of strict JSON.

    :raises RunError: ``invalid_request`` if the bytes are no JSON text in UTF-8, a name appears
        twice in an object, a number is not finite or not exact in a double, a text holds NUL or a
        lone surrogate, or values are nested more than 32 deep.
    """
    try:
        text = content.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_members,
            parse_int=_integer,
            parse_float=_fraction,
            parse_constant=_constant,
        )
    except UnicodeDecodeError as error:
        raise _refused(f"The body is not UTF-8: byte {error.start} begins no character.") from error
    except json.JSONDecodeError as error:
        message = f"The body is not JSON: {error.msg.lower()}."
        raise _refused(message, line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise _too_deep() from error
    _check_values(value)
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        [(twice, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise _refused(f"The name {_quoted(twice)} appears twice in one object.")
    return members


def _integer(digits: str) -> int:
    if len(digits) <= _INTEGER_CHARACTERS and abs(int(digits)) <= _LARGEST_INTEGER:
        return int(digits)
    raise _refused(
        f"The number {_quoted(digits)} is too large: integers go up to {_LARGEST_INTEGER}."
    )


def _fraction(digits: str) -> float:
    number = float(digits)
    if math.isfinite(number):
        return number
    raise _refused(f"The number {_quoted(digits)} is too large.")


def _constant(name: str) -> float:
    raise _refused(f"{name} is not JSON; numbers are finite.")


def _check_values(value: Any) -> None:
    """Look at every text, and at how deep values are nested, without recursion."""
    layer = [value]
    depth = 0
    while layer:
        below: list[Any] = []
        for item in layer:
            if isinstance(item, dict):
                below.extend(item)
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
            elif isinstance(item, str) and _UNSTORABLE.search(item):
                raise _refused("A text holds NUL or half a surrogate pair, which is no character.")
        depth += any(isinstance(item, dict | list) for item in layer)
        if depth > _DEPTH:
            raise _too_deep()
        layer = below


def _too_deep() -> RunError:
    return _refused(f"Values are nested more than {_DEPTH} deep.")


def _refused(message: str, *, line: int | None = None, column: int | None = None) -> RunError:
    return RunError("invalid_request", [Problem(message, line=line, column=column)])


def _quoted(text: str) -> str:
    shown = text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004 - what fits on a line
    return "“" + shown.encode("ascii", "backslashreplace").decode("ascii") + "”"
