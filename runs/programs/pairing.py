"""Brings the program of a request and the device that it names together. Core."""

from runs.contract import RunRequest, SourceKind
from runs.errors import RunError
from runs.errors.findings import Findings
from runs.routes import DEVICES, Device, find


def device_of(request: RunRequest, findings: Findings) -> Device | None:
    """Return the device that ``request`` names, or nothing where it takes no such program."""
    try:
        device = find(request.provider_id, request.device_id, request.mode)
    except RunError as error:
        findings.take(error)
        return None
    if request.source_kind in device.source_kinds or request.source_kind not in tuple(SourceKind):
        return device
    taken, sent = ("analog programs", "circuits")[:: 1 if device.is_analog else -1]
    others = [one.device_id for one in DEVICES if request.source_kind in one.source_kinds]
    findings.add(
        "unsupported_provider_path",
        f"{device.name} takes {taken}, and no {sent}",
        field="deviceId",
        hint=f"Choose {' or '.join(others)} for {sent}.",
    )
    return None
