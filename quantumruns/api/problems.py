"""Turns whatever goes wrong below ``/api/`` into problem details, whoever noticed it."""

import math
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core import exceptions as django_exceptions
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from accounts.authentication import HasScope
from runs import problems
from runs.errors import Problem, RunError

_PREFIX = "/api/"
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
_CODES: Mapping[type[Exception], str] = {
    Http404: "not_found",
    django_exceptions.PermissionDenied: "permission_denied",
    exceptions.ParseError: "invalid_request",
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "not_authenticated",
    exceptions.PermissionDenied: "permission_denied",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "rate_limited",
    exceptions.APIException: "internal_error",
}
_CODES_OF_STATUS: Mapping[int, str] = {
    HTTPStatus.FORBIDDEN: "permission_denied",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "payload_too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
}


def exception_handler(exception: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer an anticipated failure; None leaves a bug to the server's own handling."""
    error = _published(exception)
    if error is None:
        return None
    instance = context["request"].path
    return Response(
        problems.of(error, instance=instance),
        status=error.kind.http_status,
        headers=_headers(exception, error),
        content_type=problems.MEDIA_TYPE,
    )


def _published(exception: Exception) -> RunError | None:
    if isinstance(exception, RunError):
        return exception
    if isinstance(exception, exceptions.ValidationError):
        return RunError("invalid_request", list(_named("", exception.detail)))
    if isinstance(exception, django_exceptions.ValidationError):
        return RunError("invalid_request", list(_invalid(exception)))
    code = next((code for kind, code in _CODES.items() if isinstance(exception, kind)), None)
    if code is None:
        return None
    wait = getattr(exception, "wait", None)
    seconds = None if wait is None else math.ceil(wait)
    return RunError(code, _stated(exception), retry_after_seconds=seconds)


def _stated(exception: Exception) -> list[Problem]:
    """What the exception says; of things that are not there nothing is said but that."""
    if _lacks_scope(exception):
        return [Problem(str(exception), hint="Make a token with that scope, under Settings.")]
    is_telling = str(exception) and not isinstance(exception, Http404)
    return [Problem(str(exception))] if is_telling else []


def _lacks_scope(exception: Exception) -> bool:
    return getattr(getattr(exception, "detail", None), "code", None) == HasScope.code


def _named(path: str, detail: Any) -> Iterator[Problem]:
    """Walk the framework's nested messages; each is told with the path of its field."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _named(_joined(path, name), inner)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _named(path, inner)
    else:
        yield Problem(f"{path}: {detail}" if path else str(detail), field=path or None)


def _joined(path: str, name: str | int) -> str:
    if name == "nonFieldErrors":
        return path
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def _invalid(exception: django_exceptions.ValidationError) -> Iterator[Problem]:
    """The domain's own messages are sentences; its names are written as the API writes them."""
    if not hasattr(exception, "error_dict"):
        yield from (Problem(message) for message in exception.messages)
        return
    for name, messages in exception.message_dict.items():
        first, *rest = name.split("_")
        field = first + "".join(part.title() for part in rest)
        yield from (Problem(message, field=field) for message in messages)


def _headers(exception: Exception, error: RunError) -> dict[str, str]:
    headers = {}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    challenge = getattr(exception, "auth_header", None)
    if _lacks_scope(exception):
        challenge = f'Bearer error="{HasScope.code}"'
    if challenge:
        headers["WWW-Authenticate"] = challenge
    return headers


class ProblemMiddleware:
    """Answers below ``/api/`` in problem details where Django itself would answer in HTML.

    Requests that come in the clear to an https site are refused, never redirected, so that no
    program keeps sending its token in the clear without anybody noticing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(_PREFIX):
            return self.get_response(request)
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            message = "The API is answered over https only. Take this token for known to others."
            return _answer(request, RunError("permission_denied", [Problem(message)]))
        response = self.get_response(request)
        is_ours = response.headers.get("Content-Type") == problems.MEDIA_TYPE
        if response.status_code < HTTPStatus.BAD_REQUEST or is_ours:
            return response
        answer = _answer(request, _error_of(request, response.status_code))
        for name in _KEPT_HEADERS:
            if name in response.headers:
                answer.headers[name] = response.headers[name]
        return answer


def _error_of(request: HttpRequest, status: int) -> RunError:
    unknown = "internal_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request"
    code = _CODES_OF_STATUS.get(status, unknown)
    if code == "not_found" and not request.path.endswith("/"):
        hint = "Addresses of the API end with a slash."
        return RunError(code, [Problem("There is nothing at this address", hint=hint)])
    return RunError(code)


def _answer(request: HttpRequest, error: RunError) -> HttpResponse:
    return JsonResponse(
        problems.of(error, instance=request.path),
        status=error.kind.http_status,
        content_type=problems.MEDIA_TYPE,
    )


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """Answer every address below ``/api/`` that nothing else answers."""
    return _answer(request, _error_of(request, HTTPStatus.NOT_FOUND))
