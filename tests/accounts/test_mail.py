"""Mail: stored encrypted with its job, handed over once, refused for a reason that is kept."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage, send_mail
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from synaptiq.accounts import actions, smtp, tasks
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Mail
from synaptiq.kit import clock
from tests import smtp_server
from tests.mails import newest, text_of
from tests.smtp_server import Mailbox

SECRET = "http://localhost:8000/account/password/reset/1-abc/"


def write(to: str = "jane@acme.example") -> Mail:
    send_mail("Grüße", f"Open\n{SECRET}\n.\n..dots\n", None, [to])
    return newest()


def url_of(mailbox: Mailbox, scheme: str = "smtp", login: str = "") -> str:
    return f"{scheme}://{login}127.0.0.1:{mailbox.port}"


def test_a_mail_is_stored_encrypted_with_a_job_that_knows_its_id_alone(db: None) -> None:
    mail = write()
    assert b"reset" not in bytes(mail.message)
    assert SECRET in text_of(mail)
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.queue_name, job.args) == (
        "accounts.send_mail", "short", {"mail_id": mail.pk},
    )  # fmt: skip


def test_each_recipient_gets_a_mail_of_their_own(db: None) -> None:
    EmailMessage("Hello", "Text", None, ["a@x.example"], bcc=["b@x.example"]).send()
    assert sorted(Mail.objects.values_list("to", flat=True)) == ["a@x.example", "b@x.example"]
    assert "b@x.example" not in smtp.unpack(Mail.objects.get(to="a@x.example")).decode()


def test_a_mail_vanishes_with_the_transaction_that_wrote_it(
    account: Account, actor: Callable[..., Actor]
) -> None:
    admin = actor("admin")

    def invite_and_fail() -> None:
        with transaction.atomic():
            actions.invite_member(admin, "jane@acme.example", ["viewer"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        invite_and_fail()
    assert not Mail.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_a_mail_is_handed_over_once_and_to_the_byte(db: None, settings: LazySettings) -> None:
    mail = write()
    with smtp_server.serving() as mailbox:
        settings.EMAIL_URL = url_of(mailbox)
        tasks.send_mail(mail_id=mail.pk)
        tasks.send_mail(mail_id=mail.pk)
    mail.refresh_from_db()
    assert mail.sent_at is not None
    [(sender, to, raw)] = mailbox.mails
    assert (sender, to) == ("synaptiq@localhost", ["jane@acme.example"])
    assert raw.replace(b"\r\n", b"\n").rstrip() == smtp.unpack(mail).rstrip()


def test_a_final_refusal_is_kept_and_not_tried_again(db: None, settings: LazySettings) -> None:
    mail = write()
    with smtp_server.serving() as mailbox:
        settings.EMAIL_URL = url_of(mailbox)
        mailbox.answers["RCPT"] = "550 no such mailbox"
        smtp.send(mail.pk)
        smtp.send(mail.pk)
    mail.refresh_from_db()
    assert (mail.error, mail.sent_at, mailbox.mails) == ("550 no such mailbox", None, [])


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_says_later_is_asked_again(
    db: None, settings: LazySettings, command: str
) -> None:
    mail = write()
    with smtp_server.serving() as mailbox:
        settings.EMAIL_URL = url_of(mailbox)
        mailbox.answers[command] = "451 come back later"
        with pytest.raises(smtp.NotSentYet, match="451 come back later"):
            smtp.send(mail.pk)
        smtp.send(mail.pk)
    mail.refresh_from_db()
    assert mail.sent_at is not None
    assert len(mailbox.mails) == 1


def test_a_server_that_cannot_be_reached_is_asked_again(db: None, settings: LazySettings) -> None:
    with smtp_server.serving() as mailbox:
        settings.EMAIL_URL = url_of(mailbox)
    mail = write()
    with pytest.raises(smtp.NotSentYet):
        smtp.send(mail.pk)
    mail.refresh_from_db()
    assert (mail.sent_at, mail.error) == (None, "")


def test_a_password_never_goes_over_an_open_line(db: None, settings: LazySettings) -> None:
    mail = write()
    with smtp_server.serving() as mailbox:
        settings.EMAIL_URL = url_of(mailbox, login="me:secret@")
        with pytest.raises(smtp.NotSentYet, match="STARTTLS"):
            smtp.send(mail.pk)
    assert "AUTH" not in mailbox.commands


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_with_tls_the_password_is_given(
    db: None, settings: LazySettings, scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, certificate = write(), smtp_server.make_certificate(tmp_path / "pair.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with smtp_server.serving(
        certificate=certificate, implicit_tls=scheme == "smtps", starttls=scheme == "smtp"
    ) as mailbox:
        settings.EMAIL_URL = url_of(mailbox, scheme, "me:secret@")
        smtp.send(mail.pk)
    assert "AUTH" in mailbox.commands
    assert len(mailbox.mails) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(
    db: None, settings: LazySettings, tmp_path: Path
) -> None:
    mail, certificate = write(), smtp_server.make_certificate(tmp_path / "pair.pem")
    with smtp_server.serving(certificate=certificate, starttls=True) as mailbox:
        settings.EMAIL_URL = url_of(mailbox)
        with pytest.raises(smtp.NotSentYet) as refused:
            smtp.send(mail.pk)
    assert isinstance(refused.value.__cause__, ssl.SSLCertVerificationError)
    assert mailbox.mails == []


def test_in_the_demo_a_mail_stays_to_be_read(db: None, settings: LazySettings) -> None:
    settings.EMAIL_URL = "demo://"
    mail = write()
    smtp.send(mail.pk)
    mail.refresh_from_db()
    assert mail.sent_at is not None


def test_mails_are_forgotten_after_a_week(db: None) -> None:
    written = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
    with clock.freeze(written):
        write()
    with clock.freeze(written + timedelta(days=7)):
        assert smtp.forget_old() == 0
    with clock.freeze(written + timedelta(days=7, seconds=1)):
        assert smtp.forget_old() == 1
    assert not Mail.objects.exists()
