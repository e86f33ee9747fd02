"""A field for tags, typed in one line with commas between them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError


class TagsField(forms.CharField):
    """Gives a list of distinct tags in the order they were typed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "max_length": 1000, **options})

    def prepare_value(self, value: Any) -> Any:
        """Show a stored list as it is typed."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Return the tags.

        :raises ValidationError: if there are too many, or one is too long.
        """
        tags = distinct(super().clean(value).split(","))
        limits = settings.RUN_LIMITS
        if len(tags) > limits.tags:
            raise ValidationError(f"Give at most {limits.tags} tags.")
        long = next((tag for tag in tags if len(tag) > limits.tag_characters), None)
        if long is not None:
            raise ValidationError(
                f"A tag has at most {limits.tag_characters} characters; “{long[:20]}…” has more."
            )
        return tags


def distinct(words: Iterable[str]) -> list[str]:
    """Return the words without blanks around them, each once, none empty."""
    return list(dict.fromkeys(filter(None, (word.strip() for word in words))))
