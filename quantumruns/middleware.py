"""What every answer carries: a request id, security headers; and what staff must have: MFA."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import current, identifiers

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives each request an id of ours; it is in the answer, the log and the audit trail."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = identifiers.encode("req", identifiers.new_id())
        request.request_id = request_id  # type: ignore[attr-defined]
        token = current.request_id.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            current.request_id.reset(token)
        response["X-Request-Id"] = request_id
        return response


class SecurityHeadersMiddleware:
    """Sets the content security policy and keeps private pages out of caches.

    Django 6 sets the policy by itself from the same setting, ``SECURE_CSP``.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = "; ".join(f"{name} {value}" for name, value in settings.SECURE_CSP.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", self.policy)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        )
        response.setdefault("Cache-Control", "no-store")
        return response


class StaffNeedsMfaMiddleware:
    """Keeps staff without a second factor out of the admin until they have one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(reverse("admin:index")) and _lacks_second_factor(request.user):
            messages.warning(request, "The admin opens once your second step is set up.")
            return redirect("mfa_activate_totp")
        return self.get_response(request)


def _lacks_second_factor(user: Any) -> bool:
    from allauth.mfa.models import Authenticator  # noqa: PLC0415 - needs the app registry
    from allauth.mfa.utils import is_mfa_enabled  # noqa: PLC0415 - needs the app registry

    return user.is_staff and not is_mfa_enabled(user, [Authenticator.Type.TOTP])
