"""What log lines must not say."""

import logging
import re


class HideShareTokens(logging.Filter):
    """Takes the secret part of share links out of log lines."""

    _TOKEN = re.compile(r"/s/[^/\s\"]+")

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "/s/" in message:
            record.msg = self._TOKEN.sub("/s/…", message)
            record.args = ()
        return True
