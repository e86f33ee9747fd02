"""What a run is made of: its trace, its result, its source and its drawing."""

import json
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from runs import canonical, pictures
from runs.api.runs import RunEndpoint, find
from runs.endpoints import immutable
from runs.errors import Problem, RunError
from runs.serializers.answers import ResultAnswer
from runs.serializers.records import EventsAnswer, SourceText


class RunEvents(RunEndpoint):
    @extend_schema(operation_id="readTrace", responses={200: EventsAnswer})
    def get(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002
        """Read the trace: what happened to the run, each line naming the hash of the one before."""
        run = find(pk, by=self.person)
        lines = [bytes(line) for line in run.events.order_by("seq").values_list("line", flat=True)]
        items = [{**json.loads(line), "sha256": canonical.sha256(line)} for line in lines]
        return Response({"items": items, "head": items[-1]["sha256"]})


class RunResult(RunEndpoint):
    is_immutable = True
    refusals = (409,)

    @extend_schema(operation_id="readResult", responses={200: ResultAnswer})
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """Read the result of a completed run."""
        run = find(pk, by=self.person)
        if not run.has_result:
            message = f"This run has no result: it is {run.status}."
            raise RunError("state_conflict", [Problem(message)])
        answer = Response(ResultAnswer(run).data)
        return immutable(request, canonical.sha256(canonical.encode(answer.data)), answer)


class RunSource(RunEndpoint):
    is_immutable = True

    @extend_schema(operation_id="readSource", responses={200: SourceText})
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """Read the exact program."""
        answer = Response(SourceText(find(pk, by=self.person).source).data)
        return immutable(request, canonical.sha256(canonical.encode(answer.data)), answer)


class RunCircuit(RunEndpoint):
    is_immutable = True

    @extend_schema(operation_id="drawRun", responses={(200, "image/svg+xml"): OpenApiTypes.STR})
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """Read the drawing of the circuit, where there is a circuit to draw."""
        run = find(pk, by=self.person)
        picture = pictures.source_svg(
            run.source, title=f"Circuit of {run.public_id}", shots=run.shots, error=run.error
        )
        if picture is None:
            raise Http404
        content = picture.encode()
        answer = HttpResponse(content, content_type="image/svg+xml")
        answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
        return immutable(request, canonical.sha256(content), answer)
