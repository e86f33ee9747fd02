"""What the endpoints of the API have in common: pages by key, answers that never change."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts import identifiers
from accounts.models import User
from runs import idempotency
from runs.errors import Problem, RunError
from runs.fields import Query
from runs.idempotency import Answer

_MOST = 100
_USUAL = 25


class Endpoint(GenericAPIView[Any]):
    """One address of the API. Writes count against ``writing_rate``, reads against ``read``.

    ``refusals`` are the statuses that it may answer besides those that all addresses may. Writes
    take an ``Idempotency-Key``, unless they change nothing or answer with a secret.
    """

    http_method_names = ["get", "head", "post", "patch"]
    pagination_class: type[BasePagination] | None = None
    writing_rate: ClassVar[str] = "write"
    refusals: ClassVar[tuple[int, ...]] = ()
    is_idempotent: ClassVar[bool] = True
    is_immutable: ClassVar[bool] = False
    id_prefix: ClassVar[str] = ""

    @property
    def person(self) -> User:
        """Whoever asks; the permission classes see to it that somebody does."""
        user = self.request.user
        assert isinstance(user, User)
        return user

    def checked(self, serializer: type[BaseSerializer[Any]]) -> Any:
        """Return the body as ``serializer`` reads it.

        :raises ValidationError: with everything that is wrong with it.
        """
        filled = serializer(data=self.request.data, context=self.get_serializer_context())
        filled.is_valid(raise_exception=True)
        return filled.validated_data

    def asked(self, serializer: type[Query]) -> Any:
        """Return the filters of the query as ``serializer`` reads them.

        :raises ValidationError: with everything that is wrong with it.
        """
        filled = serializer(data=self.request.query_params)
        filled.is_valid(raise_exception=True)
        return filled.validated_data

    def page(self, queryset: Any, serializer: type[BaseSerializer[Any]]) -> Response:
        """Answer one page of ``queryset``, newest first."""
        rows = self.paginate_queryset(queryset)
        return self.get_paginated_response(serializer(rows, many=True).data)

    def once(
        self, act: Callable[[], Answer], *, locate: Callable[[Answer], str] | None = None
    ) -> Response:
        """Answer ``act``, or what its ``Idempotency-Key`` got before, and where a new thing is."""
        request = self.request
        answer = idempotency.once(
            act,
            key=request.headers.get("Idempotency-Key"),
            request={"method": request.method, "path": request.path, "body": request.data},
            by=self.person,
        )
        headers = {"Location": locate(answer)} if locate else {}
        if answer.is_replay:
            headers["Idempotency-Replayed"] = "true"
        return Response(answer.body, status=answer.status, headers=headers)


class KeysetPages(BasePagination):
    """Pages after an identifier, newest first: equally quick at any depth, and never shifting."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return the rows of the page that ``after`` and ``limit`` ask for.

        :raises RunError: ``invalid_request`` if one of them is malformed.
        """
        self._request = request
        limit = _limit(request)
        after = request.query_params.get("after")
        if after is not None:
            queryset = queryset.filter(pk__lt=_identifier(view.id_prefix, after))
        rows = list(queryset.order_by("-pk")[: limit + 1])
        self._next = rows[limit - 1].public_id if len(rows) > limit else None
        return rows[:limit]

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        """Return the rows and the address of the next page, null on the last one."""
        return Response({"items": data, "next": following(self._request, self._next)})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of a page."""
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["items", "next"],
            "properties": {"items": schema, "next": address},
        }

    def get_schema_operation_parameters(
        self,
        view: Any,  # noqa: ARG002
    ) -> list[dict[str, Any]]:
        """Return the schema of ``after`` and ``limit``."""
        limit = {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _USUAL}
        return [
            _parameter("after", {"type": "string"}, "The last identifier of the page before."),
            _parameter("limit", limit, "How many items a page has at most."),
        ]


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(_USUAL))
    if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= _MOST:
        return int(text)
    raise _malformed("limit", f"limit is a number from 1 to {_MOST}.")


def _identifier(prefix: str, text: str) -> Any:
    try:
        return identifiers.decode(prefix, text)
    except ValueError as error:
        raise _malformed("after", f"after is an identifier that begins with {prefix}_.") from error


def _malformed(field: str, message: str) -> RunError:
    return RunError("invalid_request", [Problem(message, field=field)])


def following(request: Request, after: str | None) -> str | None:
    """Return the address of the page after ``after``, with the same filters."""
    if after is None:
        return None
    query = [
        (name, value)
        for name, values in request.query_params.lists()
        for value in values
        if name != "after"
    ]
    return f"{settings.SITE_URL}{request.path}?{urlencode([*query, ('after', after)])}"


def immutable(request: Request, sha256: str, answer: HttpResponseBase) -> HttpResponseBase:
    """Return ``answer`` under the entity tag ``sha256``, or 304 where the client has it."""
    etag = f'"{sha256}"'
    known = get_conditional_response(request._request, etag=etag)  # noqa: SLF001
    if known is not None:
        return known
    answer.headers["ETag"] = etag
    return answer
