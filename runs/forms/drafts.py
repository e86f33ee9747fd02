"""What a new run's form starts from: a workflow's defaults, a template, or an earlier run."""

import json
from dataclasses import dataclass
from typing import Any

from runs import analog, offers, routes
from runs.contract import LANGUAGES, EvidenceState, SourceKind
from runs.forms import results, templates
from runs.forms.angles import write_angle
from runs.forms.operations import Row, is_expressible, rows_of
from runs.forms.run import ANALOG, JSON, TABLE
from runs.limits import Limits
from runs.models import Run, Workflow
from runs.offers import Offer
from runs.routes import Device


@dataclass(frozen=True)
class DeviceCard:
    """A device as the form offers it."""

    device: Device
    offer: Offer
    qubits: int
    shots: int
    operations: int

    @property
    def value(self) -> str:
        return f"{self.device.provider_id}/{self.device.device_id}"


def device_cards(limits: Limits) -> list[DeviceCard]:
    """Return every device with what it takes now, also those that cannot be chosen, and why."""
    return [
        DeviceCard(
            device,
            offers.offer_of(device),
            device.most_qubits(limits),
            device.most_shots(limits),
            limits.operations,
        )
        for device in routes.DEVICES
    ]


def fresh(workflow: Workflow, *, template: str = "") -> dict[str, Any]:
    """Return what the form of a new run shows at first."""
    device = f"{workflow.default_provider_id}/{workflow.default_device_id}"
    draft = {
        "device": device,
        "shots": workflow.default_shots,
        "evidence_requested": True,
        "editor": TABLE,
        "rows": [Row()],
        "name": "",
        **_EXAMPLES,
    }
    if template not in templates.BY_SLUG:
        return draft
    start = templates.BY_SLUG[template]
    begun = {"device": start.device(device), "rows": start.rows, "name": start.name}
    return draft | begun | dict(start.fields)


_EMPTY_PROGRAM = """\
OPENQASM 3.0;
include "stdgates.inc";

qubit[2] q;
bit[2] c;

h q[0];
cx q[0], q[1];
c = measure q;
"""


# What is in the editors that are not chosen.
_EXAMPLES = {
    "source": _EMPTY_PROGRAM,
    "analog_program": templates.BY_SLUG["rydberg-blockade"].fields["analog_program"],
}


def of_run(run: Run) -> dict[str, Any]:
    """Return the form filled in as ``run`` was asked for; everything may change."""
    draft = {
        "device": f"{run.provider_id}/{run.device_id}",
        "shots": run.shots,
        "seed": "",
        "route_rationale": run.route_rationale,
        "name": run.name,
        "tags": run.tags,
        "evidence_requested": run.evidence_state != EvidenceState.NOT_REQUESTED,
        "parameters": "\n".join(
            f"{name} = {write_angle(value)}" for name, value in run.parameters.items()
        ),
        "result_types": _result_types(run),
        "rows": [Row()],
        **_EXAMPLES,
    }
    if run.source.kind in LANGUAGES:
        return draft | {"editor": run.source.kind, "source": run.source.text}
    if run.source.kind == SourceKind.ANALOG_PROGRAM:
        text = analog.write(json.loads(run.source.text))
        return draft | {"editor": ANALOG, "analog_program": text}
    operations = json.loads(run.source.text)
    if _fits_the_table(operations):
        return draft | {"editor": TABLE, "rows": rows_of(operations)}
    text = json.dumps(operations, indent=1)
    return draft | {"editor": JSON, "operations_json": text}


def _result_types(run: Run) -> str:
    """Return those that the request named; a program that names its own does so again."""
    own = run.source.result_types
    return results.write(members for members in run.result_types if members not in own)


def _fits_the_table(operations: Any) -> bool:
    try:
        return is_expressible(operations) and bool(rows_of(operations))
    except (TypeError, AttributeError):  # a refused source may be anything
        return False
