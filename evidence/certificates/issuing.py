"""From a manifest and its payload to the certificate: composed here, printed in a child.

Composing needs the templates, printing needs WeasyPrint; the second happens in the limited children
of a runner of its own, which the worker command owns.
"""

import base64
import os
from collections.abc import Mapping
from pathlib import Path

from evidence import layout
from evidence import manifest as manifests
from evidence.certificates import composing, contents, printing
from runs.errors import RunError
from runs.runner.client import call
from runs.runner.protocol import ChildLimits

SOCKET_VARIABLE = "QUANTUMRUNS_PRINTER_SOCKET"
PROGRAM = "evidence.certificates.program"
LIMITS = ChildLimits(memory_bytes=1024**3, cpu_seconds=30, reply_bytes=8 * 1024**2)
_WALL_SECONDS = 60


def issue(files: Mapping[str, bytes], *, key_id: str, is_development: bool) -> printing.Printed:
    """Print the certificate of a packet's ``files``: payload, manifest and bundle, by path.

    :raises RunError: as :func:`runs.runner.client.call`, and ``provider_not_ready`` if no worker
        command announced a printer.
    """
    socket_path = os.environ.get(SOCKET_VARIABLE)
    if not socket_path:
        raise RunError("provider_not_ready")
    facts = manifests.parse(files[layout.MANIFEST])
    page = contents.contents(facts, files, key_id=key_id, is_development=is_development)
    request = {
        "html": composing.html(page),
        "css": printing.css(),
        "attachment": base64.b64encode(files[layout.BUNDLE]).decode(),
        "issuedAt": facts.issued_at.isoformat(),
        "digest": facts.sha256,
    }
    reply = call(
        Path(socket_path), request, wall_seconds=_WALL_SECONDS, limits=LIMITS, checkpoint=_go_on
    )
    pdf = base64.b64decode(reply.value["pdf"])
    return printing.Printed(pdf=pdf, pages=reply.value["pages"])


def _go_on() -> None:
    """Printing ends by its own clock; nothing else asks it to stop."""
