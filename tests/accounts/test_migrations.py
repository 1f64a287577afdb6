"""Migrations of accounts that carry data, or that may be run again."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import psycopg
import pytest
from django.db import connection

from synaptiq.accounts import actions
from synaptiq.accounts.models import Member
from tests import database

GUARD = import_module("synaptiq.accounts.migrations.0002_audit_append_only").GUARD
NOTICES = import_module("synaptiq.accounts.migrations.0003_notice_target_audit_indexes")


def test_the_guard_of_the_audit_log_can_be_set_again(committed_db: str) -> None:
    name = committed_db.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(database.url_of(name, owner=True)) as owner:
        owner.execute(GUARD)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            owner.execute("DELETE FROM accounts_auditentry")


@pytest.mark.parametrize(
    ("path", "target"),
    [("/admin/exports/exp_k5m2a7q3", "exp_k5m2a7q3"), ("/admin/exports", ""), ("", "")],
)
def test_a_notice_keeps_what_its_page_was_of(
    member: Callable[..., Member], path: str, target: str
) -> None:
    notice = actions.notify(member("viewer"), "It is ready.", path)
    kept = []
    with connection.cursor() as cursor:
        for statement in (NOTICES.TO_TARGET, NOTICES.TO_PATH):
            cursor.execute(statement)
            notice.refresh_from_db()
            kept.append(notice.target)
    assert kept == [target, path if target else ""]
