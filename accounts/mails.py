"""The mails we send ourselves; allauth sends those about sign-in."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Invitation
from accounts.text import one_line


def send_invitation(invitation: Invitation, *, text: str) -> None:
    """Send the link of an invitation, which stands nowhere else.

    :raises OSError: if the mail server cannot be reached or refuses.
    """
    context = {
        "invitation": invitation,
        "url": f"{settings.SITE_URL}{reverse('people:invitation', args=[text])}",
    }
    subject = f"{invitation.invited_by} invites you to {invitation.workspace} on QuantumRuns"
    body = render_to_string("people/mail/invitation.txt", context)
    send_mail(one_line(subject), body, None, [invitation.email])
