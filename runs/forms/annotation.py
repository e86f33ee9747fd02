"""The form of what people call a run: name, tags and notes, which may change at any time."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from runs import programs
from runs.errors import RunError
from runs.forms.tags import TagsField
from runs.models import Run


class AnnotationForm(forms.Form):
    """Changes nothing of what was asked, measured or sealed."""

    name = forms.CharField(
        required=False,
        max_length=120,
        help_text="Evidence that is sealed already keeps the title it was sealed with.",
    )
    tags = TagsField(help_text="Separate tags with commas. Private to the workspace.")
    notes = forms.CharField(
        required=False,
        max_length=10_000,
        help_text="Private to the workspace.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean_name(self) -> str:
        """Return the name.

        :raises ValidationError: if it has a line break or a sign that cannot be seen.
        """
        name: str = self.cleaned_data["name"]
        try:
            programs.check_title(name)
        except RunError as error:
            raise ValidationError(error.message) from error
        return name

    def __init__(self, data: Any = None, *, run: Run) -> None:
        super().__init__(data, initial={"name": run.name, "tags": run.tags, "notes": run.notes})
