"""What log lines must not say, and what they must."""

import logging
import re

from accounts.current import request_id


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


class NameRequest(logging.Filter):
    """Gives each line the id of the request it came from, which its answer carries too."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django notes refusals when the answer is ready, and names the request itself.
        request = getattr(record, "request", None)
        record.request_id = request_id.get() or getattr(request, "request_id", "-")
        return True


class TellRefusalsShortly(logging.Filter):
    """Takes the traceback out of warnings: a refusal is an answer and no fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR:
            record.exc_info = None
        return True
