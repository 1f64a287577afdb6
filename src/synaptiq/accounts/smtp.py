"""Sending one stored mail by SMTP, as EMAIL_URL says; in the demo it is only kept, to be read."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from django.conf import settings

from synaptiq.accounts.models import Mail
from synaptiq.kit import clock, encryption
from synaptiq.kit.config import is_demo

# `Mail.about` of what may not stay once it is sent.
ONCE = "once"

TIMEOUT_SECONDS = 20
KEPT_FOR = timedelta(days=7)


class NotSentYet(Exception):
    """The server could not be reached, or said "later": the job tries again."""


def pack(message: bytes) -> bytes:
    """A MIME message, encrypted. Latin-1 carries any bytes through as text."""
    return encryption.encrypt(message.decode("latin-1"))


def unpack(mail: Mail) -> bytes:
    """The MIME message of a stored mail."""
    return encryption.decrypt(bytes(mail.message)).encode("latin-1")


def send(mail_id: int) -> None:
    """Send the mail of this id unless it was sent. A final refusal is kept in its `error`.

    Raises NotSentYet when another attempt may succeed. No transaction is held meanwhile, so a
    process that is killed between the server's yes and our note of it sends the mail twice.
    """
    mail = Mail.objects.filter(pk=mail_id, sent_at=None, error="").first()
    if mail is None:
        return
    if not is_demo(settings.EMAIL_URL):
        try:
            _hand_over(mail)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            code, said = _answer(error)
            if code < 500:
                raise NotSentYet(f"{code} {said}") from error
            Mail.objects.filter(pk=mail.pk).update(error=f"{code} {said}"[:2000])
            return
        except (OSError, smtplib.SMTPException) as error:
            raise NotSentYet(str(error)) from error
    sent = Mail.objects.filter(pk=mail.pk)
    if mail.about == ONCE:
        sent.delete()
    else:
        sent.update(sent_at=clock.now())


def forget_old() -> int:
    """Delete mails older than a week: they may hold links and addresses."""
    deleted, _ = Mail.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()
    return deleted


def _hand_over(mail: Mail) -> None:
    raw = unpack(mail)
    sender = parseaddr(str(message_from_bytes(raw, policy=policy.default)["From"]))[1]
    with _connection(settings.EMAIL_URL) as server:
        server.sendmail(sender, [mail.to], raw)


@contextmanager
def _connection(url: str) -> Iterator[smtplib.SMTP]:
    """A server ready to take mail. A password never goes over a line that is not encrypted."""
    parts = urlsplit(url)
    host, context = parts.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
    with server:
        if parts.scheme == "smtp":
            server.ehlo()
            if parts.username or server.has_extn("starttls"):
                server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server


def _answer(error: smtplib.SMTPException) -> tuple[int, str]:
    """The code and words with which the server refused."""
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        raise TypeError(f"{type(error).__name__} holds no answer")
    return code, said.decode("utf-8", "replace") if isinstance(said, bytes) else said
