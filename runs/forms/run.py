"""The form of a run: where it runs, what runs, and why. It makes the same request as the API."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict

from runs import circuits, lifecycle, routes
from runs.canonical import LARGEST_INTEGER
from runs.contract import LANGUAGES, Mode, RunRequest, SourceKind
from runs.errors import Problem, RunError
from runs.forms.angles import read_angle
from runs.forms.documents import read_json
from runs.forms.operations import Row, typed_rows
from runs.forms.results import ResultTypesField
from runs.forms.sweep import SweepField
from runs.forms.tags import TagsField
from runs.programs import LARGEST_SEED

TABLE, JSON, ANALOG = "table", "json", SourceKind.ANALOG_PROGRAM.value
SOURCES = [
    (TABLE, "Operations"),
    (SourceKind.OPENQASM3.value, "OpenQASM 3"),
    (SourceKind.OPENQASM2.value, "OpenQASM 2"),
    (JSON, "Operations as JSON"),
    (ANALOG, "Analog program"),
]
# Both ways to write operations; the others are kinds of source themselves.
_KIND_OF = {TABLE: SourceKind.CIRCUIT_OPERATIONS, JSON: SourceKind.CIRCUIT_OPERATIONS}
_TARGET_OF = {TABLE: "op-0", JSON: "id_operations_json", ANALOG: "id_analog_program"}
_FIELD_OF = {
    "providerId": "device",
    "deviceId": "device",
    "mode": "device",
    "routeRationale": "route_rationale",
    "sourceKind": "editor",
    "analogProgram": "analog_program",
    "shots": "shots",
    "seed": "seed",
    "parameters": "parameters",
    "resultTypes": "result_types",
    "name": "name",
    "tags": "tags",
}


class NumberField(forms.IntegerField):
    """A whole number, with or without the marks between thousands."""

    def to_python(self, value: Any) -> int | None:
        compact = re.sub(r"(?<=\d)[, \u00a0_](?=\d{3})", "", value) if value else value
        return super().to_python(compact)


class RunForm(forms.Form):
    """Keeps everything as it was typed; ``rows`` is the table of operations."""

    device = forms.RegexField(  # one that is gone by now is a run that was refused
        r"[^/\s]{1,40}/[^/\s]{1,40}",
        error_messages={"required": "Choose a device", "invalid": "Choose a device"},
    )
    shots = NumberField(
        min_value=-LARGEST_INTEGER,  # a number over the limit is a run that was refused
        max_value=LARGEST_INTEGER,
        help_text="How often the circuit is measured.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "Enter how many shots to run",
            "invalid": "Enter the shots as a whole number, such as 1000",
        },
    )
    seed = NumberField(
        required=False,
        error_messages={"invalid": "Enter the seed as a whole number, or leave it empty"},
        min_value=0,
        max_value=LARGEST_SEED,
        help_text="Drawn and stored if left empty.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    route_rationale = forms.CharField(
        required=False,
        label="Why this route",
        help_text="Goes into the evidence, word for word.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    name = forms.CharField(
        required=False,
        help_text="The title of the run, and of its evidence as it is at sealing.",
    )
    tags = TagsField(help_text="Separate tags with commas. Private to the workspace.")
    evidence_requested = forms.BooleanField(
        required=False,
        label="Seal evidence when the run ends",
        help_text="Also when it fails. You can ask for it later too.",
    )
    editor = forms.ChoiceField(choices=SOURCES, widget=forms.RadioSelect)
    source = forms.CharField(
        required=False,
        strip=False,
        label="Program",
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "wrap": "off"}),
    )
    operations_json = forms.CharField(
        required=False,
        label="Operations as JSON",
        help_text="A list of operations as the API takes it, also with powers and control states.",
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )
    analog_program = forms.CharField(
        required=False,
        label="Analog program",
        help_text="What AnalogHamiltonianSimulation(…).to_ir().json() of Braket’s SDK gives.",
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "false", "wrap": "off"}),
    )
    result_types = ResultTypesField(
        label="Result types", help_text="One a line. Leave it empty for counts alone."
    )
    sweep = SweepField(
        required=False,
        label="Values to sweep",
        help_text="One line for each input, or for shots. Every combination becomes a run.",
    )
    parameters = forms.CharField(
        required=False,
        label="Values of the program’s inputs",
        help_text="One line each, such as theta = pi/4.",
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )

    def __init__(self, data: QueryDict | None = None, *, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial), auto_id="id_%s")
        most = settings.RUN_LIMITS.shots
        self.fields["shots"].help_text = f"Up to {most:,}. 0 for exact values."
        self.fields["source"].required = self.chosen_editor in LANGUAGES
        self.fields["analog_program"].required = self.chosen_editor == ANALOG
        self.fields["operations_json"].required = self.chosen_editor == JSON
        self.rows: list[Row] = initial["rows"] if data is None else typed_rows(data)

    @property
    def chosen_editor(self) -> str:
        """How the circuit is written: as a table unless another way was chosen."""
        return str(self["editor"].value() or TABLE)

    @property
    def is_empty(self) -> bool:
        """Whether the table is the editor and nothing is in it yet."""
        return self.chosen_editor == TABLE and all(row.is_blank for row in self.rows)

    def clean_parameters(self) -> dict[str, float]:
        """Return the values by name.

        :raises ValidationError: if a line is not ``name = number``.
        """
        values = {}
        for line in filter(
            None, (line.strip() for line in self.cleaned_data["parameters"].split("\n"))
        ):
            name, equals, text = line.partition("=")
            try:
                values[name.strip()] = read_angle(text)
            except ValueError as error:
                raise ValidationError(f"“{line}”: {error}") from error
            if not equals or not name.strip().isidentifier():
                raise ValidationError(f"“{line}” is not of the form name = number")
        return values

    def clean_operations_json(self) -> list[Any] | None:
        """Return the list.

        :raises ValidationError: if that editor is chosen and its text is not a JSON list.
        """
        if self.chosen_editor != JSON:
            return None
        otherwise = "Write a list of operations, in square brackets"
        return read_json(self["operations_json"].value() or "[]", list, otherwise=otherwise)

    def clean_analog_program(self) -> dict[str, Any] | None:
        """Return the program.

        :raises ValidationError: if that editor is chosen and its text is not a JSON object.
        """
        if self.chosen_editor != ANALOG:
            return None
        otherwise = "Write the program as an object, in curly brackets"
        return read_json(self.cleaned_data["analog_program"], dict, otherwise=otherwise)

    def clean(self) -> dict[str, Any]:
        """Read the rows of the table, if it is chosen, and note what cannot be read."""
        cleaned = super().clean() or {}
        cleaned["operations"] = cleaned.get("operations_json")
        if self.chosen_editor == TABLE:
            self.rows = [row for row in self.rows if not row.is_blank]
            cleaned["operations"] = [row.as_operation() for row in self.rows]
            for place, row in enumerate(self.rows):
                for message in row.errors:
                    self.add_error(None, ValidationError(f"Operation {place + 1}: {message}"))
        return cleaned

    def request(self) -> RunRequest:
        """Return the request that the filled-in form makes."""
        values = self.cleaned_data
        provider_id, device_id = values["device"].split("/")
        kind = _KIND_OF.get(self.chosen_editor, self.chosen_editor)
        is_text = kind in LANGUAGES
        return RunRequest(
            mode=_mode(provider_id, device_id),
            provider_id=provider_id,
            device_id=device_id,
            shots=values["shots"],
            source_kind=kind,
            circuit_operations=values["operations"] if self.chosen_editor in _KIND_OF else None,
            analog_program=values["analog_program"],
            source=values["source"] if is_text else "",
            parameters=values["parameters"] if is_text else {},
            result_types=values["result_types"],
            seed=values["seed"],
            route_rationale=values["route_rationale"],
            evidence_requested=values["evidence_requested"],
            name=values["name"],
            tags=tuple(values["tags"]),
        )

    def first_request(self) -> RunRequest:
        """Return the request of the run that is made, or that of the first point of the sweep."""
        points = self.cleaned_data["sweep"]
        if not points:
            return self.request()
        return lifecycle.at_point(self.request(), points[0], index=0, points=len(points))

    def row_problems(self) -> list[Problem]:
        """Return what is wrong with the operations that can be read, beside those that cannot."""
        if self.chosen_editor != TABLE or self.is_empty:
            return []
        operations = [replace(row, errors=[], wrong=set()).as_operation() for row in self.rows]
        try:
            circuits.parse(operations, limits=settings.RUN_LIMITS)
        except RunError as error:
            return [
                problem
                for problem in error.problems
                if problem.operation_index is not None
                and not self.rows[problem.operation_index].errors
            ]
        return []

    def target_of(self, problem: Problem) -> str:
        """Return the id of the control that ``problem`` is about."""
        if problem.operation_index is not None and self.chosen_editor == TABLE:
            return f"op-{problem.operation_index}"
        field = (problem.field or "").partition("[")[0]
        if field in _FIELD_OF:
            name = _FIELD_OF[field]
            return "id_device_0" if name == "device" else f"id_{name}"
        return _TARGET_OF.get(self.chosen_editor, "id_source")


def _mode(provider_id: str, device_id: str) -> str:
    found = (one.mode for one in routes.devices_of(provider_id) if one.device_id == device_id)
    return next(found, Mode.SIMULATOR)
