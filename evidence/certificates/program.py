"""The program that prints: one page of HTML in, its PDF out. Runs in children of the zygote."""

import base64
from datetime import datetime
from typing import Any

from evidence.certificates import printing


def warm_up() -> None:
    """Load WeasyPrint and the fonts, by printing once."""
    rehearsal = {
        "html": "<html lang=en><title>Warm-up</title><p>Warm</p></html>",
        "css": "",
        "attachment": "",
        "issuedAt": "2026-01-01T00:00:00+00:00",
        "digest": "0" * 64,
    }
    handle(rehearsal)


def handle(request: dict[str, Any]) -> dict[str, Any]:
    """Print the page of ``request`` and return the PDF; bytes travel as base64 both ways."""
    pdf = printing.render(
        request["html"],
        css=request["css"],
        attachment=base64.b64decode(request["attachment"]),
        issued_at=datetime.fromisoformat(request["issuedAt"]),
        digest=request["digest"],
    )
    return {"pdf": base64.b64encode(pdf).decode()}
