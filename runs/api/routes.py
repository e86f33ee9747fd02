"""Providers and devices: where runs may go, within which limits, at what price."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import has_scope
from accounts.models import Scope
from runs import routes
from runs.endpoints import Endpoint
from runs.serializers.routes import DevicesAnswer, ProvidersAnswer


class ProviderList(Endpoint):
    permission_classes = [has_scope(Scope.RUNS_READ)]

    @extend_schema(operation_id="listProviders", responses={200: ProvidersAnswer})
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List who runs devices."""
        return Response(ProvidersAnswer({"items": list(routes.PROVIDERS.values())}).data)


class DeviceList(Endpoint):
    permission_classes = [has_scope(Scope.RUNS_READ)]

    @extend_schema(operation_id="listDevices", responses={200: DevicesAnswer})
    def get(self, request: Request, provider_id: str) -> Response:  # noqa: ARG002
        """List the devices of a provider, also those that cannot be chosen now, and why."""
        if provider_id not in routes.PROVIDERS:
            raise Http404
        return Response(DevicesAnswer({"items": routes.devices_of(provider_id)}).data)
