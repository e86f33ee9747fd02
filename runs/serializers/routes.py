"""Providers, their devices, and what a preview found."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from runs import offers, problems
from runs.contract import Mode
from runs.offers import Offer
from runs.previews import Preview
from runs.routes import Device
from runs.serializers.answers import Answer, ErrorAnswer
from runs.serializers.results import RESULT_TYPES


class ProviderAnswer(Answer):
    providerId = serializers.CharField(source="provider_id")
    name = serializers.CharField()
    summary = serializers.CharField()


class ProvidersAnswer(Answer):
    items = ProviderAnswer(many=True)


class DeviceLimits(Answer):
    """Inclusive numbers. The qubits of analog programs are atoms, and they have no operations."""

    qubits = serializers.SerializerMethodField()
    leastShots = serializers.IntegerField(source="least_shots")
    mostShots = serializers.SerializerMethodField()
    operations = serializers.SerializerMethodField()

    def get_qubits(self, device: Device) -> int:
        return device.most_qubits(settings.RUN_LIMITS)

    def get_mostShots(self, device: Device) -> int:
        return device.most_shots(settings.RUN_LIMITS)

    def get_operations(self, device: Device) -> int | None:
        return None if device.is_analog else settings.RUN_LIMITS.operations


class Price(Answer):
    """In US dollars for a run. ``asOf`` is the date of the price list, null for what is free."""

    amount = serializers.DecimalField(max_digits=12, decimal_places=5, source="price")
    currency = serializers.SerializerMethodField()
    asOf = serializers.DateField(source="price_date", allow_null=True)

    @extend_schema_field({"type": "string", "const": "USD"})
    def get_currency(self, offer: Offer) -> str:  # noqa: ARG002 - prices are compared, so one
        return "USD"


class OfferAnswer(Answer):
    """Whether the device takes runs now, and why not where it does not."""

    selectable = serializers.BooleanField(source="is_selectable")
    whyNot = serializers.CharField(source="reason")
    price = Price(source="*")
    readAt = serializers.DateTimeField(source="read_at")


class DeviceAnswer(Answer):
    providerId = serializers.CharField(source="provider_id")
    deviceId = serializers.CharField(source="device_id")
    name = serializers.CharField()
    mode = serializers.ChoiceField([mode.value for mode in Mode])
    summary = serializers.CharField()
    sourceKinds = serializers.ListField(
        child=serializers.CharField(), source="source_kinds", help_text="The programs it takes."
    )
    carriesNoise = serializers.BooleanField(
        source="carries_noise", help_text="Whether circuits may have noise channels."
    )
    limits = DeviceLimits(source="*")
    offer = serializers.SerializerMethodField()

    @extend_schema_field(OfferAnswer)
    def get_offer(self, device: Device) -> Any:
        return OfferAnswer(offers.offer_of(device)).data


class DevicesAnswer(Answer):
    items = DeviceAnswer(many=True)


class PreviewAnswer(Answer):
    """What a run would be: its size and the device's offer, or the error that it would get."""

    valid = serializers.BooleanField(
        source="is_valid",
        allow_null=True,
        help_text="Null where the program is too long to be checked while you wait.",
    )
    qubits = serializers.IntegerField(source="program.qubit_count", default=None, allow_null=True)
    operations = serializers.IntegerField(
        source="program.operation_count", default=None, allow_null=True
    )
    depth = serializers.IntegerField(source="program.depth", default=None, allow_null=True)
    openqasm = serializers.CharField(source="program.openqasm", default=None, allow_null=True)
    resultTypes = serializers.SerializerMethodField()
    offer = OfferAnswer(allow_null=True)
    error = serializers.SerializerMethodField()

    @extend_schema_field(RESULT_TYPES)
    def get_resultTypes(self, preview: Preview) -> Any:
        program = preview.program
        return [result.as_json() for result in program.result_types] if program else []

    @extend_schema_field(ErrorAnswer(allow_null=True))
    def get_error(self, preview: Preview) -> Any:
        return None if preview.error is None else problems.payload(preview.error)
