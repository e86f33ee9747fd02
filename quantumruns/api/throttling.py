"""How many requests a person, or an address that says nothing about itself, may make a minute.

Fixed windows of a minute, counted in Django's cache. The default cache belongs to one process, so
with *n* web processes up to *n* times as many pass; a shared cache counts exactly.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:  # the views module itself loads this one, by its name in the settings
    from rest_framework.views import APIView

_WINDOW = 60


class RateThrottle(BaseThrottle):
    """Counts requests per rate: ``read`` for safe methods, else the view's ``writing_rate``."""

    def __init__(self) -> None:
        self._seconds_left = 0

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count the request, and note for the answer's headers how many are left."""
        name = "read" if request.method in SAFE_METHODS else getattr(view, "writing_rate", "write")
        limit: int = settings.API_RATES[name]
        window, used = divmod(int(time.time()), _WINDOW)
        self._seconds_left = _WINDOW - used
        count: int = self._count(f"rate:{name}:{self._who(request)}:{window}")
        request._request.rate_limit = (  # type: ignore[attr-defined]  # noqa: SLF001
            f'"{name}";q={limit};w={_WINDOW}',
            f'"{name}";r={max(0, limit - count)};t={self._seconds_left}',
        )
        return count <= limit

    def wait(self) -> float:
        """Return the seconds until the next window begins."""
        return self._seconds_left

    def _who(self, request: Request) -> str:
        user = request.user
        return f"user-{user.pk}" if user.is_authenticated else f"at-{self.get_ident(request)}"

    @staticmethod
    def _count(key: str) -> int:
        cache.add(key, 0, timeout=2 * _WINDOW)
        count: int = cache.incr(key)
        return count


class RateLimitMiddleware:
    """Writes what is left into ``RateLimit`` headers (draft-ietf-httpapi-ratelimit-headers-10)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        rate: Any = getattr(request, "rate_limit", None)
        if rate is not None:
            response.headers["RateLimit-Policy"], response.headers["RateLimit"] = rate
        return response
