"""What a column of a fixed set of words may hold, as Django wants it."""

from typing import Any


def of(kind: Any) -> list[tuple[str, str]]:
    return [(item.value, item.value.replace("_", " ").capitalize()) for item in kind]
