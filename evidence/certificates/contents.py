"""What stands on a certificate: texts and pictures from a manifest and its payload. No models.

Everything here is English, in UTC, and public: a certificate is printed once and for anybody.
"""

import io
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import segno

from evidence import exclusions, layout, mark
from evidence.certificates import fitting, results
from evidence.certificates.fitting import Fault
from evidence.certificates.pictures import Picture, circuit_picture, picture
from evidence.certificates.tables import Result
from evidence.manifest import Manifest
from runs import routes
from runs.contract import Mode, SourceKind
from runs.errors import ERRORS

MARK_PIXELS = 128
BAND_PIXELS = (660, 22)
_MOST_PROBLEMS = 4
_JOINERS = "\u200c\u200d"
_KINDS: Mapping[str, str] = {
    SourceKind.CIRCUIT_OPERATIONS: "Circuit operations",
    SourceKind.OPENQASM3: "OpenQASM 3",
    SourceKind.OPENQASM2: "OpenQASM 2",
    SourceKind.ANALOG_PROGRAM: "Analog program",
}
_MODES: Mapping[str, str] = {Mode.SIMULATOR: "Simulator", Mode.HARDWARE: "Hardware"}


@dataclass(frozen=True)
class Fact:
    """One line of the record; ``is_code`` sets it in the monospaced face."""

    name: str
    value: str
    is_code: bool = False


@dataclass(frozen=True)
class Seal:
    """What binds the page to its packet; ``code`` leads to the issuer's page of it."""

    evidence_id: str
    mark: Picture
    band: Picture
    code: Picture
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """Everything that the template of the certificate shows."""

    title: str
    title_size: str
    sentence: str
    run_id: str
    issued_at: str
    issuer: str
    key_id: str
    is_development: bool
    seal: Seal
    facts: tuple[Fact, ...]
    program: str
    circuit: Picture | None
    circuit_note: str
    result: Result
    fault: Fault | None


def contents(
    manifest: Manifest, files: Mapping[str, bytes], *, key_id: str, is_development: bool
) -> Contents:
    """Return what the certificate of ``manifest`` shows; ``files`` is its checked payload.

    ``is_development`` says that the key is for trying out, which the certificate then prints.

    :raises KeyError: if ``files`` lacks the result that the manifest names.
    """
    title = _clean(manifest.run.title)
    result = results.result(manifest, files)
    fault = _fault(files[layout.ERROR]) if manifest.error else None
    facts = _facts(manifest)
    room = fitting.room(
        title,
        facts=len(facts),
        rows=result.lines,
        note=result.note,
        fault=fault,
    )
    circuit = circuit_picture(files.get(manifest.drawing or ""), room=room)
    return Contents(
        title=title,
        title_size=fitting.title_size(title),
        sentence=_sentence(manifest),
        run_id=manifest.run.run_id,
        issued_at=manifest.issued_at.astimezone(UTC).isoformat(timespec="seconds"),
        issuer=manifest.issuer,
        key_id=key_id,
        is_development=is_development,
        seal=_seal(manifest),
        facts=facts,
        program="Analog program" if manifest.is_analog else "Circuit",
        circuit=circuit,
        circuit_note="" if circuit else _circuit_note(manifest),
        result=result,
        fault=fault,
    )


def _seal(manifest: Manifest) -> Seal:
    digest, (width, height) = manifest.sha256, BAND_PIXELS
    band = mark.band_svg(digest, width=width, height=height)
    committed = (item.field for item in manifest.exclusions if item.commitment)
    return Seal(
        evidence_id=digest,
        mark=picture(mark.mark_svg(digest, size=MARK_PIXELS), "Fingerprint mark"),
        band=picture(band, "Band of interfering waves"),
        code=picture(_qr_code(manifest.verify_url), f"QR code of {manifest.verify_url}"),
        left_out=tuple(exclusions.label(field) for field in committed),
    )


def _clean(text: str) -> str:
    """Return a title without what no printed line can hold: controls and changes of direction."""
    kept = (
        character if character in _JOINERS or unicodedata.category(character)[0] != "C" else " "
        for character in text
    )
    return " ".join("".join(kept).split())


def _moment(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at.day} {at:%B %Y} at {at:%H:%M:%S} UTC"


def _short(at: datetime | None) -> str:
    if at is None:
        return "Not reached"
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %Y}, {at:%H:%M:%S} UTC"


def _shots(number: int) -> str:
    return f"{number:,} shot" if number == 1 else f"{number:,} shots"


def _device(manifest: Manifest) -> tuple[str, str]:
    """Return the names of provider and device, or their ids where the table does not have them."""
    route = manifest.route
    provider = routes.PROVIDERS.get(route.provider_id)
    for device in routes.devices_of(route.provider_id):
        if device.device_id == route.device_id:
            return (provider.name if provider else route.provider_id), device.name
    return route.provider_id, route.device_id


def _sentence(manifest: Manifest) -> str:
    run, (_, device) = manifest.run, _device(manifest)
    begun = f"This run was recorded on {_moment(run.created_at)}."
    sealed = f"Its evidence was sealed on {_moment(manifest.issued_at)}."
    if manifest.counts:
        return f"{begun} It completed on {device} with {_shots(manifest.counts.shots)}. {sealed}"
    if manifest.values:
        return f"{begun} It completed on {device} with exact values, without shots. {sealed}"
    if manifest.error:
        stage = manifest.error.stage
        return f"{begun} It failed at the stage “{stage}”, without a result. {sealed}"
    return f"{begun} It was cancelled before it had a result. {sealed}"


def _facts(manifest: Manifest) -> tuple[Fact, ...]:
    run, (provider, device) = manifest.run, _device(manifest)
    facts = [
        Fact("Run", run.run_id, is_code=True),
        Fact("Status", run.status.capitalize()),
        Fact("Workflow", manifest.workflow_id, is_code=True),
        Fact("Mode", _MODES.get(run.mode, run.mode)),
        Fact("Device", device),
        Fact("Shots", f"{run.shots:,}" if run.shots or manifest.error else "None, exact values"),
        Fact("Provider", provider),
        Fact("Started", _short(run.started_at)),
        Fact("Source", _source(manifest)),
        Fact("Finished", _short(run.finished_at)),
        Fact("Seed", run.seed, is_code=True),
        Fact("Revision", str(manifest.revision)),
    ]
    if run.retry_of:
        facts.append(Fact("Retry of", run.retry_of, is_code=True))
    return tuple(facts)


def _source(manifest: Manifest) -> str:
    source = manifest.source
    sizes = [(source.operations, "operation"), (source.qubits, "qubit")]
    if manifest.is_analog:
        sizes = [(source.qubits, "atom")]
    words = [
        f"{number:,} {noun}{'' if number == 1 else 's'}"
        for number, noun in sizes
        if number is not None
    ]
    if source.depth is not None:
        words.append(f"depth {source.depth:,}")
    return ", ".join(words) or _KINDS.get(source.kind, source.kind)


def _circuit_note(manifest: Manifest) -> str:
    if manifest.drawing:
        what = "program" if manifest.is_analog else "circuit"
        return (
            f"The {what} is too large to be drawn legibly here. The packet holds its drawing"
            f" in {manifest.drawing}."
        )
    return f"The program could not be drawn. The packet holds it in {manifest.source.path}."


def _fault(content: bytes) -> Fault:
    error = json.loads(content)
    kind = ERRORS.get(error["code"])
    messages = [problem["message"] for problem in error.get("problems", ())]
    messages = messages or [error["message"]]
    more = len(messages) - _MOST_PROBLEMS
    return Fault(
        code=error["code"],
        headline=kind.headline if kind else error["message"],
        stage=error["stage"],
        messages=tuple(_clean(message)[:160] for message in messages[:_MOST_PROBLEMS]),
        note=f"{more:,} more in {layout.ERROR} of the packet." if more > 0 else "",
    )


def _qr_code(url: str) -> str:
    buffer = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        buffer, kind="svg", border=0, dark="#14212B", xmldecl=False, nl=False
    )
    return buffer.getvalue().decode()
