"""The templates of both galleries, and what each puts into the form of a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runs import analog, drawing, gallery, routes
from runs.analog import gallery as analog_gallery
from runs.analog.drawing import miniature_svg
from runs.analog.gallery import AnalogTemplate
from runs.circuits.words import count
from runs.contract import SourceKind
from runs.forms.operations import Row, rows_of
from runs.forms.run import ANALOG, TABLE
from runs.gallery import Template


@dataclass(frozen=True)
class Start:
    """A template as a card of the form: its words, its drawing, and what it fills in."""

    slug: str
    name: str
    description: str
    physics: str
    art: str
    fields: Mapping[str, str]
    source_kind: SourceKind
    is_noisy: bool = False
    operations: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_analog(self) -> bool:
        """Whether it is an analog program."""
        return self.source_kind == SourceKind.ANALOG_PROGRAM

    @property
    def rows(self) -> list[Row]:
        """What the table of operations becomes."""
        return rows_of(self.operations) or [Row()]

    def device(self, chosen: str) -> str:
        """Return the device that was ``chosen``, where it takes the program, or one that does."""
        fit = [
            f"{device.provider_id}/{device.device_id}"
            for device in routes.DEVICES
            if self.source_kind in device.source_kinds
            and (device.carries_noise or not self.is_noisy)
        ]
        return chosen if chosen in fit else fit[0]


def _of_circuit(template: Template) -> Start:
    return Start(
        slug=template.slug,
        name=template.name,
        description=f"{count(template.qubits, 'qubit')}. {template.description}",
        physics=template.physics,
        art=drawing.miniature_svg(template.circuit),
        fields={"editor": TABLE},
        source_kind=SourceKind.CIRCUIT_OPERATIONS,
        is_noisy=template.circuit.is_noisy,
        operations=template.circuit.as_json(),
    )


def _of_program(template: AnalogTemplate) -> Start:
    return Start(
        slug=template.slug,
        name=template.name,
        description=f"{template.size}. {template.description}",
        physics=template.physics,
        art=miniature_svg(template.analog),
        fields={"editor": ANALOG, "analog_program": analog.write(template.program)},
        source_kind=SourceKind.ANALOG_PROGRAM,
    )


STARTS = (*map(_of_circuit, gallery.TEMPLATES), *map(_of_program, analog_gallery.TEMPLATES))
BY_SLUG: Mapping[str, Start] = {start.slug: start for start in STARTS}
NAMES = frozenset(start.name for start in STARTS)
