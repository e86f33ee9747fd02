"""Writes the JSON of an analog program so that it can be read: one line for each list. Core."""

import json
from typing import Any

_LONGEST = 88


def write(program: Any, *, indent: int = 0) -> str:
    """Return ``program`` as indented JSON, in which what fits a line stands on one."""
    flat = json.dumps(program, ensure_ascii=False)
    if len(flat) + indent <= _LONGEST or not isinstance(program, dict | list) or not program:
        return flat
    margin, inner = " " * indent, " " * (indent + 2)
    if isinstance(program, list):
        lines = [write(value, indent=indent + 2) for value in program]
        opening, closing = "[]"
    else:
        lines = [
            f"{json.dumps(key, ensure_ascii=False)}: {write(value, indent=indent + 2)}"
            for key, value in program.items()
        ]
        opening, closing = "{}"
    body = ",\n".join(inner + line for line in lines)
    return f"{opening}\n{body}\n{margin}{closing}"
