"""What a copy of a packet leaves out, and what its certificate shows of that all the same. Core."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from evidence import layout
from evidence.manifest import Manifest

_LABELS: Mapping[str, str] = {
    layout.COUNTS: "Counts in full",
    layout.VALUES: "Result values in full",
    layout.ERROR: "Error in full",
    layout.SOURCE_OPERATIONS: "Source program",
    layout.SOURCE_OPENQASM: "Source program",
    layout.SOURCE_ANALOG: "Source program",
    layout.EXPORT_DRAWING: "Drawing of the circuit",
    layout.EXPORT_ANALOG_DRAWING: "Drawing of the program",
    layout.TRACE: "Trace",
}
_OUTCOMES, _CIRCUIT, _ERROR = "the most frequent outcomes", "the circuit", "the error"
_VALUES, _PROGRAM = "the first of the values", "the program"
_ON_CERTIFICATE: Mapping[str, str] = {
    layout.COUNTS: _OUTCOMES,
    layout.EXPORT_COUNTS: _OUTCOMES,
    layout.EXPORT_HISTOGRAM: _OUTCOMES,
    layout.VALUES: _VALUES,
    layout.EXPORT_VALUES: _VALUES,
    layout.EXPORT_VALUES_PICTURE: _VALUES,
    layout.ERROR: _ERROR,
    layout.SOURCE_OPERATIONS: _CIRCUIT,
    layout.SOURCE_OPENQASM: _CIRCUIT,
    layout.SOURCE_ANALOG: _PROGRAM,
    layout.EXPORT_OPENQASM: _CIRCUIT,
    layout.EXPORT_DRAWING: _CIRCUIT,
    layout.EXPORT_ANALOG_DRAWING: _PROGRAM,
}


@dataclass(frozen=True)
class Withheld:
    """A signed file that is not in this copy; ``reason`` says what the certificate still shows."""

    path: str
    label: str
    reason: str


def on_certificate(manifest: Manifest, files: Collection[str]) -> tuple[str, ...]:
    """Return what the certificate shows besides the facts of the run, in words.

    ``files`` are the paths that the copy holds; without the certificate nothing is shown.
    """
    if layout.CERTIFICATE not in files:
        return ()
    shown = {
        _CIRCUIT: manifest.drawing == layout.EXPORT_DRAWING,
        _PROGRAM: manifest.drawing == layout.EXPORT_ANALOG_DRAWING,
        _OUTCOMES: manifest.counts is not None,
        _VALUES: manifest.values is not None,
        _ERROR: manifest.error is not None,
    }
    return tuple(words for words, is_there in shown.items() if is_there)


def withheld(manifest: Manifest, files: Collection[str]) -> tuple[Withheld, ...]:
    """Return every signed file that a copy of these ``files`` leaves out, in order of path."""
    shown = on_certificate(manifest, files)
    return tuple(
        Withheld(path, _LABELS.get(path, path), _reason(path, shown))
        for path in sorted(manifest.subjects)
        if path not in files
    )


def _reason(path: str, shown: Collection[str]) -> str:
    words = _ON_CERTIFICATE.get(path)
    if words in shown:
        return f"Withheld from this share; the certificate shows {words}"
    return "Withheld from this share"
