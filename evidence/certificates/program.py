"""The program that prints: one page of HTML in, its PDF out. Runs in children of the zygote."""

import base64
from datetime import datetime
from typing import Any

from evidence.certificates import pictures, printing

# Printing this loads whatever a certificate needs, every face included: a child runs as a user of
# its own, who may not be allowed to read the files of this program.
_REHEARSAL = """
<html lang="en"><title>Warm-up</title><h1>Warm</h1><img src="{picture}" alt="Picture">
<p class="sentence">Warm</p>
<dl class="facts"><div><dt>Name</dt><dd class="code">Ж π □</dd></div></dl><b>Warm</b>
<table><thead><tr><th>Outcome</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table></html>
"""
_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="0 0 9 9">'
    '<defs><clipPath id="c"><circle r="4"/></clipPath></defs><path d="M1 1L2 2"/>'
    '<text clip-path="url(#c)" font-family="Instrument Sans">1</text></svg>'
)


def warm_up() -> None:
    """Load WeasyPrint, the faces and the style sheet, by printing once."""
    handle(
        {
            "html": _REHEARSAL.format(picture=pictures.picture(_PICTURE, "").uri),
            "css": printing.css(),
            "attachment": "",
            "issuedAt": "2026-01-01T00:00:00+00:00",
            "digest": "0" * 64,
        }
    )


def handle(request: dict[str, Any]) -> dict[str, Any]:
    """Print the page of ``request`` and return its PDF; bytes travel as base64 both ways.

    :raises PrintingError: if the page asks for something that it does not carry.
    """
    printed = printing.render(
        request["html"],
        css=request["css"],
        attachment=base64.b64decode(request["attachment"]),
        issued_at=datetime.fromisoformat(request["issuedAt"]),
        digest=request["digest"],
    )
    return {"pdf": base64.b64encode(printed.pdf).decode(), "pages": printed.pages}
