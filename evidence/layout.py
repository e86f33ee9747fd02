"""What a packet holds, by name, and which of it each kind of share hands over. Core.

Every file of a packet is under exactly one signature: payload files are subjects of the manifest,
the certificate is the subject of its own statement, and the other control files are the
signatures themselves, or (``disclosures.txt``) prove themselves against the manifest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

README = "README.md"
VERIFIER = "verify.py"
REQUEST = "request.json"
SOURCE_FOLDER = "source/"
SOURCE_OPERATIONS = "source/operations.json"
SOURCE_OPENQASM = "source/circuit.qasm"
SOURCE_ANALOG = "source/analog-program.json"
COUNTS = "result/counts.json"
VALUES = "result/values.json"
ERROR = "result/error.json"
TRACE = "trace/events.jsonl"
EXPORTS_FOLDER = "exports/"
EXPORT_COUNTS = "exports/counts.csv"
EXPORT_HISTOGRAM = "exports/histogram.svg"
EXPORT_VALUES = "exports/values.csv"
EXPORT_VALUES_PICTURE = "exports/values.svg"
EXPORT_DRAWING = "exports/circuit.svg"
EXPORT_ANALOG_DRAWING = "exports/analog-program.svg"
EXPORT_OPENQASM = "exports/circuit.qasm"
DRAWINGS = (EXPORT_DRAWING, EXPORT_ANALOG_DRAWING)

MANIFEST = "manifest.json"
BUNDLE = "manifest.sigstore.json"
CERTIFICATE = "certificate.pdf"
CERTIFICATE_BUNDLE = "certificate.sigstore.json"
DISCLOSURES = "disclosures.txt"
ARCHIVE = "packet.zip"
CONTROL_FILES = frozenset({MANIFEST, BUNDLE, CERTIFICATE, CERTIFICATE_BUNDLE, DISCLOSURES})


@dataclass(frozen=True)
class Download:
    """How one file is handed out alone: as which type, and called what, with the run's id in it."""

    media_type: str
    pattern: str

    def name(self, run_id: str) -> str:
        """Return what it is called once it is downloaded; the manifest has ``run_id`` anyway."""
        return self.pattern.format(run_id)


# A page hands these out alone, and no others. Browsers know these types; the API names finer ones.
DOWNLOADS: Mapping[str, Download] = {
    ARCHIVE: Download("application/zip", "evidence-{}.zip"),
    MANIFEST: Download("application/json", "manifest-{}.json"),
    BUNDLE: Download("application/json", "manifest-{}.sigstore.json"),
    CERTIFICATE: Download("application/pdf", "certificate-{}.pdf"),
}
# The program in OpenQASM is the source in another spelling, so it travels with the source.
_SUMMARY = frozenset(
    {README, VERIFIER, MANIFEST, BUNDLE, CERTIFICATE, CERTIFICATE_BUNDLE, DISCLOSURES}
)
_RESULTS = _SUMMARY | {
    REQUEST,
    COUNTS,
    VALUES,
    ERROR,
    EXPORT_COUNTS,
    EXPORT_HISTOGRAM,
    EXPORT_VALUES,
    EXPORT_VALUES_PICTURE,
    *DRAWINGS,
}


def granted(profile: str, names: Iterable[str]) -> frozenset[str]:
    """Return those of a packet's ``names`` that a share of ``profile`` hands over.

    ``profile`` is ``summary``, ``results`` or ``full``. Of an unknown future file only the full
    profile grants anything.

    :raises KeyError: if the profile is not one of the three.
    """
    everything = frozenset(names)
    allowed = {"summary": _SUMMARY, "results": _RESULTS, "full": everything}[profile]
    return everything & allowed


def trace_lines(content: bytes) -> list[bytes]:
    """Return the lines of a trace file, without their ends."""
    return content.removesuffix(b"\n").split(b"\n")
