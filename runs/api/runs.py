"""Runs: list, create, read, annotate, cancel, retry, and look at without recording."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import check_scope, has_scope
from accounts.models import Scope, User
from runs import allowances, lifecycle, previews, problems
from runs.api import workflows
from runs.contract import Mode
from runs.endpoints import Endpoint, KeysetPages
from runs.errors import ERRORS
from runs.idempotency import Answer
from runs.models import Run, RunQuerySet
from runs.selection import select
from runs.serializers.answers import RunAnswer, RunSummary
from runs.serializers.requests import (
    NotesBody,
    PreviewBody,
    RunBody,
    RunQuery,
    run_request,
    selection,
)
from runs.serializers.routes import PreviewAnswer

_SCOPES = has_scope(Scope.RUNS_READ, writing=Scope.RUNS_WRITE)


def find(pk: UUID, *, by: User) -> Run:
    """Return a run that ``by`` may see.

    :raises Http404: if there is none.
    """
    visible = Run.objects.visible_to(by).select_related("workspace", "workflow", "source")
    return get_object_or_404(visible, pk=pk)


def recorded(run: Run) -> Answer:
    """Return what a request got that saved ``run``: accepted, or the problem it ended with."""
    if run.error is None:
        return Answer(status.HTTP_202_ACCEPTED, RunAnswer(run).data, run)
    kind = ERRORS[run.error_code]
    instance = reverse("api:run", args=[run.pk])
    body = problems.document(run.error, instance=instance, run_id=run.public_id)
    return Answer(kind.http_status, body, run)


def _read(run: Run) -> Answer:
    return Answer(status.HTTP_200_OK, RunAnswer(run).data, run)


class RunEndpoint(Endpoint):
    permission_classes = [_SCOPES]
    id_prefix = "run"

    def record(self, act: Any) -> Response:
        """Answer with the run that ``act`` saves, whatever became of it."""
        response = self.once(lambda: recorded(act()), locate=_location)
        if response.status_code >= status.HTTP_400_BAD_REQUEST:
            response.content_type = problems.MEDIA_TYPE
        return response

    def check_mode(self, mode: str) -> None:
        """:raises PermissionDenied: if the run costs money and the token may not spend any."""
        if mode == Mode.HARDWARE:
            check_scope(self.request, Scope.RUNS_HARDWARE)


def _location(answer: Answer) -> str:
    return reverse("api:run", args=[answer.body["runId"]])


class RunList(RunEndpoint):
    pagination_class = KeysetPages
    writing_rate = "runs"
    refusals = (402, 404)

    def get_queryset(self) -> RunQuerySet:
        runs = Run.objects.visible_to(self.person).select_related("source")
        large = ("counts", "values", "source__content", "source__openqasm", "source__operations")
        return runs.defer(*large)

    @extend_schema(
        operation_id="listRuns",
        parameters=[RunQuery],
        responses={200: RunSummary(many=True)},
        filters=True,
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the runs of your workspaces, newest first, without their counts."""
        found = select(self.get_queryset(), selection(self.asked(RunQuery)))
        return self.page(found, RunSummary)

    @extend_schema(operation_id="createRun", request=RunBody, responses={202: RunAnswer})
    def post(self, request: Request) -> Response:  # noqa: ARG002
        """Ask for a run. A well-formed request is recorded even where its content is refused."""
        body = self.checked(RunBody)
        self.check_mode(body["mode"])
        workflow = workflows.find_named(body["workflow_id"], by=self.person)
        return self.record(
            lambda: lifecycle.submit(run_request(body), workflow=workflow, by=self.person)
        )


class RunDetail(RunEndpoint):
    @extend_schema(operation_id="readRun", responses={200: RunAnswer})
    def get(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002
        """Read a run."""
        return Response(RunAnswer(find(pk, by=self.person)).data)

    @extend_schema(operation_id="annotateRun", request=NotesBody, responses={200: RunAnswer})
    def patch(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002
        """Change name, tags or notes. Nothing else of a run ever changes."""
        run = find(pk, by=self.person)
        kept = {"name": run.name, "tags": run.tags, "notes": run.notes}
        wanted = {**kept, **self.checked(NotesBody)}
        return self.once(lambda: _read(lifecycle.annotate(run, by=self.person, **wanted)))


class RunCancel(RunEndpoint):
    refusals = (409,)

    @extend_schema(operation_id="cancelRun", request=None, responses={202: RunAnswer})
    def post(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002
        """Ask for a cancellation. Asking again changes nothing."""
        run = find(pk, by=self.person)
        return self.once(lambda: recorded(lifecycle.cancel(run, by=self.person)), locate=_location)


class RunRetry(RunEndpoint):
    writing_rate = "runs"
    refusals = (402,)

    @extend_schema(operation_id="retryRun", request=None, responses={202: RunAnswer})
    def post(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002
        """Run the same source on the same route again, as a new run that names this one."""
        run = find(pk, by=self.person)
        self.check_mode(run.mode)
        return self.record(lambda: lifecycle.retry(run, by=self.person))


class RunPreview(RunEndpoint):
    writing_rate = "read"
    is_idempotent = False

    @extend_schema(operation_id="previewRun", request=PreviewBody, responses={200: PreviewAnswer})
    def post(self, request: Request) -> Response:  # noqa: ARG002
        """Check a request as a submission would, and record nothing."""
        body: Mapping[str, Any] = self.checked(PreviewBody)
        limits = settings.RUN_LIMITS
        if "workflow_id" in body:
            workflow = workflows.find_named(body["workflow_id"], by=self.person)
            limits = allowances.limits_of(workflow.workspace_id)
        return Response(PreviewAnswer(previews.preview(run_request(body), limits)).data)
