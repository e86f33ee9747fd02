"""The public check: a digest, or the bytes of a packet, a signature or a certificate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from evidence import verification
from evidence.serializers import DigestBody, VerifyAnswer
from runs.endpoints import Endpoint
from runs.errors import Problem, RunError

_FILES = (
    "application/zip",
    "application/pdf",
    "application/octet-stream",
    "application/vnd.in-toto+json",
    "application/vnd.dev.sigstore.bundle.v0.3+json",
)


@dataclass(frozen=True)
class File:
    """A body that is no JSON."""

    content: bytes


class FileParser(BaseParser):
    """Takes the bytes as they are, up to the size of the one upload that there is."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - the signature is the framework's
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        """Return the body.

        :raises RunError: ``payload_too_large`` above the limit.
        """
        content: bytes = stream.read(settings.VERIFY_UPLOAD_BYTES + 1)
        if len(content) > settings.VERIFY_UPLOAD_BYTES:
            limit = settings.VERIFY_UPLOAD_BYTES // 1024**2
            raise RunError("payload_too_large", [Problem(f"The file is larger than {limit} MiB.")])
        return File(content)


_PARSERS = [type("FileParser", (FileParser,), {"media_type": name}) for name in _FILES]
_USUAL_PARSERS: Any = api_settings.DEFAULT_PARSER_CLASSES


class Verify(Endpoint):
    authentication_classes = []
    permission_classes = [AllowAny]
    parser_classes = [*_USUAL_PARSERS, *_PARSERS]
    writing_rate = "verify"
    is_idempotent = False

    @extend_schema(
        operation_id="verify",
        request={"application/json": DigestBody, **dict.fromkeys(_FILES, OpenApiTypes.BINARY)},
        responses={200: VerifyAnswer},
    )
    def post(self, request: Request) -> Response:
        """Check a digest or a file. The file is forgotten with the answer."""
        body: Any = request.data
        if isinstance(body, File):
            found = verification.check(body.content)
        else:
            digest = self.checked(DigestBody)["sha256"]
            found = {"sha256": digest, "known": verification.known(digest)}
        return Response(VerifyAnswer(found).data)
