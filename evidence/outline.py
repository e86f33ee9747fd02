"""A packet at a glance: what a copy shows and leaves out, and how its parts hang together. Core."""

from collections.abc import Iterator

from evidence import layout
from evidence.manifest import Manifest, ValuesFacts
from evidence.reading import Reading
from runs.timeline import Stage, State


def visible(reading: Reading) -> list[tuple[str, str]]:
    """Return what a reader of this copy sees: each thing, and a word on it."""
    manifest = reading.manifest
    items = [
        ("Title of the run", manifest.run.title),
        ("Run id, status, times", manifest.run.run_id),
        ("Provider, device, mode, shots", f"{manifest.route.device_id}, {_shots(manifest)}"),
        ("Manifest and signature", f"{len(manifest.subjects)} digests"),
    ]
    if layout.CERTIFICATE in reading.files:
        items.append(("Certificate", _certificate(reading)))
    items += _what_came(reading)
    if manifest.error:
        items.append(("Error" if reading.error else "Error code", manifest.error.code))
    if reading.request:
        items.append(("Why this route", reading.request["routeRationale"] or "No reason given"))
    if reading.drawing:
        what = "program" if manifest.is_analog else "circuit"
        items.append((f"Drawing of the {what}", _operations(manifest)))
    if manifest.source.path in reading.files:
        items.append(("Source program", manifest.source.path))
    if reading.trace:
        items.append(("Trace", f"{manifest.trace.events} lines"))
    disclosed = [(item.label, item.value) for item in reading.left_out if item.value is not None]
    return items + [(f"{label}, disclosed", value or "(empty)") for label, value in disclosed]


def hidden(reading: Reading) -> list[tuple[str, str]]:
    """Return what this copy leaves out: each field or file, and why."""
    fields = [(item.label, item.reason) for item in reading.left_out if item.value is None]
    return fields + [(file.label, file.reason) for file in reading.withheld]


def connections(reading: Reading) -> list[Stage]:
    """Return the parts of the record as one wire, from the workflow to the exports."""
    manifest = reading.manifest
    ended = {"completed": State.DONE, "failed": State.FAIL}.get(manifest.run.status, State.STOP)
    return [
        Stage("Workflow", "users", State.DONE, note=f"…{manifest.workflow_id[-6:]}"),
        Stage("Source", "file-text", State.DONE, note=_operations(manifest)),
        Stage("Route", "send", State.DONE, note=manifest.route.device_id),
        Stage("Run", "play", ended, note=manifest.run.status),
        _result(manifest),
        Stage("Trace", "list-checks", State.DONE, note=f"{manifest.trace.events} lines"),
        Stage("Exports", "download", State.DONE, note=f"{len(manifest.exports)} files"),
        Stage("Manifest", "shield-check", State.SEAL, note="signed"),
    ]


def _what_came(reading: Reading) -> Iterator[tuple[str, str]]:
    counts, values = reading.manifest.counts, reading.manifest.values
    if values and reading.values:
        yield "Result values in full, exports", _results(values)
    if counts and reading.result:
        yield "Counts in full, exports", f"{counts.outcomes:,} outcomes"


def _result(manifest: Manifest) -> Stage:
    if manifest.values:
        label = "Counts, values" if manifest.counts else "Values"
        return Stage(label, "gauge", State.DONE, note=_results(manifest.values))
    if manifest.counts:
        return Stage("Counts", "gauge", State.DONE, note=f"{manifest.counts.shots:,} shots")
    return Stage("No counts" if manifest.run.shots else "No values", "gauge", State.NEXT)


def _results(values: ValuesFacts) -> str:
    exact = "" if values.shots else "exact "
    return f"{values.results:,} {exact}result{'' if values.results == 1 else 's'}"


def _shots(manifest: Manifest) -> str:
    return f"{manifest.run.shots:,}" if manifest.run.shots else "no shots"


def _operations(manifest: Manifest) -> str:
    source = manifest.source
    number, noun = source.operations, "operation"
    if manifest.is_analog:
        number, noun = source.qubits, "atom"
    if number is None:
        return "as it was sent"
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _certificate(reading: Reading) -> str:
    *first, last = reading.on_certificate or ("the facts of the run",)
    return f"shows {', '.join(first)} and {last}" if first else f"shows {last}"
