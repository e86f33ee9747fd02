"""JSON that a person writes into a field of a form."""

import json
from typing import TypeVar

from django.core.exceptions import ValidationError

_Kind = TypeVar("_Kind")


def read_json(text: str, kind: type[_Kind], *, otherwise: str) -> _Kind:
    """Return the JSON of ``text``.

    :raises ValidationError: if it is none, or ``otherwise`` if it is not of ``kind``.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValidationError(f"This is not JSON: {error}") from error
    if not isinstance(value, kind):
        raise ValidationError(otherwise)
    return value
