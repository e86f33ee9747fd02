"""Workflows: list, create, read, change."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import identifiers
from accounts.authentication import has_scope
from accounts.models import Role, Scope, User, Workspace
from runs import workflows
from runs.endpoints import Endpoint, KeysetPages
from runs.errors import Problem, RunError
from runs.fields import Query
from runs.idempotency import Answer
from runs.models import Workflow
from runs.serializers.answers import WorkflowAnswer
from runs.serializers.requests import WorkflowBody, WorkflowChanges


def find(pk: UUID, *, by: User) -> Workflow:
    """Return a workflow that ``by`` may see.

    :raises RunError: ``workflow_not_found`` if there is none.
    """
    visible = Workflow.objects.visible_to(by).select_related("workspace")
    workflow = visible.filter(pk=pk).first()
    if workflow is None:
        raise RunError("workflow_not_found")
    return workflow


def find_named(text: str, *, by: User) -> Workflow:
    """Return the workflow that a body names.

    :raises RunError: ``workflow_not_found`` if there is none that ``by`` may see.
    """
    try:
        pk = identifiers.decode("wf", text)
    except ValueError as error:
        raise RunError("workflow_not_found") from error
    return find(pk, by=by)


class WorkflowList(Endpoint):
    permission_classes = [has_scope(Scope.WORKFLOWS_READ, writing=Scope.WORKFLOWS_WRITE)]
    pagination_class = KeysetPages
    id_prefix = "wf"
    refusals = (404,)

    @extend_schema(
        operation_id="listWorkflows", responses={200: WorkflowAnswer(many=True)}, filters=True
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the workflows of your workspaces, newest first."""
        self.asked(Query)
        return self.page(Workflow.objects.visible_to(self.person), WorkflowAnswer)

    @extend_schema(
        operation_id="createWorkflow", request=WorkflowBody, responses={201: WorkflowAnswer}
    )
    def post(self, request: Request) -> Response:  # noqa: ARG002
        """Create a workflow."""
        body = self.checked(WorkflowBody)
        return self.once(lambda: self._create(dict(body)), locate=_location)

    def _create(self, body: dict[str, Any]) -> Answer:
        workspace = _workspace(body.pop("workspace_id", None), by=self.person)
        workflow = workflows.create(workspace, by=self.person, **body)
        return Answer(status.HTTP_201_CREATED, WorkflowAnswer(workflow).data)


def _location(answer: Answer) -> str:
    return reverse("api:workflow", args=[answer.body["workflowId"]])


def _workspace(pk: UUID | None, *, by: User) -> Workspace:
    """Return the workspace that was named, or the only one there can be."""
    if pk is not None:
        named = Workspace.objects.visible_to(by).filter(pk=pk).first()
        if named is None:
            message = "This workspace does not exist, or you cannot see it."
            raise RunError("not_found", [Problem(message, field="workspaceId")])
        return named
    operated = Workspace.objects.filter(
        memberships__user=by, memberships__role__in=[Role.OWNER, Role.OPERATOR]
    )
    choices = list(operated.order_by("pk"))
    if not choices:
        raise PermissionDenied("There is no workspace in which you may create workflows.")
    if len(choices) > 1:
        names = ", ".join(workspace.public_id for workspace in choices)
        message = f"workspaceId: You may create workflows in several workspaces: {names}."
        raise RunError("invalid_request", [Problem(message, field="workspaceId")])
    return choices[0]


class WorkflowDetail(Endpoint):
    permission_classes = [has_scope(Scope.WORKFLOWS_READ, writing=Scope.WORKFLOWS_WRITE)]

    @extend_schema(operation_id="readWorkflow", responses={200: WorkflowAnswer})
    def get(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002
        """Read a workflow."""
        return Response(WorkflowAnswer(find(pk, by=self.person)).data)

    @extend_schema(
        operation_id="changeWorkflow", request=WorkflowChanges, responses={200: WorkflowAnswer}
    )
    def patch(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002
        """Change, archive or restore a workflow. Sealed evidence keeps what it was sealed with."""
        workflow = find(pk, by=self.person)
        changes = dict(self.checked(WorkflowChanges))
        return self.once(lambda: self._change(workflow, changes))

    @transaction.atomic
    def _change(self, workflow: Workflow, changes: dict[str, Any]) -> Answer:
        archived = changes.pop("archived", None)
        if changes or archived is None:
            workflow = workflows.change(workflow, by=self.person, **changes)
        if archived is not None:
            act = workflows.archive if archived else workflows.restore
            workflow = act(workflow, by=self.person)
        return Answer(status.HTTP_200_OK, WorkflowAnswer(workflow).data)
