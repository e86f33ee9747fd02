"""Sweeps: ask for many runs of one source at once, follow them, cancel what is left."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import has_scope
from accounts.models import Scope, User
from runs import lifecycle, problems
from runs.api.runs import RunEndpoint, recorded
from runs.api.workflows import find_named
from runs.endpoints import KeysetPages
from runs.idempotency import Answer
from runs.models import Run, Sweep, SweepQuerySet
from runs.serializers.requests import run_request
from runs.serializers.sweeps import SweepAnswer, SweepBody, SweepQuery, SweepSummary

_SCOPES = has_scope(Scope.RUNS_READ, writing=Scope.RUNS_WRITE)


def _find(pk: UUID, *, by: User) -> Sweep:
    visible = Sweep.objects.visible_to(by).select_related("workspace", "workflow")
    return get_object_or_404(visible, pk=pk)


def _accepted(asked: Sweep | Run) -> Answer:
    """Return what a request got: the sweep, or the problem of the one run that was refused."""
    if isinstance(asked, Run):
        return recorded(asked)
    return Answer(status.HTTP_202_ACCEPTED, SweepAnswer(asked).data)


def _location(answer: Answer) -> str:
    if answer.run is not None:
        return reverse("api:run", args=[answer.run.pk])
    return reverse("api:sweep", args=[answer.body["sweepId"]])


class SweepList(RunEndpoint):
    permission_classes = [_SCOPES]
    pagination_class = KeysetPages
    writing_rate = "runs"
    refusals = (402, 404)
    id_prefix = "swp"

    def get_queryset(self) -> SweepQuerySet:
        return Sweep.objects.visible_to(self.person).select_related("workflow")

    @extend_schema(
        operation_id="listSweeps",
        parameters=[SweepQuery],
        responses={200: SweepSummary(many=True)},
        filters=True,
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the sweeps of your workspaces, newest first, without their points."""
        found, query = self.get_queryset(), self.asked(SweepQuery)
        if "workflow" in query:
            found = found.filter(workflow=query["workflow"])
        return self.page(found, SweepSummary)

    @extend_schema(operation_id="createSweep", request=SweepBody, responses={202: SweepAnswer})
    def post(self, request: Request) -> Response:  # noqa: ARG002
        """Ask for a run at each of the points. All of them become runs, or none does.

        Where a point cannot run, its request is recorded as a refused run, as any other is.
        """
        body: dict[str, Any] = dict(self.checked(SweepBody))
        points = body.pop("points")
        self.check_mode(body["mode"])
        workflow = find_named(body["workflow_id"], by=self.person)
        asked = run_request(body)
        response = self.once(
            lambda: _accepted(
                lifecycle.submit_sweep(asked, points, workflow=workflow, by=self.person)
            ),
            locate=_location,
        )
        if response.status_code >= status.HTTP_400_BAD_REQUEST:
            response.content_type = problems.MEDIA_TYPE
        return response


class SweepDetail(RunEndpoint):
    id_prefix = "swp"

    @extend_schema(operation_id="readSweep", responses={200: SweepAnswer})
    def get(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002
        """Read a sweep: how far it is, and the runs of its points."""
        return Response(SweepAnswer(_find(pk, by=self.person)).data)


class SweepCancel(RunEndpoint):
    id_prefix = "swp"
    refusals = (409,)

    @extend_schema(operation_id="cancelSweep", request=None, responses={202: SweepAnswer})
    def post(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002
        """Ask for the cancellation of every run of the sweep that has not ended."""
        sweep = _find(pk, by=self.person)
        return self.once(
            lambda: _accepted(lifecycle.cancel_sweep(sweep, by=self.person)), locate=_location
        )
