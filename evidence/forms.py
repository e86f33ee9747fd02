"""Forms of shares and of the public check. What the domain refuses is added by the views."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from evidence import copies, exclusions
from evidence.models import Packet, Profile, Share

_PROFILES = {
    Profile.SUMMARY: (
        "Summary: the page, the certificate, manifest and signature. The certificate shows the"
        " circuit and the most frequent outcomes, or the error."
    ),
    Profile.RESULTS: (
        "Results: also the counts in full and their exports, or the error, the request and the"
        " drawing."
    ),
    Profile.FULL: "Full record: also the source program and the trace.",
}


class LastDayField(forms.DateField):
    """A day; its value is the last second of that day in UTC."""

    widget = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return day and datetime.combine(day, time(23, 59, 59), UTC)


def _last_day(hint: str) -> LastDayField:
    days = settings.SHARE_DAYS_MAX
    return LastDayField(
        label="Link works until the end of", help_text=f"{hint} At most {days} days ahead, in UTC."
    )


class RequestForm(forms.Form):
    """What somebody asks to share, with whom, and for how long."""

    label = forms.CharField(
        label="Name for this link",
        max_length=120,
        help_text="Only your workspace sees it, for example “Journal review, round 2”.",
    )
    purpose = forms.CharField(
        label="Purpose",
        required=False,
        max_length=2000,
        help_text="Who will read it and why. Only your workspace sees it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    profile = forms.ChoiceField(
        label="What reviewers get",
        choices=list(_PROFILES.items()),
        initial=Profile.FULL,
        widget=forms.RadioSelect,
        help_text="What is withheld stays named in the manifest, with its digest.",
    )
    openings = forms.MultipleChoiceField(
        label="Private values to disclose",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None by default. Each of these is left out unless you tick it.",
    )
    expires_at = _last_day("The approver can change it.")

    def __init__(self, *args: Any, packet: Packet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = copies.disclosable(packet)
        choices = [(field, exclusions.label(field)) for field in fields]
        self.fields["openings"].choices = choices  # type: ignore[attr-defined]
        day = timezone.now() + timedelta(days=settings.SHARE_DAYS)
        self.fields["expires_at"].initial = day.astimezone(UTC).date()


class ApproveForm(forms.Form):
    """The approver's word that the preview was read."""

    expires_at = _last_day("After this day the link shows nothing at all.")
    label = forms.CharField(
        label="Name for this link", max_length=120, help_text="Only your workspace sees it."
    )
    has_read = forms.BooleanField(
        label="I have read the preview and nothing private is on it",
        error_messages={"required": "Read the preview, then tick this box."},
    )

    def __init__(self, *args: Any, share: Share, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"expires_at": share.expires_at.astimezone(UTC).date(), "label": share.label}


class DeclineForm(forms.Form):
    """Why there will be no link."""

    reason = forms.CharField(
        label="Reason",
        max_length=400,
        help_text="The person who asked reads it.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why, so that the person who asked can act on it."},
    )


class ExtendForm(forms.Form):
    """Until when a working link works instead."""

    expires_at = _last_day("")

    def __init__(self, *args: Any, share: Share, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"expires_at": share.expires_at.astimezone(UTC).date()}


class VerifyForm(forms.Form):
    """Something to check: a file, or a digest."""

    file = forms.FileField(
        label="A file",
        required=False,
        allow_empty_file=True,
        help_text="A packet (ZIP), a manifest.sigstore.json, or a certificate (PDF), up to 5 MiB.",
    )
    digest = forms.CharField(
        label="Or a digest",
        required=False,
        help_text="The 64 hexadecimal digits of an evidence id, a SHA-256.",
        widget=forms.TextInput(attrs={"class": "code", "spellcheck": "false"}),
    )

    def clean_digest(self) -> str:
        digest = "".join(str(self.cleaned_data["digest"]).lower().split()).removeprefix("sha256:")
        if digest and (len(digest) != 64 or set(digest) - set("0123456789abcdef")):  # noqa: PLR2004
            raise forms.ValidationError("A SHA-256 has 64 hexadecimal digits, 0 to 9 and a to f.")
        return digest

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors and not values.get("file") and not values.get("digest"):
            raise forms.ValidationError("Choose a file or paste a digest.")
        return values
