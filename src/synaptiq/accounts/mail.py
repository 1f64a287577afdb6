"""Mail goes out by a job, never inside the request that causes it.

`QueuedBackend` is Django's email backend: it stores the mail encrypted (it may hold a sign-in
link) and defers a job that carries its id alone. `smtp.py` sends it.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from synaptiq.accounts import smtp, tasks
from synaptiq.accounts.models import Mail

# An attribute of a message on its way here.
_ABOUT = "synaptiq_about"


def tells_of(message: EmailMessage, about: str) -> None:
    """Say which conversation's visitor a mail tells of (public id), or that it is not kept."""
    setattr(message, _ABOUT, about)


def forget(about: Sequence[str]) -> None:
    """Delete the mails that tell of the visitors of these conversations, sent or not."""
    Mail.objects.filter(about__in=about).delete()


class QueuedBackend(BaseEmailBackend):
    """One stored mail and one job for each recipient, in the caller's transaction if it has one."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with transaction.atomic():
            for message in email_messages:
                body = smtp.pack(message.message().as_bytes())
                for address in message.recipients():
                    mail = Mail.objects.create(
                        to=address, subject=str(message.subject), message=body,
                        about=getattr(message, _ABOUT, ""),
                    )  # fmt: skip
                    tasks.send_mail.defer(mail_id=mail.pk)
        return len(email_messages)
