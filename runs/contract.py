"""The nouns that the form, the API, the worker and the evidence share. Core: plain frozen data.

A :class:`RunRequest` is what somebody asked for, a :class:`Job` is what a provider is handed, an
:class:`Outcome` is what came back, and a :class:`RunRecord` is what the evidence is made from.
Bit order everywhere: character *i* of an outcome belongs to ``measured_qubits[i]``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

BIT_ORDER = "first-bit-leftmost"


class Mode(StrEnum):
    SIMULATOR = "simulator"
    HARDWARE = "hardware"


class SourceKind(StrEnum):
    CIRCUIT_OPERATIONS = "circuitOperations"
    OPENQASM3 = "openqasm3"
    OPENQASM2 = "openqasm2"
    ANALOG_PROGRAM = "analogProgram"


LANGUAGES = frozenset({SourceKind.OPENQASM3, SourceKind.OPENQASM2})  # programs that are text


class Status(StrEnum):
    QUEUED = "queued"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    RUNNING = "running"
    CANCELLING = "cancelling"
    UNCONFIRMED = "unconfirmed"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


TERMINAL = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})


class EvidenceState(StrEnum):
    NOT_REQUESTED = "not_requested"
    PENDING = "pending"
    BUILDING = "building"
    READY = "ready"
    BUILD_FAILED = "build_failed"


class Submission(StrEnum):
    """Whether the provider has the task."""

    NOT_SENT = "not_sent"
    SENT_UNCONFIRMED = "sent_unconfirmed"
    ACKNOWLEDGED = "acknowledged"


class Billing(StrEnum):
    NONE = "none"
    ESTIMATED = "estimated"
    CHARGED = "charged"
    UNKNOWN = "unknown"


class Sampling(StrEnum):
    """How counts were drawn: at once from exact probabilities, by the simulator, or not at all."""

    MULTINOMIAL = "exact-probabilities-multinomial"
    SIMULATOR = "simulator-shots"
    EXACT = "exact-values"


@dataclass(frozen=True)
class SweepPlace:
    """The place of a run in its sweep of ``points`` runs; ``index`` counts from 0.

    Unless its source ``is_read_at_once``, it is that of the first point, or a worker reads it.
    """

    sweep_id: UUID
    index: int
    points: int
    is_read_at_once: bool = True


@dataclass(frozen=True)
class RunRequest:
    """One request, as a person or a program made it; nothing in it is trusted yet."""

    mode: str
    provider_id: str
    device_id: str
    shots: int
    source_kind: str
    circuit_operations: list[Any] | None = None
    source: str = ""
    analog_program: Any = None
    result_types: list[Any] = field(default_factory=list)
    parameters: Mapping[str, float] = field(default_factory=dict)
    seed: int | None = None
    route_rationale: str = ""
    evidence_requested: bool = True
    name: str = ""
    tags: tuple[str, ...] = ()
    retry_of: UUID | None = None
    sweep: SweepPlace | None = None


@dataclass(frozen=True)
class Lowered:
    """A source read to the end: the canonical operations, or OpenQASM where it cannot be that.

    An analog program is neither, and has no operations to count; its atoms are its qubits.
    ``is_measured`` tells a measurement that the source names from that of all its qubits, which
    is added where it names none. ``result_types`` are those that it asks for itself.
    """

    openqasm: str
    operations: list[dict[str, Any]] | None
    measured_qubits: list[int]
    qubits: int
    operation_count: int | None
    depth: int | None
    is_measured: bool = False
    result_types: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Job:
    """What a provider executes: a checked program, on a device, with a seed.

    ``operations`` are in the canonical JSON form of :mod:`runs.circuits`; a program that cannot
    be reduced to operations (mid-circuit measurement) comes as checked OpenQASM 3 text instead,
    and an ``analog_program`` as the JSON of :mod:`runs.analog`. ``result_types`` are in the
    canonical form of :mod:`runs.results`; where there are shots, the operations end in the
    rotations that they need.
    """

    device_id: str
    shots: int
    seed: int
    measured_qubits: tuple[int, ...]
    operations: tuple[Mapping[str, Any], ...] | None
    openqasm: str
    wall_seconds: int
    memory_bytes: int
    result_types: tuple[Mapping[str, Any], ...] = ()
    analog_program: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Outcome:
    """What a provider measured. ``counts`` sum to the shots of the job; none where those are 0.

    ``values`` are the result types of the job, in order, each with what was found for it.
    ``solver`` names how the evolution in time was computed, where it was.
    """

    counts: Mapping[str, int] | None
    measured_qubits: tuple[int, ...]
    sampling: Sampling
    versions: Mapping[str, str]
    seconds: float
    values: tuple[Mapping[str, Any], ...] = ()
    solver: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class SourceRecord:
    """A source snapshot. ``operations`` and ``openqasm`` are empty where it cannot be read so."""

    kind: str
    sha256: str
    content: bytes
    openqasm: str
    operations: tuple[Mapping[str, Any], ...] | None
    qubits: int | None
    operation_count: int | None
    depth: int | None


@dataclass(frozen=True)
class RouteRecord:
    provider_id: str
    device_id: str
    mode: str
    rationale: str
    context: Mapping[str, Any]


@dataclass(frozen=True)
class RunRecord:
    """A finished run, complete and frozen: the only thing that the evidence is built from.

    ``private`` holds the values that evidence names but never shows (see
    :mod:`evidence.exclusions`), keyed ``model.field``. ``events`` are the lines of the trace,
    canonical JSON without line ends.
    """

    run_id: str
    workflow_id: str
    title: str
    status: str
    attempt: int
    retry_of: str | None
    created_at: datetime
    submitted_at: datetime | None
    started_at: datetime | None
    finished_at: datetime
    source: SourceRecord
    route: RouteRecord
    shots: int
    seed: int
    parameters: Mapping[str, float]
    result_types: tuple[Mapping[str, Any], ...]
    submission: str
    billing: str
    outcome: Outcome | None
    error: Mapping[str, Any] | None
    events: tuple[bytes, ...]
    private: Mapping[str, str]
