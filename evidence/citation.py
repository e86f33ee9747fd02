"""How a record is cited, in words and in BibTeX. Core: from the manifest alone."""

from datetime import UTC

from evidence.manifest import Manifest

_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def plain(manifest: Manifest) -> str:
    """Return a reference in one sentence of plain text."""
    sealed = manifest.issued_at.astimezone(UTC)
    return (
        f"“{manifest.run.title}”, {manifest.run.run_id}. Evidence record of QuantumRuns, sealed"
        f" {sealed.day} {sealed:%B %Y}. SHA-256 {manifest.sha256}. {manifest.verify_url}"
    )


def bibtex(manifest: Manifest) -> str:
    """Return a BibTeX entry whose key begins with the evidence id."""
    sealed = manifest.issued_at.astimezone(UTC)
    return "\n".join(
        [
            f"@misc{{quantumruns-{manifest.sha256[:12]},",
            f"  title = {{{{{_escaped(manifest.run.title)}}}}},",
            f"  howpublished = {{QuantumRuns evidence record {_escaped(manifest.run.run_id)}}},",
            f"  year = {{{sealed.year}}},",
            f"  month = {sealed:%b},".lower(),
            f"  note = {{Sealed {sealed:%Y-%m-%d}, SHA-256 {manifest.sha256}}},",
            f"  url = {{{manifest.verify_url}}},",
            "}",
        ]
    )


def _escaped(text: str) -> str:
    return text.translate(_BIBTEX)
