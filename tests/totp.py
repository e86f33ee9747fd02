"""What an authenticator app shows, worked out from RFC 6238 apart from the product."""

import base64
import hashlib
import hmac
import struct
import time


def code_of(secret):
    """Return the six digits for the base-32 ``secret`` now."""
    counter = struct.pack(">Q", int(time.time() // 30))
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
