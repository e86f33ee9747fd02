"""What the settings views share: who asks, and how a refusal of the domain becomes an answer."""

from http import HTTPStatus

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import User

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


class SignedInRequest(HttpRequest):
    """A request that ``login_required`` has let through."""

    user: User


def refuse(form: forms.BaseForm, error: ValidationError) -> None:
    """Put what the domain refused beside the fields it names, or above the form."""
    fields = getattr(error, "error_dict", {})
    for name, problems in fields.items():
        form.add_error(name if name in form.fields else None, problems)
    if not fields:
        form.add_error(None, error)
