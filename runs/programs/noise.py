"""Refuses noise channels on devices that carry no noise. Core."""

from runs.channels import CHANNELS
from runs.errors.findings import Findings
from runs.qasm.printing import NOISE
from runs.routes import DEVICES, Device


def find_noise(findings: Findings, device: Device, *, operations: object, openqasm: str) -> None:
    """Find the noise of a program, where ``device`` carries none.

    Every channel among ``operations``, as they were sent, is named with its index. A program that
    was sent as text has none of those; ``openqasm`` is its normal form, in which nothing but
    noise looks like noise.
    """
    if device.carries_noise:
        return
    others = [other.device_id for other in DEVICES if other.carries_noise]
    hint = f"Choose {' or '.join(others)}, or leave the noise out."
    for index, operation in enumerate(operations if isinstance(operations, list) else ()):
        name = operation.get("gate") if isinstance(operation, dict) else None
        if isinstance(name, str) and name in CHANNELS:
            findings.add(
                "unsupported_operation",
                f"Operation {index + 1} ({name}) is noise; {device.name} has none",
                field="circuitOperations",
                operation_index=index,
                hint=hint,
            )
    if operations is None and NOISE in openqasm:
        message = f"The program has noise; {device.name} has none"
        findings.add("unsupported_operation", message, field="source", hint=hint)
