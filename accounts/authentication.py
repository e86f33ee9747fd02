"""Who calls the API: the bearer of a token, limited to its scopes, or a person in a session."""

from typing import TYPE_CHECKING, ClassVar

from rest_framework import authentication, exceptions, permissions
from rest_framework.request import Request

from accounts import tokens
from accounts.models import ApiToken, Scope, User

if TYPE_CHECKING:  # the views module itself loads this one, by its name in the settings
    from rest_framework.views import APIView

_REALM = 'Bearer realm="QuantumRuns API"'


class TokenAuthentication(authentication.BaseAuthentication):
    """Takes ``Authorization: Bearer qrt_...`` (RFC 6750) and answers 401 with a challenge."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, credentials = _authorization(request).partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = tokens.find(credentials.strip())
        if token is None:
            raise exceptions.AuthenticationFailed(
                "The API token is unknown, expired or revoked. Make a new one under Settings."
            )
        tokens.note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        sent = _authorization(request).lower().startswith("bearer")
        return f'{_REALM}, error="invalid_token"' if sent else _REALM


def _authorization(request: Request) -> str:
    return authentication.get_authorization_header(request).decode("latin-1")


class HasScope(permissions.BasePermission):
    """Lets a token do what its scopes say; a session is the person, who has all of them."""

    reading: ClassVar[Scope]
    writing: ClassVar[Scope]
    code = "insufficient_scope"
    message = ""

    def has_permission(self, request: Request, view: "APIView") -> bool:  # noqa: ARG002
        needed = self.reading if request.method in permissions.SAFE_METHODS else self.writing
        self.message = _lacks(needed)
        return bool(request.user.is_authenticated) and may(request, needed)


def has_scope(reading: Scope, *, writing: Scope | None = None) -> type[HasScope]:
    """Return the permission class for one resource; safe methods ask for ``reading`` only."""
    return type("HasScope", (HasScope,), {"reading": reading, "writing": writing or reading})


def may(request: Request, scope: Scope) -> bool:
    """Tell whether this request's token carries ``scope``; requests of a session always do."""
    return not isinstance(request.auth, ApiToken) or scope in request.auth.scopes


def check_scope(request: Request, scope: Scope) -> None:
    """:raises PermissionDenied: if this request's token lacks ``scope``."""
    if not may(request, scope):
        raise exceptions.PermissionDenied(_lacks(scope), code=HasScope.code)


def _lacks(scope: Scope) -> str:
    return f"This API token lacks the scope {scope.value} ({scope.label.lower()})."
