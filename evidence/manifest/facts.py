"""What a manifest says, as frozen data for readers. Core."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from evidence import layout
from runs.contract import SourceKind


@dataclass(frozen=True)
class RunFacts:
    """The run; ``title`` is as it was at sealing, ``seed`` is decimal text (63 bits).

    ``result_types`` are the kinds of values that were asked for, in order.
    """

    run_id: str
    title: str
    mode: str
    status: str
    attempt: int
    retry_of: str | None
    shots: int
    seed: str
    submission: str
    billing: str
    created_at: datetime
    submitted_at: datetime | None
    started_at: datetime | None
    finished_at: datetime
    result_types: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceFacts:
    """The program; ``sha256`` is that of the salted file at ``path``."""

    kind: str
    path: str
    sha256: str
    format: str
    qubits: int | None
    operations: int | None
    depth: int | None


@dataclass(frozen=True)
class RouteFacts:
    """The way the run took; ``software`` holds package URLs of what executed it."""

    provider_id: str
    device_id: str
    software: tuple[str, ...]


@dataclass(frozen=True)
class CountsFacts:
    """The result file: how many shots it sums to, over how many different outcomes."""

    path: str
    sha256: str
    shots: int
    outcomes: int
    sampling: str
    bit_order: str


@dataclass(frozen=True)
class ValuesFacts:
    """The file of result values: how many results, estimated from how many shots.

    Without ``shots`` the values are exact, and there are no counts.
    """

    path: str
    sha256: str
    results: int
    shots: int
    sampling: str
    bit_order: str


@dataclass(frozen=True)
class ErrorFacts:
    """The error file: its published code and the stage that the run failed in."""

    path: str
    sha256: str
    code: str
    stage: str
    retryable: bool


@dataclass(frozen=True)
class TraceFacts:
    """The trace: the number of its lines and the SHA-256 of the last one."""

    path: str
    events: int
    head: str


@dataclass(frozen=True)
class NamedExclusion:
    """A value that was left out; secrets have no commitment."""

    field: str
    reason: str
    commitment: str | None


@dataclass(frozen=True)
class Manifest:
    """A parsed manifest. ``sha256`` is the evidence id, ``subjects`` maps paths to digests."""

    sha256: str
    predicate_type: str
    subjects: Mapping[str, str]
    issuer: str
    issued_at: datetime
    revision: int
    supersedes: str | None
    workflow_id: str
    run: RunFacts
    source: SourceFacts
    route: RouteFacts
    counts: CountsFacts | None
    values: ValuesFacts | None
    error: ErrorFacts | None
    trace: TraceFacts
    exports: tuple[str, ...]
    exclusions: tuple[NamedExclusion, ...]

    @property
    def drawing(self) -> str | None:
        """The path of the drawing of the program, None where it could not be drawn."""
        return next((path for path in layout.DRAWINGS if path in self.subjects), None)

    @property
    def is_analog(self) -> bool:
        """Whether the program is an analog one, whose bits are the sites of atoms."""
        return self.source.kind == SourceKind.ANALOG_PROGRAM

    @property
    def verify_url(self) -> str:
        """The address at the issuer that knows this evidence id."""
        return f"{self.issuer}/verify/{self.sha256}"
