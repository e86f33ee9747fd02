"""The tag that puts a table made from code into a page of the docs."""

from typing import Any

from quantumruns.docs.reference import TABLES
from quantumruns.ui.library import register
from runs.errors import ERRORS


@register.inclusion_tag("docs/table.html")
def docs_table(name: str) -> dict[str, Any]:
    """Show the table ``name`` of :mod:`quantumruns.docs.reference`."""
    return {"table": TABLES[name]()}


@register.inclusion_tag("docs/errors.html")
def docs_errors() -> dict[str, Any]:
    """Show every published error, each under the anchor that its payload links to."""
    return {"errors": ERRORS.values()}
