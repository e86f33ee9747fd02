"""From HTML to PDF bytes: WeasyPrint, shut off from network, files and the machine's fonts.

The same arguments give the same bytes, in any process, time zone or locale, with the same versions
of WeasyPrint and of the fonts. A PDF is stored, never rendered again. The result is PDF/A-3a (an
archive copy with the signed manifest attached) and PDF/UA-1 (readable aloud) at once.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape

from evidence import layout
from evidence.certificates import accessibility

_ROOT = Path(__file__).resolve().parent.parent.parent
FONTS = _ROOT / "static" / "fonts" / "print"
_PROFILE = "sRGB2014.icc"
_FONT_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""
_FIRST_RARE = "\u0080"
_BOX = "\u25a1"


class PrintingError(Exception):
    """The certificate could not be printed."""


@dataclass(frozen=True)
class Printed:
    """A document: the bytes of its PDF, and how many pages they are."""

    pdf: bytes
    pages: int


@dataclass(frozen=True)
class _Printer:
    """WeasyPrint, loaded once, and what is slow to make of it."""

    weasyprint: Any
    fonts: Any
    fetcher: Any
    profile: bytes

    def color_profile(self) -> Any:
        """Return sRGB for the output intent; WeasyPrint itself would open its file each time."""
        return self.weasyprint.css.ColorProfile(
            BytesIO(self.profile), _PROFILE, "relative-colorimetric", (["r"], ["g"], ["b"])
        )


def render(html: str, *, css: str, attachment: bytes, issued_at: datetime, digest: str) -> Printed:
    """Return the PDF of ``html``.

    ``attachment`` is embedded as ``manifest.sigstore.json``, ``issued_at`` (aware) dates it, and
    ``digest``, the evidence id, makes the identifier of the file.

    :raises PrintingError: if the page asks for anything but the pictures that it carries.
    """
    printer = _printer()
    weasyprint = printer.weasyprint
    try:
        document = weasyprint.HTML(string=_printable(html), url_fetcher=printer.fetcher).render(
            stylesheets=[_style(css)],
            font_config=printer.fonts,
            pdf_variant="pdf/a-3a",
        )
    except weasyprint.urls.FatalURLFetchingError as problem:
        raise PrintingError("The page asks for something that it does not carry.") from problem
    attached = weasyprint.Attachment(
        string=attachment,
        name=layout.BUNDLE,
        description="The signed manifest of the evidence packet",
        relationship="Data",
        created=issued_at,
        modified=issued_at,
        url_fetcher=printer.fetcher,
    )
    document.metadata = accessibility.declare(document.metadata)
    document.metadata.attachments = [attached]
    document.color_profiles["srgb"] = printer.color_profile()
    pdf = document.write_pdf(
        pdf_variant="pdf/a-3a", pdf_identifier=digest[:32].encode("ascii"), output_intent=""
    )
    return Printed(pdf=bytes(pdf), pages=len(document.pages))


@cache
def css() -> str:
    """Return the style sheet of the certificate."""
    return (_ROOT / "templates" / "print" / "certificate.css").read_text()


@cache
def _printer() -> _Printer:
    with TemporaryDirectory() as folder:
        configuration = Path(folder) / "fonts.conf"
        configuration.write_text(
            _FONT_CONFIGURATION.format(fonts=escape(str(FONTS)), cache=escape(folder))
        )
        # Fontconfig reads this while WeasyPrint is imported: from then on there are no other faces.
        os.environ["FONTCONFIG_FILE"] = str(configuration)
        import weasyprint  # noqa: PLC0415  slow, and only a child of the worker may load it
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

        fonts = FontConfiguration()
    fetcher = weasyprint.urls.URLFetcher(
        allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True
    )
    profile = (files(weasyprint.pdf) / _PROFILE).read_bytes()
    return _Printer(weasyprint, fonts, fetcher, profile)


def _printable(html: str) -> str:
    """Return ``html`` with a box for every character that no bundled face has.

    PDF/A wants a real glyph for each character, and the machine's own fonts are not asked.
    """
    faces = _coverage()
    return "".join(
        character if character < _FIRST_RARE or ord(character) in faces else _BOX
        for character in html
    )


@cache
def _coverage() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415  slow, and comes with WeasyPrint

    covered: set[int] = set()
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path, lazy=True) as face:
            covered |= face.getBestCmap().keys()
    return frozenset(covered)


@cache
def _style(css: str) -> Any:
    printer = _printer()
    return printer.weasyprint.CSS(
        string=css, font_config=printer.fonts, url_fetcher=printer.fetcher
    )
