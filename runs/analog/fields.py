"""Reading the fields of an analog program: their courses in time, and where they act. Core."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from runs.analog.model import LocalDetuning, Series
from runs.analog.reading import Reader
from runs.analog.words import figure, ordinal
from runs.circuits.words import count
from runs.errors.findings import shown
from runs.limits import Limits

LONGEST = 20.0  # µs: what Braket calls the typical scale; its hardware takes 4
SHORTEST = 0.001
_MICRO = 6
_LOCAL = "local detuning"
# What the SDK writes now, and what older versions of it and the schema call the same.
_NAMES_OF_LOCAL = ("localDetuning", "shiftingFields")
_UNITS = {"amplitude": "rad/µs", "detuning": "rad/µs", _LOCAL: "rad/µs", "phase": "rad"}
_IN_SECONDS = "Times are in seconds: 4 µs is 0.000004."


@dataclass(frozen=True)
class Fields:
    """The fields of a Hamiltonian, in µs, rad/µs and rad."""

    amplitude: Series
    phase: Series
    detuning: Series
    local: LocalDetuning | None


def read_hamiltonian(
    reader: Reader, value: Any, limits: Limits, *, sites: int | None
) -> Fields | None:
    """Return the fields of a program's ``hamiltonian``, or nothing where something is wrong.

    There is one driving field and at most one local detuning, which has a part for each site,
    where their number is known. All fields begin at 0 and end together, after at most 20 µs.
    """
    name = _name_of_local(reader, value)
    parts = reader.members("The Hamiltonian", value, "drivingFields", name)
    fields = _FieldReader(reader, limits)
    courses = fields.driving(parts["drivingFields"]) if "drivingFields" in parts else {}
    local = fields.local(parts[name], sites) if name in parts else None
    _check_ends(reader, courses | ({_LOCAL: local.magnitude} if local else {}))
    return None if reader.failed else Fields(**courses, local=local)


def _name_of_local(reader: Reader, value: Any) -> str:
    """Return which of its two names the member of the local detuning has."""
    new, old = _NAMES_OF_LOCAL
    if not isinstance(value, dict) or old not in value:
        return new
    if new in value:
        reader.wrong(f"The Hamiltonian has both {new} and {old}, which are one and the same")
        return new
    return old


def _check_ends(reader: Reader, courses: Mapping[str, Series]) -> None:
    ends = {noun: series.times[-1] for noun, series in courses.items()}
    if not ends:
        return
    if len({*ends.values()}) > 1:
        told = ", ".join(f"the {noun} at {figure(end)} µs" for noun, end in ends.items())
        reader.wrong(f"The fields end at different times: {told}", hint="All end together.")
    if max(ends.values()) > LONGEST:
        reader.too_much(
            f"The program lasts {figure(max(ends.values()))} µs; "
            f"this runner takes at most {figure(LONGEST)} µs",
            hint=_IN_SECONDS,
        )
    elif max(ends.values()) < SHORTEST:
        reader.wrong("The program lasts less than a nanosecond", hint=_IN_SECONDS)


class _FieldReader:
    """Reads fields one by one; what is wrong with them is found."""

    def __init__(self, reader: Reader, limits: Limits) -> None:
        self._reader = reader
        self._limits = limits

    def driving(self, value: Any) -> dict[str, Series]:
        fields = self._reader.elements("The list of driving fields", value)
        if fields is None:
            return {}
        if len(fields) != 1:
            self._reader.wrong(
                f"The program has {count(len(fields), 'driving field')}; it needs exactly one",
                hint="Join fields that act together into one.",
            )
            return {}
        nouns = ("amplitude", "phase", "detuning")
        parts = self._reader.members("The driving field", fields[0], *nouns)
        read = {noun: self._uniform(noun, part) for noun, part in parts.items()}
        courses = {noun: series for noun, series in read.items() if series is not None}
        if "amplitude" in courses:
            self._check_amplitude(courses["amplitude"])
        return courses

    def local(self, value: Any, sites: int | None) -> LocalDetuning | None:
        fields = self._reader.elements("The list of local detunings", value)
        if not fields:
            return None
        if len(fields) > 1:
            self._reader.wrong(f"The program has {len(fields)} local detunings; it has one at most")
            return None
        parts = self._reader.members("The local detuning", fields[0], "magnitude")
        if "magnitude" not in parts:
            return None
        field = self._field(_LOCAL, parts["magnitude"])
        magnitude = self._series(_LOCAL, field["time_series"]) if "time_series" in field else None
        pattern = self._pattern(field["pattern"], sites) if "pattern" in field else None
        if magnitude is None or pattern is None:
            return None
        return LocalDetuning(magnitude, pattern)

    def _field(self, noun: str, value: Any) -> dict[str, Any]:
        return self._reader.members(f"The {noun}", value, "time_series", "pattern")

    def _uniform(self, noun: str, value: Any) -> Series | None:
        field = self._field(noun, value)
        if field.get("pattern", "uniform") != "uniform":
            self._reader.wrong(
                f"The {noun}’s pattern is {shown(field['pattern'])}, not uniform",
                hint='The driving field acts on all atoms alike: write "uniform".',
            )
        return self._series(noun, field["time_series"]) if "time_series" in field else None

    def _pattern(self, value: Any, sites: int | None) -> tuple[float, ...] | None:
        pattern = self._reader.numbers(
            "The pattern of the local detuning",
            value,
            lambda place: f"The local detuning’s part of site {place}",
        )
        if pattern is None:
            return None
        for place, part in enumerate(pattern):
            if not 0 <= part <= 1:
                self._reader.wrong(
                    f"The local detuning’s part of site {place} is {figure(part)}; "
                    "parts are from 0 to 1"
                )
        if sites is not None and len(pattern) != sites:
            self._reader.wrong(
                f"The pattern of the local detuning has {count(len(pattern), 'part')}; "
                f"the register has {count(sites, 'site')}",
                hint="It has one part for each site, filled or not.",
            )
        return pattern

    def _series(self, noun: str, value: Any) -> Series | None:
        parts = self._reader.members(f"The time series of the {noun}", value, "times", "values")
        if len(parts) < 2:  # noqa: PLR2004 - both are needed
            return None
        times = self._reader.numbers(
            f"The list of the {noun}’s times",
            parts["times"],
            lambda place: f"The {noun}’s {ordinal(place)} time",
            shift=_MICRO,
        )
        values = self._reader.numbers(
            f"The list of the {noun}’s values",
            parts["values"],
            lambda place: f"The {noun}’s {ordinal(place)} value",
            shift=0 if noun == "phase" else -_MICRO,
        )
        if times is None or values is None or not self._are_points(noun, times, values):
            return None
        self._check_times(noun, times)
        self._check_values(noun, values)
        return Series(times, values)

    def _are_points(self, noun: str, times: tuple[float, ...], values: tuple[float, ...]) -> bool:
        if len(times) != len(values):
            self._reader.wrong(
                f"The {noun} has {count(len(times), 'time')} and {count(len(values), 'value')}",
                hint="Each time has one value.",
            )
            return False
        if len(times) < 2:  # noqa: PLR2004 - what a line needs
            self._reader.wrong(f"The {noun} has {count(len(times), 'point')}; it needs at least 2")
            return False
        return True

    def _check_times(self, noun: str, times: tuple[float, ...]) -> None:
        if times[0] != 0:
            self._reader.wrong(
                f"The {noun} begins at {figure(times[0])} µs; every field begins at 0"
            )
        for place, (earlier, later) in enumerate(pairwise(times), 1):
            if later <= earlier:
                self._reader.wrong(
                    f"The {noun}’s {ordinal(place)} time is {figure(later)} µs, "
                    f"not later than the one before, {figure(earlier)} µs",
                    hint=_IN_SECONDS,
                )

    def _check_values(self, noun: str, values: tuple[float, ...]) -> None:
        most = self._limits.largest_angle
        for place, value in enumerate(values):
            if abs(value) > most:
                self._reader.too_much(
                    f"The {noun}’s {ordinal(place)} value is {figure(value)} {_UNITS[noun]}; "
                    f"this runner takes at most {most:,.0f}",
                    hint="Rates are in rad/s, phases in rad.",
                )

    def _check_amplitude(self, amplitude: Series) -> None:
        for place, value in enumerate(amplitude.values):
            if value < 0:
                self._reader.wrong(
                    f"The amplitude’s {ordinal(place)} value is {figure(value)} rad/µs; "
                    "an amplitude is not negative",
                    hint="Turn the phase by π instead.",
                )
