"""The tables of the docs, made from the code that they describe."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from django.conf import settings
from django.db.models import TextChoices

from accounts.models import Role, Scope
from evidence import exclusions
from runs import routes, trace
from runs.channels import CHANNELS, Channel
from runs.contract import Status
from runs.errors import ERRORS
from runs.gates import GATES
from runs.life import MEANINGS, TRANSITIONS
from runs.results.model import AMPLITUDES, Kind
from runs.results.parsing import MEMBERS
from runs.results.settling import is_offered
from runs.results.words import MEANINGS as MEANINGS_OF_RESULTS


@dataclass(frozen=True)
class Table:
    """Headings and rows of text. ``code`` columns hold names that are typed as they stand."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    code: frozenset[int] = frozenset({0})


def _statuses() -> Table:
    rows = tuple(
        (
            status.value,
            MEANINGS[status],
            ", ".join(sorted(target.value for target in TRANSITIONS[status])) or "nothing: the end",
        )
        for status in Status
    )
    return Table(("Status", "Meaning", "May become"), rows)


def _gates() -> Table:
    rows = tuple(
        (gate.name, str(gate.qubits), ", ".join(gate.angles) or "none", gate.meaning)
        for gate in GATES.values()
    )
    return Table(("Gate", "Qubits", "Angles (radians)", "Meaning"), rows)


def _channels() -> Table:
    rows = tuple(
        (channel.name, str(channel.qubits), _bounds(channel), channel.meaning)
        for channel in CHANNELS.values()
    )
    return Table(("Channel", "Qubits", "Probabilities", "Meaning"), rows)


def _bounds(channel: Channel) -> str:
    between = " + " if channel.excludes else ", "
    return f"{between.join(channel.probabilities)} ≤ {channel.most:g}"


def _operators() -> Table:
    rows = tuple((channel.name, channel.operators) for channel in CHANNELS.values())
    return Table(("Channel", "Operators K"), rows)


def _result_types() -> Table:
    rows = tuple(
        (
            kind.value,
            ", ".join(MEMBERS[kind][1:]) or "none",
            MEANINGS_OF_RESULTS[kind],
            "0" if kind in AMPLITUDES else "any",
            ", ".join(one.device_id for one in routes.DEVICES if is_offered(kind, one)),
        )
        for kind in Kind
    )
    headings = ("Type", "Members", "Value", "Shots", "Devices")
    return Table(headings, rows, frozenset({0, 1, 4}))


def _limits() -> Table:
    limits = settings.RUN_LIMITS
    rows = tuple(
        (field.name.replace("_", " "), f"{getattr(limits, field.name):,}")
        for field in fields(limits)
    )
    return Table(("Limit", "Most"), rows, frozenset())


def _devices() -> Table:
    limits = settings.RUN_LIMITS
    rows = tuple(
        (
            device.provider_id,
            device.device_id,
            device.name,
            f"{device.most_qubits(limits)}{' atoms' if device.is_analog else ''}",
            f"{device.most_shots(limits):,}",
            "yes" if device.carries_noise else "no",
        )
        for device in routes.DEVICES
    )
    headings = ("providerId", "deviceId", "Name", "Qubits", "Shots", "Noise")
    return Table(headings, rows, frozenset({0, 1}))


def _events() -> Table:
    return Table(("Event", "Meaning"), tuple(trace.WORDS.items()))


def _exclusions() -> Table:
    rows = tuple(
        (entry.label, exclusions.reason_label(entry.reason), committed)
        for entries, committed in (
            (exclusions.DISCLOSABLE, "yes, can be opened later"),
            (exclusions.NAMED, "no, never"),
        )
        for entry in entries
    )
    return Table(("Left out", "Why", "Committed to"), rows, frozenset())


def _choices(heading: str, choices: type[TextChoices]) -> Callable[[], Table]:
    rows = tuple((str(value), str(label)) for value, label in choices.choices)
    return lambda: Table((heading, "Allows"), rows)


def _roles() -> Table:
    allows = {
        Role.OWNER: "All of it: also approve shares, invite members, change roles.",
        Role.OPERATOR: "Create and change workflows and runs, ask for shares.",
        Role.VIEWER: "Read workflows, runs, packets and shares.",
    }
    return Table(("Role", "May"), tuple((role.label, allows[role]) for role in Role), frozenset())


def words_of(name: str) -> str:
    """Return all the words of a table, or of the errors."""
    if name == "errors":
        return " ".join(f"{kind.code} {kind.headline} {kind.advice}" for kind in ERRORS.values())
    table = TABLES[name]()
    return " ".join([*table.headings, *(cell for row in table.rows for cell in row)])


TABLES: Mapping[str, Callable[[], Table]] = {
    "statuses": _statuses,
    "gates": _gates,
    "channels": _channels,
    "result-types": _result_types,
    "kraus-operators": _operators,
    "limits": _limits,
    "devices": _devices,
    "events": _events,
    "exclusions": _exclusions,
    "roles": _roles,
    "scopes": _choices("Scope", Scope),
}
