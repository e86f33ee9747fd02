"""The published description of the API: OpenAPI 3.1, made from the views and served as it is."""

import functools
import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework.permissions import SAFE_METHODS

from runs import canonical, problems
from runs.endpoints import Endpoint
from runs.errors import ERRORS
from runs.fields import StrictSerializer
from runs.serializers.answers import ProblemAnswer

_EVERYWHERE = (429, 500)
_OF_MEMBERS = (401, 403)
_OF_BODIES = (400, 413, 415)
_OF_KEYS = (409, 422)
_TEXT = {"schema": {"type": "string"}}
_HEADERS: Mapping[str, Any] = {
    "X-Request-Id": {"description": "Our id of this request; name it in questions.", **_TEXT},
    "RateLimit": {"description": "How many requests are left, and for how long.", **_TEXT},
    "RateLimit-Policy": {
        "description": "How many requests are allowed, and in which time.",
        **_TEXT,
    },
}
_ETAG = {"ETag": {"description": "The digest of what never changes.", **_TEXT}}
_LOCATION = {"Location": {"description": "Where the new object is.", **_TEXT}}
_REPLAYED = {"Idempotency-Replayed": {"description": "true on a repeated answer.", **_TEXT}}
_KEY_PARAMETER: Mapping[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "Names the request, so that sending it again does nothing twice.",
}


class Schema(AutoSchema):
    """Adds to each operation what all of them have: problems, headers, keys, scopes."""

    @property
    def endpoint(self) -> Endpoint:
        """The view that is described."""
        assert isinstance(self.view, Endpoint)
        return self.view

    def get_operation(self, *place: Any, **named: Any) -> dict[str, Any] | None:
        """Return the operation with everything that it may answer."""
        operation: dict[str, Any] | None = super().get_operation(*place, **named)
        if operation is None:
            return None
        for status, response in operation["responses"].items():
            response["headers"] = {**_HEADERS, **self._headers(int(status))}
        if self.endpoint.is_immutable:
            operation["responses"]["304"] = {"description": "You have it already."}
        if self._takes_a_key():
            operation.setdefault("parameters", []).append(_KEY_PARAMETER)
        for status in sorted(set(self._refusals(operation))):
            operation["responses"][str(status)] = self._problem(status)
        return operation

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        described = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        is_closed = isinstance(serializer, StrictSerializer)
        return {**described, "additionalProperties": False} if is_closed else described

    def _takes_a_key(self) -> bool:
        return self.method not in SAFE_METHODS and self.endpoint.is_idempotent

    def _headers(self, status: int) -> Mapping[str, Any]:
        if self.endpoint.is_immutable:
            return _ETAG
        is_new = status in {HTTPStatus.CREATED, HTTPStatus.ACCEPTED}
        return (_LOCATION if is_new else {}) | (_REPLAYED if self._takes_a_key() else {})

    def _refusals(self, operation: Mapping[str, Any]) -> Iterator[int]:
        yield from _EVERYWHERE
        if self.method != "GET" or not hasattr(self.endpoint, "post"):
            yield from self.endpoint.refusals
        parameters = operation.get("parameters", [])
        if {} not in operation.get("security", [{}]):
            yield from _OF_MEMBERS
        if any(parameter["in"] == "path" for parameter in parameters):
            yield HTTPStatus.NOT_FOUND
        if any(parameter["in"] == "query" for parameter in parameters):
            yield HTTPStatus.BAD_REQUEST
        if self.method not in SAFE_METHODS:
            yield from _OF_BODIES
        if self._takes_a_key():
            yield from _OF_KEYS

    def _problem(self, status: int) -> dict[str, Any]:
        codes = [code for code, kind in ERRORS.items() if kind.http_status == status]
        reference = self.resolve_serializer(ProblemAnswer, "response").ref
        return {
            "description": f"{HTTPStatus(status).phrase}: {', '.join(codes)}.",
            "headers": dict(_HEADERS),
            "content": {problems.MEDIA_TYPE: {"schema": reference}},
        }


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Names the token, and with each operation the scope that it needs."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "apiToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API token from the settings page, with the scopes it was given.",
        }

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        kinds = auto_schema.view.permission_classes
        wanted = "reading" if auto_schema.method in SAFE_METHODS else "writing"
        scopes = [getattr(kind, wanted).value for kind in kinds if hasattr(kind, wanted)]
        return {self.name: scopes}


@functools.cache
def description() -> tuple[bytes, str]:
    """Return the description as JSON, and its digest."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    members = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    content = json.dumps(members, indent=1).encode()
    return content, canonical.sha256(content)


@require_safe
def document(request: HttpRequest) -> HttpResponseBase:
    """Answer the description; it changes with the program alone."""
    content, digest = description()
    etag = f'"{digest}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=300"}
    answer = HttpResponse(content, content_type="application/vnd.oai.openapi+json", headers=headers)
    return get_conditional_response(request, etag=etag, response=answer) or answer
