"""How allauth meets our accounts: what happens at sign-up, where one lands, what is audited."""

import base64
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth import get_user
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import audit, invitations, workspaces
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signs people up by e-mail address, each with a workspace of their own."""

    def save_user(
        self,
        request: HttpRequest,
        user: User,
        form: Any,
        commit: bool = True,  # noqa: FBT001, FBT002
    ) -> User:
        user.name = form.cleaned_data["name"]
        with transaction.atomic():
            super().save_user(request, user, form, commit=commit)
            audit.record("person.signed_up", by=user, object_id=str(user.pk))
            workspaces.create_personal(user)
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        audit.record("person.signed_in", by=user, object_id=str(user.pk))
        if not user.memberships.exists():
            workspaces.create_personal(user)

    def logout(self, request: HttpRequest) -> None:
        user = get_user(request)
        super().logout(request)
        if isinstance(user, User):
            audit.record("person.signed_out", by=user, object_id=str(user.pk))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        # What was typed is not kept: people type passwords into the wrong field.
        known = User.objects.filter(email=credentials.get("email", "").lower()).first()
        audit.record("person.sign_in_failed", by=None, object_id=str(known.pk) if known else "")
        super().authentication_failed(request, **credentials)

    def send_notification_mail(
        self, template_prefix: str, user: User, *args: Any, **kwargs: Any
    ) -> None:
        """Tell a person that their account's security changed; every such change comes by here."""
        change = template_prefix.rpartition("/")[2]
        audit.record(f"person.{change}", by=user, object_id=str(user.pk))
        super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Land on the invitations that wait; where there are none, on the usual page."""
        if invitations.open_for(cast("User", request.user)).exists():
            return reverse("people:invitations")
        return cast("str", super().get_login_redirect_url(request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        # A change of password ends all sessions, this one too.
        return reverse("account_login")

    def is_safe_url(self, url: str | None) -> bool:
        """Tell whether a redirect stays on the host that was asked."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps second-factor secrets encrypted under a key derived from SECRET_KEY."""

    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return _vault().decrypt(encrypted_text.encode("ascii")).decode()


def _vault() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(secret: str | bytes) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"quantumruns second factors v1")
    return base64.urlsafe_b64encode(hkdf.derive(force_bytes(secret)))
