"""What a reader is shown of a packet: from its archive and the public keys, and nothing else. Core.

The owner's packet page, the preview and the reviewer's page are all drawn from this, so they
cannot differ in what they say.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from evidence import exclusions, layout, withholding
from evidence.manifest import Manifest
from evidence.packet import Report, read, verify_packet
from evidence.signing import Keys
from evidence.withholding import Withheld
from runs import analog, explain, timeline, wording
from runs.contract import EvidenceState, SourceKind
from runs.life import Attempt, attempts_of

_SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SALT_COMMENT = "\n// salt: "


class UnreadableError(Exception):
    """An archive holds no manifest that could be shown."""


@dataclass(frozen=True)
class Line:
    """One line of the trace, in words."""

    at: datetime
    title: str
    details: str


@dataclass(frozen=True)
class LeftOut:
    """A private value that the record names; ``value`` is there where it was disclosed."""

    field: str
    label: str
    reason: str
    value: str | None


@dataclass(frozen=True)
class File:
    """A signed file: ``size`` in bytes is None where it was withheld."""

    path: str
    sha256: str
    size: int | None
    is_good: bool


class _Told(NamedTuple):
    """A line of the trace, for :mod:`runs.life`."""

    kind: str
    at: datetime
    data: Mapping[str, Any]


@dataclass
class _Progress:
    """What :mod:`runs.timeline` asks of a run, as the manifest has it."""

    status: str
    shots: int
    created_at: datetime
    submitted_at: datetime | None
    started_at: datetime | None
    finished_at: datetime
    error: Mapping[str, Any] | None
    sealed_at: datetime
    attempt: int
    evidence_state: str = EvidenceState.READY


@dataclass(frozen=True)
class Reading:
    """A packet, checked and taken apart. What a share withholds is None."""

    report: Report
    manifest: Manifest
    files: Mapping[str, bytes]

    @property
    def result(self) -> Mapping[str, Any] | None:
        """The file of counts: ``counts``, ``shots``, ``measuredQubits``."""
        return self._json(layout.COUNTS)

    @property
    def values(self) -> list[Mapping[str, Any]] | None:
        """The result values, in the order in which they were asked for."""
        document = self._json(layout.VALUES)
        return None if document is None else document["values"]

    @property
    def error(self) -> explain.Explanation | None:
        """What went wrong, in words, of a failed run."""
        payload = self._json(layout.ERROR)
        if payload is None:
            return None
        absent: dict[str, Any] = {"hint": "", "operationIndex": None, "problems": []}
        return explain.explain(
            {**absent, **payload},
            evidence_state=EvidenceState.READY,
            operations=self.manifest.source.operations,
        )

    @property
    def request(self) -> Mapping[str, Any] | None:
        """The request file: what was asked, and why this route."""
        return self._json(layout.REQUEST)

    @property
    def drawing(self) -> str | None:
        """The sealed picture of the program; only our own signature lets it into a page."""
        content = self.files.get(self.manifest.drawing or "")
        return content.decode() if content and self.report.is_good else None

    @property
    def openqasm(self) -> str | None:
        """The program in OpenQASM: as it was sent, or what it was translated to."""
        for path in (layout.SOURCE_OPENQASM, layout.EXPORT_OPENQASM):
            if path in self.files:
                return self.files[path].decode("utf-8", "replace").rpartition(_SALT_COMMENT)[0]
        return None

    @property
    def program(self) -> str | None:
        """The program as JSON, where it was sent so: operations stand one to a line."""
        content = self._json(self.manifest.source.path)
        if content is None:
            return None
        program = next(member for name, member in content.items() if name != "salt")
        if self.manifest.source.kind == SourceKind.CIRCUIT_OPERATIONS and isinstance(program, list):
            return "\n".join(json.dumps(operation) for operation in program)
        return analog.write(program)

    @property
    def trace(self) -> tuple[Line, ...] | None:
        """The trace in words."""
        content = self.files.get(layout.TRACE)
        if content is None:
            return None
        return tuple(_line(json.loads(line)) for line in layout.trace_lines(content))

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The attempts of the run, as the trace tells of them; none where that is withheld."""
        content = self.files.get(layout.TRACE)
        if content is None:
            return ()
        lines = (json.loads(line) for line in layout.trace_lines(content))
        return attempts_of(
            _Told(line["type"], datetime.fromisoformat(line["at"]), line["data"]) for line in lines
        )

    @property
    def stages(self) -> list[timeline.Stage]:
        """The wire of the run, from the facts of the manifest."""
        run, error = self.manifest.run, self.manifest.error
        return timeline.stages(
            _Progress(
                status=run.status,
                shots=run.shots,
                created_at=run.created_at,
                submitted_at=run.submitted_at,
                started_at=run.started_at,
                finished_at=run.finished_at,
                error={"stage": error.stage} if error else None,
                sealed_at=self.manifest.issued_at,
                attempt=run.attempt,
            )
        )

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Every private value that the manifest names, disclosed or not."""
        return tuple(
            LeftOut(
                field=item.field,
                label=exclusions.label(item.field),
                reason=exclusions.reason_label(item.reason),
                value=self.report.disclosed.get(item.field),
            )
            for item in self.manifest.exclusions
        )

    @property
    def on_certificate(self) -> tuple[str, ...]:
        """What the certificate shows besides the facts of the run; empty where it is not here."""
        return withholding.on_certificate(self.manifest, self.files)

    @property
    def withheld(self) -> tuple[Withheld, ...]:
        """Every signed file that this copy leaves out."""
        return withholding.withheld(self.manifest, self.files)

    @property
    def signed_files(self) -> tuple[File, ...]:
        """Every file that the manifest signs, in order of path."""
        bad = {check.path for check in self.report.checks if check.verdict == "failed"}
        return tuple(
            File(
                path=path,
                sha256=digest,
                size=len(self.files[path]) if path in self.files else None,
                is_good=path not in bad,
            )
            for path, digest in sorted(self.manifest.subjects.items())
        )

    @property
    def checked_count(self) -> int:
        """How many of the signed files are here, and were hashed."""
        return sum(path in self.files for path in self.manifest.subjects)

    @property
    def offline_commands(self) -> str:
        """The commands of the sealed README that check this packet, for a shell."""
        text = self.files.get(layout.README, b"").decode("utf-8", "replace")
        return "\n".join(_SHELL_BLOCK.findall(text))

    def _json(self, path: str) -> Mapping[str, Any] | None:
        if path not in self.files or not path.endswith(".json"):
            return None
        members: Mapping[str, Any] = json.loads(self.files[path])
        return members


def take(archive: bytes, keys: Keys) -> Reading:
    """Check ``archive`` against ``keys`` and take it apart.

    :raises UnreadableError: if it is no packet, or not what was signed.
    """
    report = verify_packet(archive, keys)
    failed = any(check.verdict == "failed" for check in report.checks)
    if report.manifest is None or failed:
        raise UnreadableError(report.headline)
    return Reading(report=report, manifest=report.manifest, files=read(archive))


def _line(members: Mapping[str, Any]) -> Line:
    data = {name: value for name, value in members["data"].items() if name != "salt"}
    return Line(
        at=datetime.fromisoformat(members["at"]),
        title=wording.title(members["type"]),
        details=wording.details(data),
    )
