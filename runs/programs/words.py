"""Checks what people write beside a program: its title, the reason for its route, tags. Core."""

import re

from runs.contract import RunRequest
from runs.errors.findings import Findings
from runs.limits import Limits

# Controls, line separators and marks of direction: what could make one title look like another.
_UNSEEN = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]")


def check_title(name: str) -> None:
    """Check that a title shows all that is in it.

    :raises RunError: ``invalid_request`` if it has a line break or a sign that cannot be seen.
    """
    findings = Findings()
    _check_seen("name", "The name", name, findings)
    findings.raise_if_any()


def check_words(request: RunRequest, limits: Limits, findings: Findings) -> None:
    """Find what is too long, too much, or cannot be seen."""
    texts = [
        ("name", "The name", request.name, limits.name_characters),
        ("routeRationale", "The reason", request.route_rationale, limits.rationale_characters),
        *(("tags", "A tag", tag, limits.tag_characters) for tag in request.tags),
    ]
    for field, noun, text, most in texts:
        if len(text) > most:
            findings.add(
                "invalid_request",
                f"{noun} has {len(text):,} characters; it may have at most {most:,}",
                field=field,
            )
    for field, noun, text in (("name", "The name", request.name), *_tags(request)):
        _check_seen(field, noun, text, findings)
    if len(request.tags) > limits.tags:
        findings.add(
            "invalid_request",
            f"There are {len(request.tags)} tags; a run may have at most {limits.tags}",
            field="tags",
        )


def _check_seen(field: str, noun: str, text: str, findings: Findings) -> None:
    if _UNSEEN.search(text):
        message = f"{noun} has a line break, or a sign that cannot be seen"
        findings.add("invalid_request", message, field=field)


def _tags(request: RunRequest) -> list[tuple[str, str, str]]:
    return [("tags", "A tag", tag) for tag in request.tags]
