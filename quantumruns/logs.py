"""What log lines must not say."""

import logging
import re


class HideShareTokens(logging.Filter):
    """Takes the secret part of links, to shares and from our mails, out of log lines."""

    _SECRET = re.compile(
        r"(/s/|/invitations/|/accounts/confirm-email/|/accounts/password/reset/key/)[^/\s\"]+"
    )

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = self._SECRET.sub(r"\1…", message)
        if hidden != message:
            record.msg = hidden
            record.args = ()
        return True
