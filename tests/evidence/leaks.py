"""Looking for a text in bytes, in every spelling in which it could have slipped through."""

import base64
import io
import json
import zipfile


def spellings(text):
    """``text`` as it is, in hexadecimal, in base64 at each offset, and escaped for JSON and URLs."""
    raw = text.encode()
    found = {raw, raw.hex().encode(), raw.hex().upper().encode()}
    found |= {json.dumps(text)[1:-1].encode(), raw.decode("latin-1").encode("utf-16-be")}
    for offset in range(3):
        # The first and last characters depend on the neighbours, so only the middle is sure.
        middle = base64.b64encode(bytes(offset) + raw)[4:-4]
        found |= {middle, middle.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def leaked(texts, content):
    """Those of ``texts`` that ``content`` holds in any spelling, also inside a zip."""
    pieces = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            pieces += [archive.read(name) for name in archive.namelist()]
    return {
        text for text in texts for piece in pieces if any(form in piece for form in spellings(text))
    }
