"""The id of the request that is being answered, for what knows no request. No Django here."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
