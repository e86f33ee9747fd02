"""What a device offers at this moment: whether it takes runs, and at what price."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts import clock
from runs import routes
from runs.contract import RunRequest
from runs.errors import RunError
from runs.limits import Limits
from runs.routes import Device


@dataclass(frozen=True)
class Offer:
    """One reading of a device. ``reason`` says why it cannot be chosen, where it cannot.

    ``price`` is in US dollars for a run, by the price list of ``price_date``; what is free at any
    time has no list.
    """

    is_selectable: bool
    reason: str
    price: Decimal
    price_date: date | None
    read_at: datetime


def offer_of(device: Device) -> Offer:  # noqa: ARG001 - every device so far is a local one
    """Return what ``device`` offers: local simulators are free, and queue whatever comes."""
    return Offer(
        is_selectable=True, reason="", price=Decimal(0), price_date=None, read_at=clock.now()
    )


def context_of(request: RunRequest, limits: Limits, *, at: datetime) -> dict[str, Any]:
    """Return what is known of the route of ``request`` while it is chosen; the run keeps it."""
    try:
        device = routes.find(request.provider_id, request.device_id, request.mode)
    except RunError:
        return {"readAt": at.isoformat(), "readiness": "unknown"}
    return {
        "readAt": at.isoformat(),
        "readiness": "ready",
        "device": device.name,
        "limits": {
            "atoms" if device.is_analog else "qubits": device.most_qubits(limits),
            "shots": device.most_shots(limits),
            **({} if device.is_analog else {"operations": limits.operations}),
        },
        "price": {"amount": str(offer_of(device).price), "currency": "USD", "per": "run"},
    }
