"""The mails that these use cases send. They go through Django's email backend, so by a job."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from synaptiq.accounts.models import Account, Invitation, Member, Notice
from synaptiq.accounts.notices import KINDS, NoticeKind, sentence
from synaptiq.accounts.roles import labels
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
        f"{invitation.invited_by.user.introduced} invites you to {account.name} on Synaptiq, "
        f"as {labels(invitation.roles)}.\n\n"
        f"To join, open this link:\n{link}\n\n"
        f"It works until {until}, for this address only.\n",
        None,
        [invitation.email],
    )


def send_transfer(giver: Member, taker: Member, account: Account) -> None:
    """Tell both of them that the role of Owner went from one to the other."""
    settings_url = settings.PUBLIC_URL + reverse("settings:account")
    by, to = giver.user.introduced, taker.user.introduced
    send_mail(
        f"You are now an Owner of {account.name}",
        f"{by} has made you an Owner of {account.name} on Synaptiq, and is none any more.\n\n"
        "An Owner may do everything, also make other Owners and close the account:\n"
        f"{settings_url}\n",
        None,
        [taker.user.email],
    )
    send_mail(
        f"You are no longer an Owner of {account.name}",
        f"You have made {to} an Owner of {account.name} on Synaptiq, and are none any more. "
        f"You are still there as {labels(giver.roles)}.\n\n"
        f"If it was not you, set a new password at once, and tell {to}:\n"
        f"{settings.PUBLIC_URL}{reverse('account_reset_password')}\n",
        None,
        [giver.user.email],
    )


def send_notice(notice: Notice, member: Member) -> None:
    """Send what a notice says, without anything of a lead, and where it leads. Needs the member's
    person and account."""
    kind = KINDS[NoticeKind(notice.kind)]
    says = sentence(notice.text, notice.target) if kind.quoted else kind.subject
    link = settings.PUBLIC_URL + reverse("notices:open", args=[notice.public_id])
    choice = settings.PUBLIC_URL + reverse("settings:notices")
    send_mail(
        kind.subject,
        f"{says}.\n\nOpen it:\n{link}\n\nThis came from {member.account.name} on Synaptiq. "
        f"To choose which notifications come by email, or to stop them, open:\n{choice}\n",
        None,
        [member.user.email],
    )
