"""The tag that puts a table made from code into a page of the docs."""

from typing import Any

from quantumruns.docs.reference import TABLES
from quantumruns.ui.library import register


@register.inclusion_tag("docs/table.html")
def docs_table(name: str) -> dict[str, Any]:
    """Show the table ``name`` of :mod:`quantumruns.docs.reference`."""
    return {"table": TABLES[name]()}
