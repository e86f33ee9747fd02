"""What a device offers at this moment: whether it takes runs, and at what price."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from accounts import clock
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
