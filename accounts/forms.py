"""The forms of the settings pages. They check shape; what is allowed, the domain says."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms

from accounts import tokens
from accounts.models import Role, Scope, User
from accounts.text import one_line

_DAYS = [(30, "30 days"), (tokens.DEFAULT_DAYS, "90 days"), (180, "180 days"), (365, "One year")]
_ROLES = [
    (Role.VIEWER, "Viewer: reads workflows, runs and evidence"),
    (Role.OPERATOR, "Operator: also creates workflows and runs, and asks for shares"),
    (Role.OWNER, "Owner: also approves shares and manages members"),
]


@cache
def _time_zones() -> list[tuple[str, str]]:
    # What is left out are aliases that name no place.
    places = (zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in sorted(places))]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, time zone and theme of a person."""

    time_zone = forms.ChoiceField(
        choices=_time_zones,
        help_text="Times on your pages are shown in it. Evidence always gives UTC.",
    )

    class Meta:
        model = User
        fields = ("name", "time_zone", "theme")
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "theme": forms.RadioSelect,
        }
        help_texts = {"name": "Colleagues in your workspaces see it. It never enters evidence."}

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class TokenForm(forms.Form):
    """What an API token is for, may do, and for how long."""

    name = forms.CharField(
        max_length=120, help_text="Say which program will use it, so that you know it again."
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=[(scope.value, f"{scope.label} ({scope.value})") for scope in Scope],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what the token may do."},
    )
    days = forms.TypedChoiceField(
        label="It expires after", choices=_DAYS, coerce=int, initial=tokens.DEFAULT_DAYS
    )


class WorkspaceForm(forms.Form):
    """The name of a workspace."""

    name = forms.CharField(
        label="Workspace name",
        max_length=120,
        help_text="Members see it. It never enters evidence.",
    )


class InvitationForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="They get a link that works for 14 days, for this address only.",
    )
    role = forms.ChoiceField(choices=_ROLES, initial=Role.VIEWER, widget=forms.RadioSelect)


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=Role.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].widget.attrs["class"] = "in"
