"""The mails that these use cases send. They go through Django's email backend, so by a job."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from synaptiq.accounts.models import Account, Invitation
from synaptiq.kit import languages
from synaptiq.kit.localtime import said


def send_invitation(invitation: Invitation, account: Account, token: str) -> None:
    """Send the link of an invitation, which holds the only copy of its token.

    Its date is written as whoever invites writes it: of who is invited nothing is known yet.
    """
    language = languages.chosen(invitation.invited_by.user.language)
    until = said(invitation.expires_at, account.timezone, language)
    link = settings.PUBLIC_URL + reverse("invitation", kwargs={"token": token})
    send_mail(
        f"Join {account.name} on Synaptiq",
        f"{invitation.invited_by} invites you to {account.name} on Synaptiq.\n\n"
        f"To join, open this link:\n{link}\n\n"
        f"It works until {until}, for this address only.\n",
        None,
        [invitation.email],
    )
