"""Shares: ask for a link, list, approve, decline, revoke."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import clock
from accounts.authentication import has_scope
from accounts.models import Scope, User
from evidence import shares
from evidence.api import packets
from evidence.models import Share, ShareQuerySet
from evidence.serializers import (
    ApproveBody,
    ApprovedAnswer,
    DeclineBody,
    ShareAnswer,
    ShareBody,
    ShareQuery,
)
from runs.endpoints import Endpoint, KeysetPages
from runs.idempotency import Answer


def find(pk: UUID, *, by: User) -> Share:
    """Return a share that ``by`` may see.

    :raises Http404: if there is none.
    """
    visible = Share.objects.visible_to(by).select_related("packet", "workspace")
    return get_object_or_404(visible, pk=pk)


class ShareEndpoint(Endpoint):
    permission_classes = [has_scope(Scope.EVIDENCE_READ, writing=Scope.SHARES_WRITE)]
    writing_rate = "shares"
    id_prefix = "shr"


class ShareList(ShareEndpoint):
    pagination_class = KeysetPages
    refusals = (404,)

    def get_queryset(self) -> ShareQuerySet:
        return Share.objects.visible_to(self.person)

    @extend_schema(
        operation_id="listShares",
        parameters=[ShareQuery],
        responses={200: ShareAnswer(many=True)},
        filters=True,
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the shares of your workspaces, newest first."""
        names = {"packet": "packet_id", "status": "status"}
        wanted = {names[name]: value for name, value in self.asked(ShareQuery).items()}
        return self.page(self.get_queryset().filter(**wanted), ShareAnswer)

    @extend_schema(operation_id="requestShare", request=ShareBody, responses={201: ShareAnswer})
    def post(self, request: Request) -> Response:  # noqa: ARG002
        """Ask for a link to a packet; nothing is shared until an owner approves."""
        body = dict(self.checked(ShareBody))
        return self.once(lambda: self._request(body), locate=_location)

    def _request(self, body: dict[str, Any]) -> Answer:
        usual = clock.now() + timedelta(days=settings.SHARE_DAYS)
        wanted = {"expires_at": usual, **body}
        packet = packets.find(wanted.pop("packet_id"), by=self.person)
        share = shares.request(packet, by=self.person, **wanted)
        return Answer(status.HTTP_201_CREATED, ShareAnswer(share).data)


def _location(answer: Answer) -> str:
    return reverse("api:share", args=[answer.body["shareId"]])


class ShareDetail(ShareEndpoint):
    @extend_schema(operation_id="readShare", responses={200: ShareAnswer})
    def get(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002
        """Read a share."""
        return Response(ShareAnswer(find(pk, by=self.person)).data)


def _read(share: Share) -> Answer:
    return Answer(status.HTTP_200_OK, ShareAnswer(share).data)


class ShareApprove(ShareEndpoint):
    is_idempotent = False
    refusals = (409,)

    @extend_schema(
        operation_id="approveShare", request=ApproveBody, responses={200: ApprovedAnswer}
    )
    def post(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002
        """Make the link work. The answer shows it, this once."""
        share = find(pk, by=self.person)
        usual = {"label": share.label, "expires_at": share.expires_at}
        share, token = shares.approve(
            share, by=self.person, **{**usual, **self.checked(ApproveBody)}
        )
        link = settings.SITE_URL + reverse("evidence:review", args=[token])
        return Response({**ShareAnswer(share).data, "link": link})


class ShareDecline(ShareEndpoint):
    refusals = (409,)

    @extend_schema(operation_id="declineShare", request=DeclineBody, responses={200: ShareAnswer})
    def post(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002
        """Answer that there will be no link, and why."""
        share = find(pk, by=self.person)
        reason = self.checked(DeclineBody)["reason"]
        return self.once(lambda: _read(shares.decline(share, reason=reason, by=self.person)))


class ShareRevoke(ShareEndpoint):
    refusals = (409,)

    @extend_schema(operation_id="revokeShare", request=None, responses={200: ShareAnswer})
    def post(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002
        """End the link at once and for good."""
        share = find(pk, by=self.person)
        return self.once(lambda: _read(shares.revoke(share, by=self.person)))
