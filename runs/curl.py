"""The request of a run as a command that can be copied; the token is left to the shell. Core."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

_LONGEST = 3_000


def command(body: Mapping[str, Any], *, site_url: str) -> str:
    """Return the command that asks for the same run again.

    A body that is too long to read is left to a file, ``request.json``.
    """
    data = json.dumps(body, ensure_ascii=False)
    sent = shlex.quote(data) if len(data) <= _LONGEST else "@request.json"
    return " \\\n  ".join(
        [
            f"curl {site_url}/api/v1/runs/",
            '-H "Authorization: Bearer $QUANTUMRUNS_TOKEN"',
            '-H "Idempotency-Key: $(uuidgen)"',
            "-H 'Content-Type: application/json'",
            f"-d {sent}",
        ]
    )
