"""The jobs of accounts do what their names say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.contrib.sessions.models import Session
from django.core.mail import send_mail
from django.utils import timezone

from synaptiq.accounts import actions, authentication, tasks
from synaptiq.accounts.models import AuditEntry, Mail, Member, Notice
from synaptiq.accounts.notices import NoticeKind
from synaptiq.kit import clock
from tests.api.conftest import make_key

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def test_sessions_that_are_over_are_forgotten(db: None) -> None:
    for key, days in (("over", -1), ("open", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=timezone.now() + timedelta(days=days)
        )
    tasks.forget_sessions(0)
    assert [session.session_key for session in Session.objects.all()] == ["open"]


def test_what_keys_read_is_logged(member: Callable[..., Member]) -> None:
    with clock.freeze(NOON):
        key, _ = make_key(member("viewer"))
        authentication.count_reads(key, "leads", 7)
    with clock.freeze(NOON + timedelta(days=1)):
        tasks.log_api_key_reads(0)
    assert AuditEntry.objects.get(action="api.read").rows == 7


def test_old_mails_are_forgotten(db: None) -> None:
    for subject, days in (("old", 8), ("new", 6)):
        with clock.freeze(NOON - timedelta(days=days)):
            send_mail(subject, "Text", None, ["jane@acme.example"])
    with clock.freeze(NOON):
        tasks.forget_mail(0)
    assert [mail.subject for mail in Mail.objects.all()] == ["new"]


def test_old_notices_are_forgotten(member: Callable[..., Member]) -> None:
    jane = member("viewer")
    for text, days in (("old", 91), ("new", 90)):
        with clock.freeze(NOON - timedelta(days=days)):
            actions.notify(jane, NoticeKind.EXPORT_READY, text)
    with clock.freeze(NOON):
        tasks.forget_notices(0)
    assert [notice.text for notice in Notice.objects.all()] == ["new"]
