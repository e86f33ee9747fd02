"""From the contents of a certificate to the HTML that is printed."""

from functools import cache
from pathlib import Path

from django.template import Context, Engine, Template

from evidence.certificates.contents import Contents

_FOLDER = Path(__file__).resolve().parent.parent.parent / "templates" / "print"


def html(contents: Contents) -> str:
    """Return the page of ``contents``, with every text of it escaped."""
    return _template().render(Context({"certificate": contents}))


@cache
def _template() -> Template:
    # An engine of its own: a certificate knows no request, no person and no context processor.
    engine = Engine(dirs=[str(_FOLDER)], autoescape=True)
    return engine.get_template("certificate.html")
