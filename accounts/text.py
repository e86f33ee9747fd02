"""Names as people type them. Core: no Django here."""


def one_line(text: str) -> str:
    """Return ``text`` with every run of white space, line breaks too, as one space."""
    return " ".join(text.split())
