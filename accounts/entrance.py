"""The forms one signs up, in and back in with: allauth's, in our words."""

from typing import Any, ClassVar

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms

from accounts.models import User
from accounts.text import one_line

_NEW_PASSWORD = (
    "At least 12 characters. A few unrelated words do well; it must not be a common password "
    "or resemble your name or address."
)
_CODE = "The six digits that your authenticator app shows now."


class _InOurWords:
    """Gives fields our labels and hints, and takes away placeholders that repeat the label."""

    words: ClassVar[dict[str, tuple[str, str]]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint) in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = label, hint
            field.widget.attrs.pop("placeholder", None)


class LoginForm(_InOurWords, account_forms.LoginForm):  # type: ignore[misc]
    words: ClassVar = {"login": ("E-mail address", ""), "password": ("Password", "")}


class SignupForm(_InOurWords, account_forms.SignupForm):  # type: ignore[misc]
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order: ClassVar = ["name", "email", "password1", "password2"]
    words: ClassVar = {
        "name": ("Your name", "Colleagues in your workspaces see it. It never enters evidence."),
        "email": ("E-mail address", "We send a link to it, which you open to finish."),
        "password1": ("Password", _NEW_PASSWORD),
        "password2": ("Password again", ""),
    }

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class AddEmailForm(_InOurWords, account_forms.AddEmailForm):  # type: ignore[misc]
    words: ClassVar = {"email": ("Another e-mail address", "We send a link to confirm it.")}

    def clean_email(self) -> str:
        email: str = super().clean_email()
        # Somebody signed up with it: it could never become the primary address here.
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("This address cannot be added to your account.")
        return email


class ChangePasswordForm(_InOurWords, account_forms.ChangePasswordForm):  # type: ignore[misc]
    words: ClassVar = {
        "oldpassword": ("Current password", ""),
        "password1": ("New password", _NEW_PASSWORD),
        "password2": ("New password again", ""),
    }


class SetPasswordForm(_InOurWords, account_forms.SetPasswordForm):  # type: ignore[misc]
    words: ClassVar = {
        "password1": ("New password", _NEW_PASSWORD),
        "password2": ("New password again", ""),
    }


class ResetPasswordForm(_InOurWords, account_forms.ResetPasswordForm):  # type: ignore[misc]
    words: ClassVar = {"email": ("E-mail address", "The one you sign in with.")}


class ResetPasswordKeyForm(_InOurWords, account_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    words: ClassVar = SetPasswordForm.words


class ReauthenticateForm(_InOurWords, account_forms.ReauthenticateForm):  # type: ignore[misc]
    words: ClassVar = {"password": ("Password", "")}


class SecondFactorForm(_InOurWords, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    words: ClassVar = {"code": ("Code", f"{_CODE} A recovery code works too.")}


class SecondFactorAgainForm(_InOurWords, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    words: ClassVar = SecondFactorForm.words


class ActivateTotpForm(_InOurWords, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    words: ClassVar = {"code": ("Code", _CODE)}
