"""The jobs of accounts do what their names say."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from synaptiq.accounts import tasks
from synaptiq.accounts.models import Account, AuditEntry, Mail


def test_sessions_that_are_over_are_forgotten(db: None) -> None:
    for key, days in (("over", -1), ("open", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=timezone.now() + timedelta(days=days)
        )
    tasks.forget_sessions(0)
    assert [session.session_key for session in Session.objects.all()] == ["open"]


def test_the_others_run_on_nothing(account: Account) -> None:
    tasks.log_api_key_reads(0)
    tasks.forget_mail(0)
    assert not AuditEntry.objects.exists()
    assert not Mail.objects.exists()
